package io.twinstream.schemas.image;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.util.Arrays;

/**
 * Converts the samples of a TIFF to gray or RGB by their meaning (TIFF 6.0, sections 4 to 6, 16 and 20 to 23). Colour profiles
 * are not applied.
 */
final class TiffColors {
    private static final int ASSOCIATED = 1;
    private static final int CENTER = 128;
    private static final double[] REC_601 = {0.299, 0.587, 0.114};
    private static final double[] FULL_RANGE = {0, 255, 128, 255, 128, 255};
    /** Converts linear light to sRGB (IEC 61966-2-1), in steps of 2^-14. */
    private static final byte[] GAMMA = gamma();

    private final TiffStructure tiff;
    private final int alpha;
    private final int stored;

    /** @param stored the number of samples a pixel, of which the last is alpha where there is any */
    TiffColors(TiffStructure tiff, int alpha, int stored) {
        this.tiff = tiff;
        this.alpha = alpha;
        this.stored = stored;
    }

    BufferedImage image(byte[] samples) {
        int pixels = tiff.width * tiff.height;
        boolean gray = switch (tiff.photometric) {
            case TiffStructure.WHITE_IS_ZERO, TiffStructure.BLACK_IS_ZERO, TiffStructure.MASK -> true;
            default -> false;
        };
        int bands = (gray ? 1 : 3) + (alpha == 0 ? 0 : 1);
        byte[] out = bands == stored ? samples : new byte[Math.multiplyExact(pixels, bands)];
        Conversion conversion = conversion();
        for (int i = 0; i < pixels; i++) {
            int from = i * stored;
            int to = i * bands;
            byte opacity = samples[from + stored - 1];
            conversion.convert(samples, from, out, to);
            if (alpha != 0) {
                out[to + bands - 1] = opacity;
                if (alpha == ASSOCIATED) {
                    divide(out, to, bands - 1, opacity & 255);
                }
            }
        }
        return image(out, bands, gray);
    }

    private BufferedImage image(byte[] out, int bands, boolean gray) {
        int[] order = new int[bands];
        Arrays.setAll(order, band -> band);
        ComponentColorModel model = new ComponentColorModel(
                ColorSpace.getInstance(gray ? ColorSpace.CS_GRAY : ColorSpace.CS_sRGB),
                alpha != 0,
                false,
                alpha == 0 ? ComponentColorModel.OPAQUE : ComponentColorModel.TRANSLUCENT,
                DataBuffer.TYPE_BYTE);
        return new BufferedImage(
                model,
                Raster.createInterleavedRaster(
                        new DataBufferByte(out, out.length),
                        tiff.width,
                        tiff.height,
                        tiff.width * bands,
                        bands,
                        order,
                        null),
                false,
                null);
    }

    private static void divide(byte[] out, int at, int colors, int opacity) {
        for (int i = at; i < at + colors; i++) {
            out[i] = (byte) (opacity == 0 ? 255 : Math.min(255, ((out[i] & 255) * 255 + opacity / 2) / opacity));
        }
    }

    private interface Conversion {
        void convert(byte[] in, int from, byte[] out, int to);
    }

    private Conversion conversion() {
        return switch (tiff.photometric) {
            case TiffStructure.WHITE_IS_ZERO -> (in, from, out, to) -> out[to] = (byte) ~in[from];
            case TiffStructure.PALETTE -> palette();
            case TiffStructure.CMYK -> TiffColors::inked;
            case TiffStructure.YCBCR -> luminous();
            case TiffStructure.CIELAB ->
                (in, from, out, to) -> lab(in[from] & 255, in[from + 1], in[from + 2], out, to);
            case TiffStructure.ICCLAB ->
                (in, from, out, to) ->
                        lab(in[from] & 255, (in[from + 1] & 255) - CENTER, (in[from + 2] & 255) - CENTER, out, to);
            case TiffStructure.RGB ->
                (in, from, out, to) -> {
                    out[to] = in[from];
                    out[to + 1] = in[from + 1];
                    out[to + 2] = in[from + 2];
                };
            default -> (in, from, out, to) -> out[to] = in[from];
        };
    }

