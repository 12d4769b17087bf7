package io.twinstream.schemas.image;

import static io.twinstream.schemas.image.TiffStructure.damaged;
import static io.twinstream.schemas.image.TiffStructure.unsupported;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * This is the first page of a TIFF, which is checked against the limits before a pixel of it is unpacked. Decoding gives 8 bits a
 * sample, gray or RGB, and alpha where the file has it.
 */
final class TiffImage {
    /** Factor by which a tile may be larger than the picture. Tiles are decoded whole, so a much larger one is a bomb. */
    private static final int TILE_SLACK = 4;

    private static final int SMALL = 1 << 16;
    private static final int UNSIGNED = 1;
    private static final int FLOATING = 3;
    private static final int ASSOCIATED = 1;
    private static final int UNASSOCIATED = 2;
    private static final int DIFFERENCES = 2;
    private static final int FLOAT_DIFFERENCES = 3;
    private static final int BYTE = 8;
    private static final int MOST_INDEX_BITS = 8;

    private final TiffStructure tiff;
    /** The number of colour samples a pixel; alpha stands behind them. */
    private final int colors;

    private final int alpha;
    private final int kept;
    private final int format;
    private final int predictor;
    private final int acrossChroma;
    private final int downChroma;

    private TiffImage(TiffStructure tiff) throws ImageRefusedException {
        this.tiff = tiff;
        this.colors = switch (tiff.photometric) {
            case TiffStructure.WHITE_IS_ZERO, TiffStructure.BLACK_IS_ZERO, TiffStructure.PALETTE, TiffStructure.MASK ->
                1;
            case TiffStructure.RGB, TiffStructure.YCBCR, TiffStructure.CIELAB, TiffStructure.ICCLAB -> 3;
            case TiffStructure.CMYK -> 4;
            default ->
                throw unsupported(
                        "the TIFF's colours are of kind %d: save it as gray, RGB or CMYK".formatted(tiff.photometric));
        };
        if (tiff.samples < colors) {
            throw damaged("it has %d of %d samples a pixel".formatted(tiff.samples, colors));
        }
        int extra = (int) tiff.number(TiffStructure.EXTRA_SAMPLES, 0);
        if (tiff.samples == colors) {
            this.alpha = 0;
        } else if (extra == ASSOCIATED) {
            this.alpha = ASSOCIATED;
        } else {
            // One sample more than the colours is alpha, even if the writer doesn't say so.
            this.alpha = extra == UNASSOCIATED || tiff.samples == colors + 1 ? UNASSOCIATED : 0;
        }
        this.kept = colors + (alpha == 0 ? 0 : 1);
        this.format = (int) tiff.number(TiffStructure.SAMPLE_FORMAT, UNSIGNED);
        this.predictor = (int) tiff.number(TiffStructure.PREDICTOR, 1);
        long[] chroma = tiff.photometric == TiffStructure.YCBCR
                ? tiff.numbers(TiffStructure.SUBSAMPLING, new long[] {2, 2})
                : new long[] {1, 1};
        this.acrossChroma = (int) chroma[0];
        this.downChroma = chroma.length > 1 ? (int) chroma[1] : acrossChroma;
    }

    /**
     * Opens the first page.
     *
     * @throws ImageRefusedException with the fault, if it is refused
     */
    static TiffImage open(byte[] file, ImageLimits limits) throws ImageRefusedException {
        TiffStructure tiff = TiffStructure.of(file);
        limits.checkSize(tiff.width, tiff.height);
        if (tiff.has(TiffStructure.SUB_DIRECTORIES) && (tiff.number(TiffStructure.SUBFILE, 0) & 1) == 1) {
            throw new ImageRefusedException(
                    ImageFault.UNKNOWN_TYPE, "the bytes are a camera's raw file: convert it to JPEG");
        }
        TiffImage image = new TiffImage(tiff);
        image.checkLayout();
        long pixels = (long) tiff.width * tiff.height;
        long chunk = (long) tiff.chunkWidth * tiff.chunkHeight;
        if (chunk > TILE_SLACK * Math.max(pixels, SMALL)) {
            throw new ImageRefusedException(
                    ImageFault.TOO_MANY_PIXELS, "a tile of the image claims %d pixels".formatted(chunk));
        }
        limits.checkDensity(pixels * tiff.samples * Math.max(1, tiff.bits / BYTE), file.length);
        tiff.checkChunks();
        return image;
    }

    int width() {
        return tiff.width;
    }

    int height() {
        return tiff.height;
    }

    int orientation() {
        return Orientation.checked(tiff.number(Orientation.TAG, Orientation.UPRIGHT));
    }

