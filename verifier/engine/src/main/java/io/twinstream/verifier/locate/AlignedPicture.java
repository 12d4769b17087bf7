package io.twinstream.verifier.locate;

import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.schemas.modelpackage.Preparation.Resampling;
import java.util.Arrays;

/**
 * An aligned picture is drawn anew through a similarity, bilinearly, at exactly the size of an embedder's input. It equals
 * OpenCV's {@code warpAffine} with {@code INTER_LINEAR} but for the last bit of a sample. Where a picture has to shrink and
 * its model takes averages, samples are averaged over the area that they stand for.
 *
 * <p>Maintainers: samples are rounded to 8 bits, as OpenCV rounds them. Without that an embedding's cosine to the one from
 * OpenCV's picture fell from 0.9999996 to 0.9998 with one face embedder. Averaging goes in two steps: whole pixels are
 * averaged to blocks, and what is left to shrink, a factor below two, is taken from two places each way.
 */
final class AlignedPicture {
    private final InputSpec input;
    private final int fill;

    AlignedPicture(InputSpec input) {
        this.input = input;
        this.fill = input.preparation() == null ? 0 : input.preparation().fill();
    }

    /** Draws the picture as it lies after the similarity, which takes its places to those of the input. */
    Picture draw(Picture source, Similarity laying) {
        Similarity back = laying.inverse();
        boolean averages = input.resampling() != Resampling.BILINEAR && back.scale() > 1;
        int block = averages ? (int) Math.min(back.scale(), Math.max(source.width(), source.height())) : 1;
        Blocks blocks = Blocks.of(source, block, back, input);
        int places = averages ? 2 : 1;
        byte[] samples = new byte[input.length()];
        double[] sums = new double[source.channels()];
        int at = 0;
        for (int row = 0; row < input.height(); row++) {
            for (int column = 0; column < input.width(); column++) {
                Arrays.fill(sums, 0);
                for (int down = 0; down < places; down++) {
                    for (int across = 0; across < places; across++) {
                        double x = column + (across + 0.5) / places - 0.5;
                        double y = row + (down + 0.5) / places - 0.5;
                        blocks.add(back.x(x, y), back.y(x, y), fill, sums);
                    }
                }
                for (double sum : sums) {
                    samples[at++] = (byte) (sum / (places * places) + 0.5);
                }
            }
        }
        return new Picture(input.width(), input.height(), source.channels(), samples);
    }

    /**
     * Blocks are means of squares of pixels of a part of the picture; with a size of 1 they are the pixels.
     *
     * @param left the first block's column, counted in blocks from the picture's edge
     */
    private record Blocks(
            int size, int left, int top, int width, int height, int channels, float[] means, Picture source) {
        static Blocks of(Picture source, int size, Similarity back, InputSpec input) {
            int channels = source.channels();
            if (size == 1) {
                return new Blocks(1, 0, 0, source.width(), source.height(), channels, new float[0], source);
            }
            int[] columns = {Integer.MAX_VALUE, Integer.MIN_VALUE};
            int[] rows = {Integer.MAX_VALUE, Integer.MIN_VALUE};
            for (int corner = 0; corner < 4; corner++) {
                double x = corner % 2 == 0 ? -1 : input.width();
                double y = corner / 2 == 0 ? -1 : input.height();
                widen(columns, back.x(x, y) / size, (source.width() + size - 1) / size);
                widen(rows, back.y(x, y) / size, (source.height() + size - 1) / size);
            }
            int width = Math.max(0, columns[1] - columns[0]);
            int height = Math.max(0, rows[1] - rows[0]);
            Blocks blocks = new Blocks(
                    size, columns[0], rows[0], width, height, channels, new float[width * height * channels], source);
            blocks.average();
            return blocks;
        }

        private static void widen(int[] range, double place, int end) {
            range[0] = (int) Math.max(0, Math.min(range[0], Math.floor(place) - 1));
            range[1] = (int) Math.min(end, Math.max(range[1], Math.ceil(place) + 2));
        }

        private void average() {
            for (int row = 0; row < height; row++) {
                for (int column = 0; column < width; column++) {
                    average((left + column) * size, (top + row) * size, (row * width + column) * channels);
                }
            }
        }

        private void average(int fromX, int fromY, int at) {
            int toX = Math.min(source.width(), fromX + size);
            int toY = Math.min(source.height(), fromY + size);
            for (int channel = 0; channel < channels; channel++) {
                long sum = 0;
                for (int y = fromY; y < toY; y++) {
                    for (int x = fromX; x < toX; x++) {
                        sum += source.samples()[(y * source.width() + x) * channels + channel] & 0xff;
                    }
                }
                means[at + channel] = (float) sum / ((toX - fromX) * (toY - fromY));
            }
        }

        /** Adds the samples at a place of the picture to the sums, interpolated between the four blocks around it. */
        void add(double x, double y, int fill, double[] sums) {
            double blockX = (x + 0.5) / size - 0.5 - left;
            double blockY = (y + 0.5) / size - 0.5 - top;
            double floorX = Math.floor(blockX);
            double floorY = Math.floor(blockY);
            double right = blockX - floorX;
            double down = blockY - floorY;
            if (size == 1 && floorX >= 0 && floorY >= 0 && floorX < width - 1 && floorY < height - 1) {
                int first = ((int) floorY) * width + (int) floorX;
                addInside(first * channels, right, down, sums);
                return;
            }
            add((int) floorX, (int) floorY, (1 - right) * (1 - down), fill, sums);
            add((int) floorX + 1, (int) floorY, right * (1 - down), fill, sums);
            add((int) floorX, (int) floorY + 1, (1 - right) * down, fill, sums);
            add((int) floorX + 1, (int) floorY + 1, right * down, fill, sums);
        }

        /** Adds what lies between four pixels that are all there, as nearly everywhere. */
        private void addInside(int at, double right, double down, double[] sums) {
            byte[] samples = source.samples();
            int below = at + width * channels;
            for (int channel = 0; channel < channels; channel++) {
                double upper = (1 - right) * (samples[at + channel] & 0xff)
                        + right * (samples[at + channels + channel] & 0xff);
                double lower = (1 - right) * (samples[below + channel] & 0xff)
                        + right * (samples[below + channels + channel] & 0xff);
                sums[channel] += (1 - down) * upper + down * lower;
            }
        }

        private void add(int column, int row, double weight, int fill, double[] sums) {
            boolean inside = column >= 0 && row >= 0 && column < width && row < height;
            int at = inside ? (row * width + column) * channels : 0;
            for (int channel = 0; channel < channels; channel++) {
                sums[channel] += weight * (inside ? sample(at + channel) : fill);
            }
        }

        private double sample(int at) {
            return size == 1 ? source.samples()[at] & 0xff : means[at];
        }
    }
}
