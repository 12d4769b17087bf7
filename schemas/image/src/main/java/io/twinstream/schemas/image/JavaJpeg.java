package io.twinstream.schemas.image;

import java.awt.image.Raster;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageReader;

/**
 * Decodes JPEGs by Java's own reader, where libjpeg-turbo isn't available. The reader gives samples as they are stored;
 * colours are converted by libjpeg's rules and in its arithmetic (jdcolor.c), 16-bit fixed point.
 */
final class JavaJpeg {
    private static final int HALF = 1 << 15;
    private static final int CENTER = 128;
    private static final int RED_BY_CR = 91881;
    private static final int GREEN_BY_CB = -22554;
    private static final int GREEN_BY_CR = -46802;
    private static final int BLUE_BY_CB = 116130;
    /** The reader's warning about bytes before the end marker; it gives every other warning before this one. */
    private static final String BEFORE_THE_END = "extraneous bytes before marker 0xd9";

    private JavaJpeg() {}

    static Picture read(JpegStructure jpeg, int channels) throws ImageRefusedException {
        return converted(raster(jpeg), jpeg.colors(), channels);
    }

    /** Returns the samples of all pixels as they are stored. */
    static Raster raster(JpegStructure jpeg) throws ImageRefusedException {
        if (jpeg.arithmetic()) {
            throw new ImageRefusedException(
                    ImageFault.UNSUPPORTED_LAYOUT,
                    "the JPEG has arithmetic coding, which isn't read on this platform: save it with Huffman coding");
        }
        List<String> warnings = new ArrayList<>();
        byte[] file = jpeg.unconverted();
        Raster raster = raster(file, warnings);
        if (!warnings.isEmpty() && !warnings.get(0).contains(BEFORE_THE_END)) {
            warnings.clear();
            raster = raster(jpeg.withoutFilling(file), warnings);
        }
        if (!warnings.isEmpty() && !warnings.get(0).contains(BEFORE_THE_END)) {
            throw JpegStructure.damaged("its pixels end too early, or are broken");
        }
        return raster;
    }

    /** Returns whether libjpeg's first warning concerns only superfluous bytes, or the order of a progression. */
    static boolean warnsOfNoDamage(JpegStructure jpeg) throws ImageRefusedException {
        List<String> warnings = new ArrayList<>();
        if (!jpeg.arithmetic()) {
            raster(jpeg.unconverted(), warnings);
        }
        return !warnings.isEmpty()
                && (warnings.get(0).contains("extraneous bytes before marker")
                        || warnings.get(0).contains("Inconsistent progression sequence"));
    }

    private static Raster raster(byte[] file, List<String> warnings) throws ImageRefusedException {
        ImageReader reader = ImageioReader.JPEG.reader();
        reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
        try {
            reader.setInput(new EncodedBytes(file), true, true);
            return reader.readRaster(0, null);
        } catch (IOException | RuntimeException e) {
            throw JpegStructure.damaged("its tables or scans are broken");
        } finally {
            reader.dispose();
        }
    }

    private static Picture converted(Raster raster, JpegStructure.Colors colors, int channels) {
        int width = raster.getWidth();
        int height = raster.getHeight();
        byte[] samples = new byte[width * height * channels];
        SampleWriter out = new SampleWriter(samples, channels);
        int components = colors.components;
        int[] row = new int[width * components];
        for (int y = 0; y < height; y++) {
            raster.getPixels(0, y, width, 1, row);
            for (int i = 0; i < row.length; i += components) {
                switch (colors) {
                    case GRAY -> out.gray(row[i]);
                    case RGB -> out.rgba(row[i], row[i + 1], row[i + 2], 255);
                    case CMYK -> inked(row[i], row[i + 1], row[i + 2], row[i + 3], out);
                    case YCBCR -> luminous(row[i], row[i + 1], row[i + 2], channels, out);
                    case YCCK -> {
                        int cb = row[i + 1] - CENTER;
                        int cr = row[i + 2] - CENTER;
                        inked(
                                255 - red(row[i], cr),
                                255 - green(row[i], cb, cr),
                                255 - blue(row[i], cb),
                                row[i + 3],
                                out);
                    }
                }
            }
        }
        return new Picture(width, height, channels, samples);
    }

    private static void luminous(int y, int cbStored, int crStored, int channels, SampleWriter out) {
        if (channels == 1) {
            out.gray(y);
        } else {
            int cb = cbStored - CENTER;
            int cr = crStored - CENTER;
            out.rgba(red(y, cr), green(y, cb, cr), blue(y, cb), 255);
        }
    }

    /** Converts inks as Adobe stores them, where 255 means none. */
    private static void inked(int cyan, int magenta, int yellow, int black, SampleWriter out) {
        out.rgba(black * cyan / 255, black * magenta / 255, black * yellow / 255, 255);
    }

    private static int red(int y, int cr) {
        return clamped(y + ((RED_BY_CR * cr + HALF) >> 16));
    }

    private static int green(int y, int cb, int cr) {
        return clamped(y + ((GREEN_BY_CB * cb + GREEN_BY_CR * cr + HALF) >> 16));
    }

    private static int blue(int y, int cb) {
        return clamped(y + ((BLUE_BY_CB * cb + HALF) >> 16));
    }

    private static int clamped(int sample) {
        return Math.max(0, Math.min(255, sample));
    }
}