    private void checkLayout() throws ImageRefusedException {
        boolean known = switch (format) {
            case FLOATING -> tiff.bits == 16 || tiff.bits == 24 || tiff.bits == 32 || tiff.bits == 64;
            default -> tiff.bits <= 16 || tiff.bits == 24 || tiff.bits == 32 || tiff.bits == 64;
        };
        if (!known) {
            throw unsupported("the TIFF has samples of %d bits in format %d: save it with 8 bits a sample"
                    .formatted(tiff.bits, format));
        }
        if (tiff.photometric == TiffStructure.PALETTE && tiff.bits > MOST_INDEX_BITS) {
            throw unsupported(
                    "the TIFF has a palette of %d bits, at most %d are taken".formatted(tiff.bits, MOST_INDEX_BITS));
        }
        if (subsampled() && (tiff.bits != BYTE || tiff.separate || !isSide(acrossChroma) || !isSide(downChroma))) {
            throw unsupported("the TIFF's chroma is %d x %d times coarser, in %d bits: save it as RGB"
                    .formatted(acrossChroma, downChroma, tiff.bits));
        }
    }

    private static boolean isSide(int times) {
        return times == 1 || times == 2 || times == 4;
    }

    private boolean subsampled() {
        return (acrossChroma != 1 || downChroma != 1)
                && tiff.compression != TiffCodec.JPEG
                && tiff.compression != TiffStructure.OLD_JPEG;
    }

    /** Decodes all pixels. */
    BufferedImage decode() throws IOException, ImageRefusedException {
        byte[] samples = new byte[Math.multiplyExact(tiff.width * tiff.height, kept)];
        try (TiffCodec codec = new TiffCodec(tiff)) {
            int chunk = 0;
            for (int plane = 0; plane < tiff.planes(); plane++) {
                for (int down = 0; down < tiff.down(); down++) {
                    for (int across = 0; across < tiff.across(); across++, chunk++) {
                        if (!tiff.separate || plane < kept) {
                            unpack(codec, chunk, plane, across * tiff.chunkWidth, down * tiff.chunkHeight, samples);
                        }
                    }
                }
            }
        }
        return new TiffColors(tiff, alpha, kept).image(samples);
    }

    private void unpack(TiffCodec codec, int chunk, int plane, int left, int top, byte[] samples)
            throws IOException, ImageRefusedException {
        int each = tiff.separate ? 1 : tiff.samples;
        int rows = tiff.tiled ? tiff.chunkHeight : Math.min(tiff.chunkHeight, tiff.height - top);
        if (subsampled()) {
            int blocks = (tiff.chunkWidth + acrossChroma - 1) / acrossChroma;
            int rowBytes = Math.multiplyExact(blocks, acrossChroma * downChroma + each - 1);
            byte[] raw = codec.unpacked(chunk, each, rowBytes, (rows + downChroma - 1) / downChroma);
            spreadBlocks(raw, rowBytes, each, left, top, rows, samples);
            return;
        }
        int rowBytes = Math.toIntExact(((long) tiff.chunkWidth * each * tiff.bits + BYTE - 1) / BYTE);
        byte[] raw = codec.unpacked(chunk, each, rowBytes, rows);
        if (codec.predicts()) {
            for (int y = 0; y < rows; y++) {
                undoPrediction(raw, y * rowBytes, rowBytes, each);
            }
        }
        int seenRows = Math.min(rows, tiff.height - top);
        int seenColumns = Math.min(tiff.chunkWidth, tiff.width - left);
        Samples row = new Samples(raw);
        for (int y = 0; y < seenRows; y++) {
            int to = ((top + y) * tiff.width + left) * kept;
            if (tiff.separate) {
                for (int x = 0; x < seenColumns; x++) {
                    samples[to + x * kept + plane] = row.sample(y * rowBytes, x, plane);
                }
            } else {
                for (int x = 0; x < seenColumns; x++) {
                    for (int band = 0; band < kept; band++) {
                        samples[to++] = row.sample(y * rowBytes, x * each + band, band);
                    }
                }
            }
        }
    }

    /** Spreads blocks of luma, behind each of which stands its pair of chroma. */
    private void spreadBlocks(byte[] raw, int rowBytes, int each, int left, int top, int rows, byte[] samples) {
        int lumas = acrossChroma * downChroma;
        int blockBytes = lumas + each - 1;
        int bottom = Math.min(top + rows, tiff.height);
        int right = Math.min(left + tiff.chunkWidth, tiff.width);
        for (int y = top; y < bottom; y++) {
            for (int x = left; x < right; x++) {
                int block = (y - top) / downChroma * rowBytes + (x - left) / acrossChroma * blockBytes;
                int inBlock = (y - top) % downChroma * acrossChroma + (x - left) % acrossChroma;
                int to = (y * tiff.width + x) * kept;
                samples[to] = raw[block + inBlock];
                for (int band = 1; band < kept; band++) {
                    samples[to + band] = raw[block + lumas + band - 1];
                }
            }
        }
    }

    private void undoPrediction(byte[] raw, int start, int rowBytes, int each) throws IOException {
        if (predictor == FLOAT_DIFFERENCES && tiff.bits % BYTE == 0) {
            undoFloatDifferences(raw, start, rowBytes, each);
        } else if (predictor == DIFFERENCES && tiff.bits % BYTE == 0) {
            undoDifferences(raw, start, rowBytes, each);
        } else if (predictor != 1 && predictor != 0) {
            throw new IOException("its predictor is %d for %d bits".formatted(predictor, tiff.bits));
        }
    }

