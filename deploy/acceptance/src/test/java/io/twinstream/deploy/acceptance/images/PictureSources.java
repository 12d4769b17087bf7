package io.twinstream.deploy.acceptance.images;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.twinstream.deploy.acceptance.rig.Images;
import io.twinstream.deploy.drawing.DrawnCharacters;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;

/**
 * Provides what pictures are made of, at any size: drawings of a folder in Omniglot's layout, or generated where it holds too
 * few, and coloured scenes of shapes on a gradient with a camera's noise. All files are Netpbm's, which every program reads. It
 * is safe for many threads.
 */
final class PictureSources {
    /** Says how the samples of a source lie in its file. */
    enum Form {
        /** PBM: ink or none. */
        BILEVEL("pbm"),
        /** PGM of 8 bits. */
        GRAY("pgm"),
        /** PGM of 16 bits, all of them used. */
        GRAY16("pgm"),
        /** PPM of 8 bits. */
        COLOR("ppm"),
        /** PPM of 16 bits, all of them used. */
        COLOR16("ppm"),
        /** PAM: dark ink, transparent elsewhere, where the samples are white. */
        DARK_INK("pam"),
        /** PAM: light ink, transparent elsewhere, where the samples are white too. */
        LIGHT_INK("pam"),
        /** PAM: dark ink of every opacity on nothing that has a colour. */
        SOFT_INK("pam");

        final String extension;

        Form(String extension) {
            this.extension = extension;
        }

        boolean isColored() {
            return this == COLOR || this == COLOR16;
        }

        boolean hasAlpha() {
            return this == DARK_INK || this == LIGHT_INK || this == SOFT_INK;
        }
    }

    private static final int DRAWINGS = 120;
    private static final int SCENES = 24;
    private static final int SHAPES = 40;
    private static final int NOISE = 13;
    private static final int LIGHT = 0xf0;

    private final List<BufferedImage> drawings = new ArrayList<>();

    PictureSources(Path folder) throws IOException {
        DrawnCharacters drawn = new DrawnCharacters(21);
        List<Images.Drawing> found =
                Files.isDirectory(folder) ? Images.read(folder).all() : List.of();
        for (int i = 0; i < DRAWINGS; i++) {
            byte[] png = found.size() < DRAWINGS
                    ? drawn.png(i, 1)
                    : found.get(i * (found.size() / DRAWINGS)).png();
            drawings.add(ImageIO.read(new ByteArrayInputStream(png)));
        }
    }

    int drawingCount() {
        return drawings.size();
    }

    int sceneCount() {
        return SCENES;
    }

    /**
     * Returns a picture as red, green and blue, of drawing or scene {@code number}: what is coloured is a scene, all else a
     * drawing.
     */
    BufferedImage picture(Form form, int number, int width, int height) {
        return form.isColored()
                ? scene(number % SCENES, width, height)
                : drawing(drawings.get(number % DRAWINGS), width, height);
    }

    /** Returns the picture's file. */
    byte[] file(Form form, int number, int width, int height) {
        BufferedImage picture = picture(form, number, width, height);
        int samples = form.hasAlpha() ? 4 : form.isColored() ? 3 : 1;
        int bytes = form == Form.GRAY16 || form == Form.COLOR16 ? 2 : 1;
        byte[] header = header(form, width, height).getBytes(US_ASCII);
        int row = form == Form.BILEVEL ? (width + 7) / 8 : width * samples * bytes;
        byte[] file = Arrays.copyOf(header, header.length + row * height);
        int at = header.length;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int rgb = picture.getRGB(x, y);
                int gray = rgb >> 8 & 255;
                if (form == Form.BILEVEL) {
                    file[header.length + y * row + x / 8] |= (byte) (gray < 128 ? 0x80 >> x % 8 : 0);
                } else if (form.hasAlpha()) {
                    int ink = form == Form.LIGHT_INK ? LIGHT : form == Form.DARK_INK && gray > 250 ? 255 : 30;
                    int opacity = form == Form.SOFT_INK ? (255 - gray) * (100 + x % 156) / 255 : 255 - gray;
                    for (int value : new int[] {ink, ink, ink, opacity}) {
                        file[at++] = (byte) value;
                    }
                } else {
                    for (int shift = samples == 1 ? 0 : 16; shift >= 0; shift -= 8) {
                        int value = rgb >> shift & 255;
                        file[at++] = (byte) value;
                        if (bytes == 2) {
                            // Low bytes that follow no rule, as a scanner's.
                            file[at++] = (byte) (x * 31 + y * 17 + value);
                        }
                    }
                }
            }
        }
        return file;
    }

    private static String header(Form form, int width, int height) {
        return switch (form) {
            case BILEVEL -> "P4\n%d %d\n".formatted(width, height);
            case GRAY -> "P5\n%d %d\n255\n".formatted(width, height);
            case GRAY16 -> "P5\n%d %d\n65535\n".formatted(width, height);
            case COLOR -> "P6\n%d %d\n255\n".formatted(width, height);
            case COLOR16 -> "P6\n%d %d\n65535\n".formatted(width, height);
            case DARK_INK, LIGHT_INK, SOFT_INK ->
                "P7\nWIDTH %d\nHEIGHT %d\nDEPTH 4\nMAXVAL 255\nTUPLTYPE RGB_ALPHA\nENDHDR\n".formatted(width, height);
        };
    }

    private static BufferedImage drawing(BufferedImage drawing, int width, int height) {
        BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = picture.createGraphics();
        pen.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        // A drawing is read as black and white alone: as colours it can be interpolated.
        BufferedImage rgb = new BufferedImage(drawing.getWidth(), drawing.getHeight(), BufferedImage.TYPE_INT_RGB);
        rgb.getGraphics().drawImage(drawing, 0, 0, null);
        pen.drawImage(rgb, 0, 0, width, height, null);
        pen.dispose();
        return picture;
    }

    private static BufferedImage scene(int number, int width, int height) {
        Random random = new Random(2_100 + number);
        BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = picture.createGraphics();
        pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        pen.setPaint(new GradientPaint(
                0, 0, new Color(random.nextInt(1 << 24)), width, height, new Color(random.nextInt(1 << 24))));
        pen.fillRect(0, 0, width, height);
        for (int i = 0; i < SHAPES; i++) {
            pen.setColor(new Color(random.nextInt(1 << 24)));
            int x = (int) (random.nextDouble() * width);
            int y = (int) (random.nextDouble() * height);
            int w = (int) (random.nextDouble() * width / 3);
            int h = (int) (random.nextDouble() * height / 3);
            if (random.nextBoolean()) {
                pen.fillOval(x, y, w, h);
            } else {
                pen.fillRect(x, y, w, h);
            }
        }
        pen.dispose();
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int rgb = picture.getRGB(x, y);
                int noisy = 0;
                for (int shift = 16; shift >= 0; shift -= 8) {
                    int value = (rgb >> shift & 255) + random.nextInt(NOISE) - NOISE / 2;
                    noisy |= Math.max(0, Math.min(255, value)) << shift;
                }
                picture.setRGB(x, y, noisy);
            }
        }
        return picture;
    }
}
