package io.twinstream.verifier.control;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.twinstream.schemas.modelpackage.FmrPoint;
import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.schemas.modelpackage.ScoreHistograms;
import io.twinstream.schemas.modelpackage.TrainingRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that is known of one version. What the manifest says is null, or empty, where nobody has published it.
 *
 * @param summary its fields stand beside the others in JSON
 * @param sha256 of the manifest, as on verdicts; null if no verifier that runs has the package either
 * @param packageSha256 of the zip file
 * @param runId the training run that made it; null where a file was published
 * @param activations that were not cancelled, in the order in which they were asked for
 */
public record ModelDetails(
        @JsonUnwrapped ModelSummary summary,
        @Nullable String sha256,
        @Nullable String packageSha256,
        @Nullable String runId,
        @Nullable String parent,
        @Nullable String architecture,
        @Nullable InputSpec input,
        @Nullable Integer embeddingLength,
        @Nullable ScoreHistograms histograms,
        List<FmrPoint> fmrTable,
        @Nullable TrainingRecord training,
        List<ActivationEntry> activations) {
    public ModelDetails {
        fmrTable = List.copyOf(fmrTable);
        activations = List.copyOf(activations);
    }
}