    /** Undoes differences by summing from the left, each number in the file's byte order. */
    private void undoDifferences(byte[] raw, int start, int rowBytes, int each) {
        int bytes = tiff.bits / BYTE;
        boolean little = tiff.order() == ByteOrder.LITTLE_ENDIAN;
        for (int at = start + each * bytes; at + bytes <= start + rowBytes; at += bytes) {
            int carry = 0;
            for (int i = 0; i < bytes; i++) {
                int digit = at + (little ? i : bytes - 1 - i);
                carry += (raw[digit] & 255) + (raw[digit - each * bytes] & 255);
                raw[digit] = (byte) carry;
                carry >>= BYTE;
            }
        }
    }

    /**
     * Undoes differences of floats: the bytes of all numbers stand by their weight, the highest first (Adobe's technical note
     * 3).
     */
    private void undoFloatDifferences(byte[] raw, int start, int rowBytes, int each) {
        int bytes = tiff.bits / BYTE;
        int numbers = rowBytes / bytes;
        for (int i = start + each; i < start + rowBytes; i++) {
            raw[i] += raw[i - each];
        }
        byte[] apart = Arrays.copyOfRange(raw, start, start + rowBytes);
        boolean little = tiff.order() == ByteOrder.LITTLE_ENDIAN;
        for (int number = 0; number < numbers; number++) {
            for (int i = 0; i < bytes; i++) {
                raw[start + number * bytes + (little ? bytes - 1 - i : i)] = apart[i * numbers + number];
            }
        }
    }

    /** Converts the samples of unpacked rows to 8 bits. */
    private final class Samples {
        private final byte[] raw;
        private final ByteBuffer numbers;
        private final long most = tiff.bits >= 63 ? Long.MAX_VALUE : (1L << tiff.bits) - 1;
        private final boolean index = tiff.photometric == TiffStructure.PALETTE;
        private final boolean lab = tiff.photometric == TiffStructure.CIELAB;

        Samples(byte[] raw) {
            this.raw = raw;
            this.numbers = ByteBuffer.wrap(raw).order(tiff.order());
        }

        /** @param row the place where the row begins */
        byte sample(int row, int number, int band) {
            if (format == FLOATING) {
                return floating(row + number * (tiff.bits / BYTE));
            }
            return switch (tiff.bits) {
                case 8 -> raw[row + number];
                case 16 -> sixteen(numbers.getShort(row + 2 * number) & 0xffff, band);
                case 24, 32, 64 -> sixteen(highest(row + number * (tiff.bits / BYTE)), band);
                default -> packed(row, number, band);
            };
        }

        private byte sixteen(int stored, int band) {
            if (lab && band > 0) {
                return (byte) Math.max(-128, Math.min(127, ((short) stored + 128) >> BYTE));
            }
            return (byte) ((stored * 255 + 32767) / 65535);
        }

        private int highest(int at) {
            int second = tiff.order() == ByteOrder.LITTLE_ENDIAN ? at + tiff.bits / BYTE - 2 : at;
            return numbers.getShort(second) & 0xffff;
        }

        private byte packed(int row, int number, int band) {
            long bit = (long) number * tiff.bits;
            int value = 0;
            for (int i = 0; i < tiff.bits; i++, bit++) {
                value = value << 1 | (raw[row + (int) (bit >> 3)] >> (7 - (int) (bit & 7)) & 1);
            }
            return (byte) (index && band == 0 ? value : (value * 255L + most / 2) / most);
        }

        private byte floating(int at) {
            double value = switch (tiff.bits) {
                case 16 -> half(numbers.getShort(at) & 0xffff);
                case 24 -> threeBytes(at);
                case 32 -> numbers.getFloat(at);
                default -> numbers.getDouble(at);
            };
            return (byte) Math.round(255 * Math.max(0, Math.min(1, value)));
        }

        /** Reads an IEEE 754 number of 16 bits: 5 of exponent, 10 of fraction. */
        private static double half(int bits) {
            int exponent = bits >> 10 & 31;
            int fraction = bits & 1023;
            double value = exponent == 0 ? fraction * 0x1p-24 : (1024 + fraction) * Math.scalb(1.0, exponent - 25);
            return bits >> 15 == 0 ? value : -value;
        }

        /** Reads a float of 24 bits: 7 of exponent, 16 of fraction. */
        private double threeBytes(int at) {
            int bits = 0;
            for (int i = 0; i < 3; i++) {
                bits = bits << BYTE | (raw[tiff.order() == ByteOrder.LITTLE_ENDIAN ? at + 2 - i : at + i] & 255);
            }
            int exponent = bits >> 16 & 127;
            int fraction = bits & 0xffff;
            double value =
                    exponent == 0 ? fraction * 0x1p-78 : (0x10000 + fraction) * Math.scalb(1.0, exponent - 63 - 16);
            return bits >> 23 == 0 ? value : -value;
        }
    }
}
