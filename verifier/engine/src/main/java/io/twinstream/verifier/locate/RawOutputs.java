package io.twinstream.verifier.locate;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * Raw outputs are what one run of a detector gave for a batch. They are read before the next run.
 *
 * @param images the number of pictures in the batch
 * @param buffers the values of each output, {@code [images, rows, columns]}, in the order of the detector's outputs
 */
public record RawOutputs(int images, List<FloatBuffer> buffers) {
    /**
     * An output's name and shape, where -1 stands for a size that isn't fixed.
     *
     * @param sizes {@code [n, rows, ...]}; what follows the rows counts as columns
     */
    public record Shape(String name, long... sizes) {
        /** Returns the rows for one picture, or -1 where each run may give another number. */
        int rows() {
            return sizes.length < 2 ? -1 : (int) sizes[1];
        }

        /** Returns the numbers that each row has: 1 where there are only rows, and 0 where it isn't fixed. */
        int columns() {
            int columns = 1;
            for (int i = 2; i < sizes.length; i++) {
                columns *= (int) Math.max(0, sizes[i]);
            }
            return columns;
        }

        @Override
        public String toString() {
            return name + " " + Arrays.toString(sizes);
        }
    }

    /** Returns how many rows an output has for one picture. */
    int rows(int output, int columns) {
        return buffers.get(output).limit() / (images * columns);
    }

    /** Returns where a row of a picture begins in an output. */
    int at(int output, int image, int row, int columns) {
        return (image * rows(output, columns) + row) * columns;
    }
}
