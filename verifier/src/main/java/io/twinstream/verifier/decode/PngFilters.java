package io.twinstream.verifier.decode;

import io.twinstream.schemas.image.ImageRefusedException;

/** Undoes the row filters of PNG (ISO/IEC 15948, clause 9) in place. */
final class PngFilters {
    private PngFilters() {}

    /**
     * Reconstructs all rows.
     *
     * @param raw rows of one filter byte and {@code rowBytes} bytes
     * @param step bytes from a sample to the one of the pixel on its left
     */
    static void undo(byte[] raw, int rowBytes, int height, int step) throws ImageRefusedException {
        for (int y = 0; y < height; y++) {
            int row = y * (rowBytes + 1) + 1;
            int above = row - rowBytes - 1;
            switch (raw[row - 1]) {
                case 0 -> {}
                case 1 -> sub(raw, row, rowBytes, step);
                case 2 -> up(raw, row, above, rowBytes, y > 0);
                case 3 -> average(raw, row, above, rowBytes, step, y > 0);
                case 4 -> paeth(raw, row, above, rowBytes, step, y > 0);
                default -> throw PngChunks.damaged("filter type " + raw[row - 1]);
            }
        }
    }

    private static void sub(byte[] raw, int row, int length, int step) {
        for (int i = step; i < length; i++) {
            raw[row + i] += raw[row + i - step];
        }
    }

    private static void up(byte[] raw, int row, int above, int length, boolean hasAbove) {
        if (hasAbove) {
            for (int i = 0; i < length; i++) {
                raw[row + i] += raw[above + i];
            }
        }
    }

    private static void average(byte[] raw, int row, int above, int length, int step, boolean hasAbove) {
        for (int i = 0; i < length; i++) {
            int left = i < step ? 0 : raw[row + i - step] & 255;
            int up = hasAbove ? raw[above + i] & 255 : 0;
            raw[row + i] += (byte) ((left + up) >> 1);
        }
    }

    private static void paeth(byte[] raw, int row, int above, int length, int step, boolean hasAbove) {
        for (int i = 0; i < length; i++) {
            int left = i < step ? 0 : raw[row + i - step] & 255;
            int up = hasAbove ? raw[above + i] & 255 : 0;
            int corner = hasAbove && i >= step ? raw[above + i - step] & 255 : 0;
            raw[row + i] += (byte) predict(left, up, corner);
        }
    }

    private static int predict(int left, int up, int corner) {
        int estimate = left + up - corner;
        int toLeft = Math.abs(estimate - left);
        int toUp = Math.abs(estimate - up);
        int toCorner = Math.abs(estimate - corner);
        if (toLeft <= toUp && toLeft <= toCorner) {
            return left;
        }
        return toUp <= toCorner ? up : corner;
    }
}
