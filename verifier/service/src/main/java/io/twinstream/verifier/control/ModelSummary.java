package io.twinstream.verifier.control;

import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import io.twinstream.schemas.release.ModelStates.InstanceState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One version and how it stands. A verifier's own model that nobody has published has neither time nor measures.
 *
 * @param publishedAt by the publisher's clock
 * @param decision what the gate said, one line
 * @param packageBytes of the zip file
 * @param evaluation accuracy measures of the manifest by name, for example {@code eer}
 * @param knowsDomain whether the package has statistics of the pictures that it was trained for: without them those of another
 *     kind are judged like any; null where its manifest isn't known
 * @param fault why the manifest can't be read, one line; null if it can
 * @param instances what the verifiers that run report on it
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
        @Nullable Boolean knowsDomain,
        @Nullable String fault,
        List<ModelRole> roles,
        List<InstanceState> instances) {
    public ModelSummary {
        evaluation = new TreeMap<>(evaluation);
        roles = List.copyOf(roles);
        instances = List.copyOf(instances);
    }
}
