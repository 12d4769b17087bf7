package io.twinstream.schemas.image;

/** Undoes the row filters of PNG (ISO/IEC 15948, clause 9) in place. */
final class PngFilters {
    private PngFilters() {}

    /**
     * Reconstructs rows.
     *
     * @param raw rows of one filter byte and {@code rowBytes} bytes
     * @param start of the first of them
     * @param hasAbove whether a reconstructed row stands before it
     * @param step bytes from a sample to the one of the pixel on its left
     */
    static void undo(byte[] raw, int start, int rowBytes, int rows, int step, boolean hasAbove)
            throws ImageRefusedException {
        for (int y = 0; y < rows; y++) {
            int row = start + y * (rowBytes + 1) + 1;
            int above = row - rowBytes - 1;
            boolean isBelow = hasAbove || y > 0;
            switch (raw[row - 1]) {
                case 0 -> {}
                case 1 -> sub(raw, row, rowBytes, step);
                case 2 -> up(raw, row, above, rowBytes, isBelow);
                case 3 -> average(raw, row, above, rowBytes, step, isBelow);
                case 4 -> paeth(raw, row, above, rowBytes, step, isBelow);
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

    /** What isn't there is 0, of which the sample on the left, or the one above, is predicted. */
    private static void paeth(byte[] raw, int row, int above, int length, int step, boolean hasAbove) {
        if (!hasAbove) {
            sub(raw, row, length, step);
            return;
        }
        up(raw, row, above, Math.min(step, length), true);
        for (int i = step; i < length; i++) {
            int left = raw[row + i - step] & 255;
            raw[row + i] += (byte) predict(left, raw[above + i] & 255, raw[above + i - step] & 255);
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
