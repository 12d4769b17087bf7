package io.twinstream.verifier.decode;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;

/**
 * Samples out of a {@link BufferedImage}, row by row. Gray and RGB samples are taken as they are stored: colour
 * profiles are not applied, in any format.
 */
final class RasterReader {
    private RasterReader() {}

    static Picture read(BufferedImage image, int channels) {
        int width = image.getWidth();
        int height = image.getHeight();
        byte[] samples = new byte[width * height * channels];
        SampleWriter out = new SampleWriter(samples, channels);
        boolean stored = image.getColorModel() instanceof ComponentColorModel;
        if (stored) {
            image.coerceData(false);
        }
        for (int y = 0; y < height; y++) {
            if (stored) {
                storedRow(image, y, width, out);
            } else {
                for (int argb : image.getRGB(0, y, width, 1, null, 0, width)) {
                    out.rgba(argb >> 16 & 255, argb >> 8 & 255, argb & 255, argb >>> 24);
                }
            }
        }
        return new Picture(width, height, channels, samples);
    }

    /** {@code getRGB} would convert each pixel between colour spaces, which is slow and changes gray samples. */
    private static void storedRow(BufferedImage image, int y, int width, SampleWriter out) {
        ColorModel model = image.getColorModel();
        int bands = image.getRaster().getNumBands();
        int colors = model.getNumColorComponents();
        int most = (1 << model.getComponentSize(0)) - 1;
        int[] row = image.getRaster().getPixels(0, y, width, 1, (int[]) null);
        for (int i = 0; i < row.length; i += bands) {
            int alpha = model.hasAlpha() ? row[i + colors] * 255 / most : 255;
            int first = row[i] * 255 / most;
            if (colors == 1) {
                out.gray(Luma.overWhite(first, alpha));
            } else {
                out.rgba(first, row[i + 1] * 255 / most, row[i + 2] * 255 / most, alpha);
            }
        }
    }
}
