package io.twinstream.schemas.image;

import java.util.Arrays;

/** How the samples of one PNG lie in a row, and what they mean: colour type, bit depth, palette, transparency. */
final class PngLayout {
    private static final int GRAY = 0;
    private static final int RGB = 2;
    private static final int PALETTE = 3;
    private static final int GRAY_ALPHA = 4;
    private static final int RGB_ALPHA = 6;

    private final int colorType;
    private final int bits;
    private final int width;
    private final int bands;
    private byte[] palette = {};
    private byte[] alphas = {};
    /** The gray or RGB value that is transparent, or -1. */
    private int transparent = -1;

    PngLayout(int colorType, int bits, int width) {
        this.colorType = colorType;
        this.bits = bits;
        this.width = width;
        this.bands = switch (colorType) {
            case RGB -> 3;
            case GRAY_ALPHA -> 2;
            case RGB_ALPHA -> 4;
            default -> 1;
        };
    }

    /** True for the combinations of the standard with up to 8 bits a sample. */
    static boolean known(int colorType, int bits) {
        return switch (colorType) {
            case GRAY, PALETTE -> bits == 1 || bits == 2 || bits == 4 || bits == 8;
            case RGB, GRAY_ALPHA, RGB_ALPHA -> bits == 8;
            default -> false;
        };
    }

    int rowBytes() {
        return (int) (((long) width * bands * bits + 7) / 8);
    }

    /** Of all rows. */
    long samples(int height) {
        return (long) width * bands * height;
    }

    /** Bytes of a whole pixel, at least 1: the step of the row filters. */
    int pixelBytes() {
        return Math.max(1, bands * bits / 8);
    }

    void palette(byte[] file, int start, int length) {
        palette = Arrays.copyOfRange(file, start, start + length);
    }

    void transparency(byte[] file, int start, int length) {
        if (colorType == PALETTE) {
            alphas = Arrays.copyOfRange(file, start, start + length);
        } else if (colorType == GRAY && length == 2) {
            transparent = file[start + 1] & 255;
        } else if (colorType == RGB && length == 6) {
            transparent = rgb(file[start + 1], file[start + 3], file[start + 5]);
        }
    }

    /**
     * Turns unfiltered rows into samples.
     *
     * @param from where the first row's filter byte stands
     * @param y which row of the picture it is
     */
    void expand(byte[] raw, int from, int rows, byte[] samples, int y, int channels) throws ImageRefusedException {
        if (colorType == GRAY && channels == 1 && transparent < 0) {
            GrayRows.expand(raw, from, bits, width, rows, samples, y * width);
            return;
        }
        SampleWriter out = new SampleWriter(samples, channels, y * width);
        for (int i = 0; i < rows; i++) {
            int row = from + i * (rowBytes() + 1) + 1;
            for (int x = 0; x < width; x++) {
                pixel(raw, row, x, out);
            }
        }
    }

    private void pixel(byte[] raw, int row, int x, SampleWriter out) throws ImageRefusedException {
        int at = row + x * bands;
        switch (colorType) {
            case GRAY -> {
                int value = packed(raw, row, x);
                int gray = value * (255 / ((1 << bits) - 1));
                out.gray(value == transparent ? 255 : gray);
            }
            case RGB -> {
                int alpha = rgb(raw[at], raw[at + 1], raw[at + 2]) == transparent ? 0 : 255;
                out.rgba(raw[at] & 255, raw[at + 1] & 255, raw[at + 2] & 255, alpha);
            }
            case GRAY_ALPHA -> out.gray(Luma.overWhite(raw[at] & 255, raw[at + 1] & 255));
            case RGB_ALPHA -> out.rgba(raw[at] & 255, raw[at + 1] & 255, raw[at + 2] & 255, raw[at + 3] & 255);
            default -> indexed(packed(raw, row, x), out);
        }
    }

    private void indexed(int index, SampleWriter out) throws ImageRefusedException {
        int at = index * 3;
        if (at + 2 >= palette.length) {
            throw PngChunks.damaged("a pixel's colour is not in the palette");
        }
        int alpha = index < alphas.length ? alphas[index] & 255 : 255;
        out.rgba(palette[at] & 255, palette[at + 1] & 255, palette[at + 2] & 255, alpha);
    }

    private int packed(byte[] raw, int row, int x) {
        int bit = x * bits;
        return raw[row + bit / 8] >> (8 - bits - bit % 8) & ((1 << bits) - 1);
    }

    private static int rgb(byte red, byte green, byte blue) {
        return (red & 255) << 16 | (green & 255) << 8 | (blue & 255);
    }
}