    /** Reads a palette of 16-bit colours, all reds first; some writers use 8 bits. An index behind its end is black. */
    private Conversion palette() {
        long[] map = tiff.numbers(TiffStructure.COLOR_MAP, new long[0]);
        int count = map.length / 3;
        boolean bytes = Arrays.stream(map).allMatch(each -> each < 256);
        byte[] colors = new byte[256 * 3];
        for (int i = 0; i < Math.min(count, 256); i++) {
            for (int band = 0; band < 3; band++) {
                long value = map[band * count + i];
                colors[i * 3 + band] = (byte) (bytes ? value : (Math.min(value, 65535) * 255 + 32767) / 65535);
            }
        }
        return (in, from, out, to) -> System.arraycopy(colors, (in[from] & 255) * 3, out, to, 3);
    }

    /** Converts inks as they are stored, as if each absorbed its own colour and no other. */
    private static void inked(byte[] in, int from, byte[] out, int to) {
        int light = 255 - (in[from + 3] & 255);
        int red = 255 - (in[from] & 255);
        int green = 255 - (in[from + 1] & 255);
        int blue = 255 - (in[from + 2] & 255);
        out[to] = (byte) ((red * light + 127) / 255);
        out[to + 1] = (byte) ((green * light + 127) / 255);
        out[to + 2] = (byte) ((blue * light + 127) / 255);
    }

    private Conversion luminous() {
        boolean jpeg = tiff.compression == TiffCodec.JPEG || tiff.compression == TiffStructure.OLD_JPEG;
        double[] weights = jpeg ? REC_601 : tiff.reals(TiffStructure.COEFFICIENTS, REC_601);
        double[] range = jpeg ? FULL_RANGE : tiff.reals(TiffStructure.REFERENCE, FULL_RANGE);
        double luma = 255 / nonZero(range[1] - range[0], 255);
        double chromaBlue = 127 / nonZero(range[3] - range[2], 127);
        double chromaRed = 127 / nonZero(range[5] - range[4], 127);
        double green = nonZero(weights[1], REC_601[1]);
        return (in, from, out, to) -> {
            double y = ((in[from] & 255) - range[0]) * luma;
            double r = y + ((in[from + 2] & 255) - range[4]) * chromaRed * (2 - 2 * weights[0]);
            double b = y + ((in[from + 1] & 255) - range[2]) * chromaBlue * (2 - 2 * weights[2]);
            out[to] = clamped(r);
            out[to + 1] = clamped((y - weights[2] * b - weights[0] * r) / green);
            out[to + 2] = clamped(b);
        };
    }

    private static double nonZero(double value, double otherwise) {
        return value == 0 ? otherwise : value;
    }

    private static byte clamped(double value) {
        return (byte) Math.round(Math.max(0, Math.min(255, value)));
    }

    /** Converts a Lab colour. Lightness is 0..255, relative to a white that is taken for the screen's, which is D65. */
    private static void lab(int lightness, int a, int b, byte[] out, int to) {
        double fy = (lightness / 2.55 + 16) / 116;
        double x = 0.95047 * cubed(fy + a / 500.0);
        double y = cubed(fy);
        double z = 1.08883 * cubed(fy - b / 200.0);
        out[to] = lit(3.2404542 * x - 1.5371385 * y - 0.4985314 * z);
        out[to + 1] = lit(-0.9692660 * x + 1.8760108 * y + 0.0415560 * z);
        out[to + 2] = lit(0.0556434 * x - 0.2040259 * y + 1.0572252 * z);
    }

    private static double cubed(double f) {
        return f > 6.0 / 29 ? f * f * f : 3 * (6.0 / 29) * (6.0 / 29) * (f - 4.0 / 29);
    }

    private static byte lit(double linear) {
        return GAMMA[(int) Math.round(Math.max(0, Math.min(1, linear)) * (GAMMA.length - 1))];
    }

    private static byte[] gamma() {
        byte[] table = new byte[1 << 14];
        for (int i = 0; i < table.length; i++) {
            double linear = (double) i / (table.length - 1);
            table[i] = (byte) Math.round(
                    255 * (linear <= 0.0031308 ? 12.92 * linear : 1.055 * Math.pow(linear, 1 / 2.4) - 0.055));
        }
        return table;
    }
}
