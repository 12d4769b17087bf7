package io.twinstream.schemas.image;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.util.Arrays;

/**
 * Reads the samples of a {@link BufferedImage} row by row. Gray and RGB samples are taken as they are stored, and colour
 * profiles are not applied in any format. It allocates a row beside the samples.
 */
final class RasterReader {
    private RasterReader() {}

    static Picture read(BufferedImage image, int channels) {
        int width = image.getWidth();
        int height = image.getHeight();
        byte[] samples = new byte[width * height * channels];
        SampleWriter out = new SampleWriter(samples, channels);
        ColorModel model = image.getColorModel();
        boolean bytes = image.getRaster().getTransferType() == DataBuffer.TYPE_BYTE;
        if (model instanceof IndexColorModel palette && bytes) {
            indexed(image.getRaster(), palette, out);
        } else if (model instanceof ComponentColorModel) {
            image.coerceData(false);
            stored(image.getRaster(), image.getColorModel(), out);
        } else {
            packed(image, out);
        }
        out.finish();
        return new Picture(width, height, channels, samples);
    }

    /** Reads pixels with a palette, whose colours are converted once and not once a pixel. */
    private static void indexed(Raster raster, IndexColorModel palette, SampleWriter out) {
        // An index behind the palette's end is transparent.
        int[] colors = new int[1 << palette.getPixelSize()];
        Arrays.setAll(colors, palette::getRGB);
        byte[] row = new byte[raster.getWidth()];
        for (int y = 0; y < raster.getHeight(); y++) {
            raster.getDataElements(0, y, row.length, 1, row);
            for (byte index : row) {
                argb(colors[index & 255], out);
            }
        }
    }

    /**
     * Reads samples as they are stored; {@code getRGB} would convert each pixel between colour spaces, which is slow and
     * changes gray samples.
     */
    private static void stored(Raster raster, ColorModel model, SampleWriter out) {
        int bands = raster.getNumBands();
        boolean alpha = model.hasAlpha();
        int[] most = new int[bands];
        Arrays.setAll(most, band -> (1 << model.getComponentSize(band)) - 1);
        boolean whole = Arrays.stream(most).allMatch(each -> each == 255);
        int[] row = new int[raster.getWidth() * bands];
        for (int y = 0; y < raster.getHeight(); y++) {
            raster.getPixels(0, y, raster.getWidth(), 1, row);
            if (!whole) {
                for (int i = 0; i < row.length; i++) {
                    row[i] = row[i] * 255 / most[i % bands];
                }
            }
            write(row, bands, model.getNumColorComponents(), alpha, out);
        }
    }

    private static void write(int[] row, int bands, int colors, boolean hasAlpha, SampleWriter out) {
        for (int i = 0; i < row.length; i += bands) {
            int alpha = hasAlpha ? row[i + colors] : 255;
            if (colors == 1) {
                out.gray(row[i], alpha);
            } else {
                out.rgba(row[i], row[i + 1], row[i + 2], alpha);
            }
        }
    }

    private static void packed(BufferedImage image, SampleWriter out) {
        int[] row = new int[image.getWidth()];
        for (int y = 0; y < image.getHeight(); y++) {
            for (int argb : image.getRGB(0, y, row.length, 1, row, 0, row.length)) {
                argb(argb, out);
            }
        }
    }

    private static void argb(int argb, SampleWriter out) {
        out.rgba(argb >> 16 & 255, argb >> 8 & 255, argb & 255, argb >>> 24);
    }
}
