package io.twinstream.schemas.image;

import java.awt.image.BufferedImage;

/**
 * Where the first frame of an animation lies. What it doesn't cover is transparent.
 *
 * @param width of the canvas, in pixels
 * @param left of the frame on it
 */
record Canvas(int width, int height, int left, int top) {
    /** The whole canvas: the frame itself, where it covers all of it. */
    BufferedImage with(BufferedImage frame) {
        if (frame.getWidth() == width && frame.getHeight() == height) {
            return frame;
        }
        BufferedImage whole = new BufferedImage(width, height, BufferedImage.TYPE_INT_ARGB);
        int columns = Math.min(frame.getWidth(), width - left);
        int[] row = new int[columns];
        for (int y = 0; y < Math.min(frame.getHeight(), height - top); y++) {
            frame.getRGB(0, y, columns, 1, row, 0, columns);
            whole.setRGB(left, top + y, columns, 1, row, 0, columns);
        }
        return whole;
    }
}
