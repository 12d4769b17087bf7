package io.twinstream.schemas.modelpackage;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Records that a package's embedder was made elsewhere, and what proves that it answers here as it did there.
 *
 * @param file the name of the foreign ONNX file, without its folder
 * @param sha256 the SHA-256 of the foreign file, followed by its files of external data in the order of their names; 64
 *     lower-case hexadecimal digits
 * @param vectors the number of pictures whose vectors, from the owner's own runtime, agreed
 * @param leastCosine the least cosine between such a vector and the one computed here; 1 where there are none
 * @param unproven the reason why the package was taken without such vectors; null where there are some
 */
public record Imported(
        String file,
        String sha256,
        int vectors,
        double leastCosine,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String unproven) {
    public Imported {
        Objects.requireNonNull(file, "an import needs its file");
        Objects.requireNonNull(sha256, "an import needs the sha256 of its file");
        if (vectors < 0 || !(leastCosine >= -1 && leastCosine <= 1 + 1e-6)) {
            throw new IllegalArgumentException(
                    "an import needs vectors of 0 or more and a cosine of -1 to 1, had %d and %s"
                            .formatted(vectors, leastCosine));
        }
        if ((vectors == 0) == (unproven == null || unproven.isBlank())) {
            throw new IllegalArgumentException("an import has either vectors that agreed, or a reason why it has none");
        }
    }
}
