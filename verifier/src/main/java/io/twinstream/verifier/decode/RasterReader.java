package io.twinstream.verifier.decode;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.Raster;

/** Samples out of a {@link BufferedImage}, row by row. */
final class RasterReader {
    private RasterReader() {}

    static Picture read(BufferedImage image, int channels) {
        int width = image.getWidth();
        int height = image.getHeight();
        byte[] samples = new byte[width * height * channels];
        boolean gray = image.getColorModel() instanceof ComponentColorModel
                && image.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_GRAY;
        SampleWriter out = new SampleWriter(samples, channels);
        for (int y = 0; y < height; y++) {
            if (gray) {
                grayRow(image.getRaster(), y, width, out);
            } else {
                for (int argb : image.getRGB(0, y, width, 1, null, 0, width)) {
                    out.rgba(argb >> 16 & 255, argb >> 8 & 255, argb & 255, argb >>> 24);
                }
            }
        }
        return new Picture(width, height, channels, samples);
    }

    /** Takes gray samples as they are: {@code getRGB} would apply the gamma of Java's linear gray colour space. */
    private static void grayRow(Raster raster, int y, int width, SampleWriter out) {
        int bands = raster.getNumBands();
        int[] row = raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, (int[]) null);
        for (int i = 0; i < row.length; i += bands) {
            out.gray(Luma.overWhite(row[i], bands == 2 ? row[i + 1] : 255));
        }
    }
}
