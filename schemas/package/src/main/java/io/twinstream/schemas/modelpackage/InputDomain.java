package io.twinstream.schemas.modelpackage;

import java.util.Objects;

/**
 * Describes inputs of the kind that a model was trained for: {@code domain.json} in its package. It is a file of its own,
 * since readers of packages refuse a manifest with unknown fields, but pass over unknown files.
 *
 * <p>An input is described by one unit vector. Its cells are the square roots of the shares of blocks that have a certain
 * lightness and evenness. Two such vectors differ by their Euclidean distance, from 0 to the root of 2 (Hellinger).
 *
 * @param leastContrast the contrast below which an input is blank
 * @param description the version of the way to describe an input; a reader that knows only another one has no statistics
 * @param images the number of images that it was measured on: held-out ones, and copies of them varied as cameras, scanners
 *     and hands do
 * @param farthest the distance to the nearest example beyond which an input is of another kind
 * @param cells the number of cells in one description
 * @param examples {@code [n][cells]} descriptions of a byte a cell, 255 for 1 (base64 in the file); at least one
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
