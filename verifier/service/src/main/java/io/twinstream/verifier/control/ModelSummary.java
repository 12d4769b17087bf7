package io.twinstream.verifier.control;

import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import io.twinstream.schemas.modelpackage.ThresholdBasis;
import io.twinstream.schemas.release.ModelStates.InstanceState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A model summary is one version with its state. A verifier's own model that nobody has published has no time, and
 * measures only where its package is at hand.
 *
 * @param publishedAt when it was published, by the publisher's clock
 * @param decision the gate's decision, one line
 * @param packageBytes the size of the zip file
 * @param evaluation accuracy measures by name, for example {@code eer}
 * @param measured whether the publisher measured them on validation images; otherwise they are what the maker's manifest claims
 * @param unproven the reason why an imported model was taken without vectors of its owner's runtime; null if it wasn't
 * @param knowsDomain whether the package describes the pictures that it was trained for, without which those of another
 *     kind are judged like any; null if its manifest isn't known
 * @param thresholds what the thresholds rest on, by the manifest; null if it doesn't say so, or isn't known
 * @param lookAlikeThresholds what its thresholds for look-alikes rest on; null if it has none, or isn't known
 * @param impostors the impostors whose rates set the thresholds that are in force here, {@code look-alikes} or {@code pooled};
 *     null if the manifest isn't known
 * @param fault why the manifest can't be read, one line; null if it can
 * @param instances the running verifiers' reports on the version
 */
public record ModelSummary(
        String name,
        String version,

        @JsonSerialize(using = ToStringSerializer.class) @Nullable
        Instant publishedAt,

        @Nullable String decision,
        @Nullable Long packageBytes,
        boolean signed,
        Map<String, Double> evaluation,
        boolean measured,
        @Nullable String unproven,
        @Nullable Boolean knowsDomain,
        @Nullable ThresholdBasis thresholds,
        @Nullable ThresholdBasis lookAlikeThresholds,
        @Nullable String impostors,
        @Nullable String fault,
        List<ModelRole> roles,
        List<InstanceState> instances) {
    public ModelSummary {
        evaluation = new TreeMap<>(evaluation);
        roles = List.copyOf(roles);
        instances = List.copyOf(instances);
    }
}
