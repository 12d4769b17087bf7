package io.twinstream.schemas.image;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.util.Arrays;

/**
 * Says where the first frame of an animation lies on its canvas. Outside of the frame the canvas is transparent if the frame
 * has transparent pixels, else white.
 *
 * @param width width of the canvas, in pixels
 * @param left position of the frame on it
 */
record Canvas(int width, int height, int left, int top) {
    private static final int WHITE = 0xffffff;

    /** Draws the frame on the whole canvas; returns the frame itself where it covers all of it. */
    BufferedImage with(BufferedImage frame) {
        if (frame.getWidth() == width && frame.getHeight() == height) {
            return frame;
        }
        boolean opaque = isOpaque(frame);
        BufferedImage whole =
                new BufferedImage(width, height, opaque ? BufferedImage.TYPE_INT_RGB : BufferedImage.TYPE_INT_ARGB);
        if (opaque) {
            Arrays.fill(((DataBufferInt) whole.getRaster().getDataBuffer()).getData(), WHITE);
        }
        int columns = Math.max(0, Math.min(frame.getWidth(), width - left));
        int[] row = new int[columns];
        for (int y = 0; columns > 0 && y < Math.min(frame.getHeight(), height - top); y++) {
            frame.getRGB(0, y, columns, 1, row, 0, columns);
            whole.setRGB(left, top + y, columns, 1, row, 0, columns);
        }
        return whole;
    }

    private static boolean isOpaque(BufferedImage frame) {
        if (!frame.getColorModel().hasAlpha()) {
            return true;
        }
        int[] row = new int[frame.getWidth()];
        for (int y = 0; y < frame.getHeight(); y++) {
            frame.getRGB(0, y, row.length, 1, row, 0, row.length);
            for (int argb : row) {
                if (argb >>> 24 != 255) {
                    return false;
                }
            }
        }
        return true;
    }
}
