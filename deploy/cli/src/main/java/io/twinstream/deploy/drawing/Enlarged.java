package io.twinstream.deploy.drawing;

import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;

/** Makes PNGs of another size from a PNG. */
public final class Enlarged {
    private Enlarged() {}

    /** Returns a 1-bit PNG of so many pixels a side, or the very same bytes where it has them already. */
    public static byte[] png(byte[] png, int side) {
        try {
            BufferedImage picture = ImageIO.read(new ByteArrayInputStream(png));
            if (picture.getWidth() == side && picture.getHeight() == side) {
                return png;
            }
            BufferedImage enlarged = new BufferedImage(side, side, BufferedImage.TYPE_BYTE_BINARY);
            Graphics2D graphics = enlarged.createGraphics();
            graphics.drawImage(picture, 0, 0, side, side, null);
            graphics.dispose();
            ByteArrayOutputStream file = new ByteArrayOutputStream();
            ImageIO.write(enlarged, "png", file);
            return file.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
