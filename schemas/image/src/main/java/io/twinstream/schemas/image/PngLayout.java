package io.twinstream.schemas.image;

import java.util.Arrays;

/**
 * Says how the samples of one PNG lie in a row and what they mean: colour type, bit depth, palette, transparency. Of 16 bits a
 * sample 8 are taken, rounded.
 */
final class PngLayout {
    private static final int GRAY = 0;
    private static final int RGB = 2;
    private static final int PALETTE = 3;
    private static final int GRAY_ALPHA = 4;
    private static final int RGB_ALPHA = 6;

    private static final int DEEP = 16;
    private static final int MOST_DEEP = 65535;

    private final int colorType;
    private final int bits;
    private final int bands;
    private byte[] palette = {};
    private byte[] alphas = {};
    /** The gray or RGB value that is transparent, at the depth in which it is stored, or -1. */
    private long transparent = -1;

    PngLayout(int colorType, int bits) {
        this.colorType = colorType;
        this.bits = bits;
        this.bands = switch (colorType) {
            case RGB -> 3;
            case GRAY_ALPHA -> 2;
            case RGB_ALPHA -> 4;
            default -> 1;
        };
    }

    /** Returns true for the combinations of the standard. */
    static boolean known(int colorType, int bits) {
        return switch (colorType) {
            case GRAY -> bits == 1 || bits == 2 || bits == 4 || bits == 8 || bits == DEEP;
            case PALETTE -> bits == 1 || bits == 2 || bits == 4 || bits == 8;
            case RGB, GRAY_ALPHA, RGB_ALPHA -> bits == 8 || bits == DEEP;
            default -> false;
        };
    }

    int rowBytes(int width) {
        return (int) (((long) width * bands * bits + 7) / 8);
    }

    /** Returns the bytes of a picture's samples. */
    long samples(int width, int height) {
        return (long) width * bands * height * (bits == DEEP ? 2 : 1);
    }

    /** Returns the bytes of a whole pixel, at least 1, which is the step of the row filters. */
    int pixelBytes() {
        return Math.max(1, bands * bits / 8);
    }

    int bits() {
        return bits;
    }

    /** Returns whether a row's samples, once they are unpacked, are the picture's luma. */
    boolean isOpaqueGray() {
        return colorType == GRAY && bits < DEEP && transparent < 0;
    }

    void palette(byte[] file, int start, int length) {
        palette = Arrays.copyOfRange(file, start, start + length);
    }

    void transparency(byte[] file, int start, int length) {
        if (colorType == PALETTE) {
            alphas = Arrays.copyOfRange(file, start, start + length);
        } else if (colorType == GRAY && length == 2) {
            transparent = deep(file, start) & ((1 << bits) - 1);
        } else if (colorType == RGB && length == 6) {
            int mask = (1 << bits) - 1;
            transparent = rgb(deep(file, start) & mask, deep(file, start + 2) & mask, deep(file, start + 4) & mask);
        }
    }

    /**
     * Turns an unfiltered row into pixels.
     *
     * @param row the place of its first byte
     */
    void expand(byte[] raw, int row, int width, SampleWriter out) throws ImageRefusedException {
        if (bits == DEEP) {
            for (int x = 0; x < width; x++) {
                deepPixel(raw, row + 2 * x * bands, out);
            }
        } else {
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
                out.gray(value * (255 / ((1 << bits) - 1)), value == transparent ? 0 : 255);
            }
            case RGB -> {
                int red = raw[at] & 255;
                int green = raw[at + 1] & 255;
                int blue = raw[at + 2] & 255;
                out.rgba(red, green, blue, alpha(red, green, blue));
            }
            case GRAY_ALPHA -> out.gray(raw[at] & 255, raw[at + 1] & 255);
            case RGB_ALPHA -> out.rgba(raw[at] & 255, raw[at + 1] & 255, raw[at + 2] & 255, raw[at + 3] & 255);
            default -> indexed(packed(raw, row, x), out);
        }
    }

    private void deepPixel(byte[] raw, int at, SampleWriter out) {
        int first = deep(raw, at);
        switch (colorType) {
            case GRAY -> out.gray(rounded(first), first == transparent ? 0 : 255);
            case GRAY_ALPHA -> out.gray(rounded(first), rounded(deep(raw, at + 2)));
            default -> {
                int green = deep(raw, at + 2);
                int blue = deep(raw, at + 4);
                int alpha = colorType == RGB ? alpha(first, green, blue) : rounded(deep(raw, at + 6));
                out.rgba(rounded(first), rounded(green), rounded(blue), alpha);
            }
        }
    }

    private int alpha(int red, int green, int blue) {
        return transparent >= 0 && rgb(red, green, blue) == transparent ? 0 : 255;
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

    private static long rgb(int red, int green, int blue) {
        return (long) red << 32 | (long) green << 16 | blue;
    }

    private static int deep(byte[] bytes, int at) {
        return (bytes[at] & 255) << 8 | (bytes[at + 1] & 255);
    }

    private static int rounded(int deep) {
        return (deep * 255 + MOST_DEEP / 2) / MOST_DEEP;
    }
}
