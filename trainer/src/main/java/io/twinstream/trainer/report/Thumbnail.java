package io.twinstream.trainer.report;

import io.twinstream.schemas.image.Picture;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import javax.imageio.ImageIO;

/** A picture small enough to lie in the page itself. */
final class Thumbnail {
    private static final int SIDE = 105;

    private Thumbnail() {}

    /** An image element; {@code name} is what it shows, escaped here. */
    static String of(Picture picture, String name) {
        String escaped = Html.escape(name);
        return "<img alt=\"%s\" title=\"%s\" loading=\"lazy\" src=\"data:image/png;base64,%s\">"
                .formatted(escaped, escaped, Base64.getEncoder().encodeToString(png(picture)));
    }

    private static byte[] png(Picture picture) {
        double scale = Math.min(1, (double) SIDE / Math.max(picture.width(), picture.height()));
        int width = Math.max(1, (int) Math.round(scale * picture.width()));
        int height = Math.max(1, (int) Math.round(scale * picture.height()));
        BufferedImage small = new BufferedImage(width, height, image(picture).getType());
        Graphics2D brush = small.createGraphics();
        brush.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        brush.drawImage(image(picture), 0, 0, width, height, null);
        brush.dispose();
        try (ByteArrayOutputStream png = new ByteArrayOutputStream()) {
            ImageIO.write(small, "png", png);
            return png.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static BufferedImage image(Picture picture) {
        boolean gray = picture.channels() == 1;
        BufferedImage image = new BufferedImage(
                picture.width(), picture.height(), gray ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB);
        int[] samples = new int[picture.samples().length];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = picture.samples()[i] & 0xff;
        }
        image.getRaster().setPixels(0, 0, picture.width(), picture.height(), samples);
        return image;
    }
}
