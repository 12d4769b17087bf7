package io.twinstream.deploy.drawing;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;

/** This is a white page of 105 x 105 pixels that takes ink. Its file is a 1-bit PNG in which 0 is ink, as Omniglot's are. */
final class Page {
    static final int SIDE = 105;

    /** Steps along a stroke: they are closer than half a pixel, since no stroke is longer than two pages. */
    private static final int STEPS = 4 * SIDE;

    private final boolean[] ink = new boolean[SIDE * SIDE];

    void draw(Glyph glyph, double penRadius) {
        for (Stroke stroke : glyph.strokes()) {
            for (int step = 0; step <= STEPS; step++) {
                dot(stroke.at((double) step / STEPS), penRadius * SIDE);
            }
        }
    }

    byte[] png() {
        BufferedImage picture = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_BINARY);
        for (int pixel = 0; pixel < ink.length; pixel++) {
            picture.getRaster().setSample(pixel % SIDE, pixel / SIDE, 0, ink[pixel] ? 0 : 1);
        }
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try {
            ImageIO.write(picture, "png", file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file.toByteArray();
    }

    private void dot(Point centre, double radius) {
        double x = centre.x() * SIDE;
        double y = centre.y() * SIDE;
        for (int row = (int) Math.max(0, y - radius); row <= Math.min(SIDE - 1, y + radius); row++) {
            for (int column = (int) Math.max(0, x - radius); column <= Math.min(SIDE - 1, x + radius); column++) {
                double dx = column + 0.5 - x;
                double dy = row + 0.5 - y;
                ink[row * SIDE + column] |= dx * dx + dy * dy <= radius * radius;
            }
        }
    }
}
