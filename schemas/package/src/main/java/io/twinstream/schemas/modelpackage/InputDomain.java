package io.twinstream.schemas.modelpackage;

import java.util.Objects;

/**
 * What inputs of a model's own kind look like: {@code domain.json} in its package. It is a file of its own, since readers of
 * packages refuse a manifest with fields that they don't know, and pass over files that they don't.
 *
 * <p>An input is described by one unit vector, the roots of the shares of its blocks that are so light and so even; two such vectors
 * differ by their Euclidean distance, 0 to the root of 2 (Hellinger).
 *
 * @param leastContrast below it an input is blank
 * @param description version of the way to describe an input; a reader that knows another has no statistics
 * @param images held out, and copies of them as cameras, scanners and hands vary them, that it was measured on
 * @param farthest the distance to the nearest of the examples beyond which an input is of another kind
 * @param cells numbers of one description
 * @param examples {@code [n][cells]} descriptions, a byte each, 255 for 1 (base64 in the file); at least one
 */
public record InputDomain(
        double leastContrast, int description, int images, double farthest, int cells, byte[] examples) {
    public InputDomain {
        Objects.requireNonNull(examples, "a domain needs examples");
        if (!(leastContrast > 0 && leastContrast < 1)) {
            throw new IllegalArgumentException("leastContrast must lie between 0 and 1, was " + leastContrast);
        }
        if (!(farthest >= 0 && farthest <= 2)) {
            throw new IllegalArgumentException("farthest must be 0 to 2, was " + farthest);
        }
        if (cells < 1 || examples.length == 0 || examples.length % cells != 0) {
            throw new IllegalArgumentException(
                    "examples must be rows of %d cells, were %d bytes".formatted(cells, examples.length));
        }
        examples = examples.clone();
    }
}
