package io.twinstream.verifier.control;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.twinstream.schemas.modelpackage.FmrPoint;
import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.schemas.modelpackage.ScoreHistograms;
import io.twinstream.schemas.modelpackage.TrainingRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Model details are all that is known of one version. The manifest's fields are null, or empty, if nobody has published
 * the version.
 *
 * @param summary the summary, whose fields stand beside the others in JSON
 * @param sha256 the manifest's hash, as on verdicts; null if no running verifier has the package either
 * @param packageSha256 the hash of the zip file
 * @param runId the training run that made the version; null if a file was published
 * @param lookAlikeFmrTable the table of impostors that share a group; empty where nobody has measured it
 * @param activations the version's activations that were not cancelled, in the order in which they were asked for
 * @param mayBeMissing one line on each topic that an open transaction has kept from being read to its end
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
        List<FmrPoint> lookAlikeFmrTable,
        @Nullable TrainingRecord training,
        List<ActivationEntry> activations,
        List<String> mayBeMissing) {
    public ModelDetails {
        fmrTable = List.copyOf(fmrTable);
        lookAlikeFmrTable = List.copyOf(lookAlikeFmrTable);
        activations = List.copyOf(activations);
        mayBeMissing = List.copyOf(mayBeMissing);
    }
}
