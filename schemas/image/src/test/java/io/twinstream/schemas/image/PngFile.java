package io.twinstream.schemas.image;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Writes PNG files that no encoder would write, with any colour type, depth, interlacing, filter and split of the data. */
final class PngFile {
    final int width;
    final int height;
    private final int colorType;
    private final int bits;
    private final byte[] rows;
    private byte[] palette = {};
    private byte[] transparency = {};
    private int filter;
    private int[] splits = {};
    private boolean interlaced;

    PngFile(int colorType, int bits, int width, int height) {
        this.colorType = colorType;
        this.bits = bits;
        this.width = width;
        this.height = height;
        this.rows = new byte[rowBytes() * height];
        new Random(colorType * 31L + bits).nextBytes(rows);
    }

    PngFile palette(int... rgb) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int color : rgb) {
            bytes.write(color >> 16);
            bytes.write(color >> 8);
            bytes.write(color);
        }
        palette = bytes.toByteArray();
        return this;
    }

    PngFile transparency(int... bytes) {
        transparency = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            transparency[i] = (byte) bytes[i];
        }
        return this;
    }

    /** Writes the rows in Adam7's passes. */
    PngFile interlaced() {
        interlaced = true;
        return this;
    }

    /** Sets a sample, counted without the padding of rows. */
    PngFile pixel(int index, int value) {
        int at = bit(index);
        if (bits == 16) {
            rows[at / 8] = (byte) (value >> 8);
            rows[at / 8 + 1] = (byte) value;
        } else {
            int shift = 8 - bits - at % 8;
            rows[at / 8] = (byte) (rows[at / 8] & ~(((1 << bits) - 1) << shift) | value << shift);
        }
        return this;
    }

    /** Returns a sample as it is stored. */
    int sample(int index) {
        int at = bit(index);
        return bits == 16
                ? (rows[at / 8] & 255) << 8 | rows[at / 8 + 1] & 255
                : (rows[at / 8] & 255) >> (8 - bits - at % 8) & ((1 << bits) - 1);
    }

    private int bit(int index) {
        int perRow = width * samplesPerPixel();
        return index / perRow * rowBytes() * 8 + index % perRow * bits;
    }

    /** Sets the rows' filter, 0 to 4, or 5 for each in turn. */
    PngFile filter(int type) {
        filter = type;
        return this;
    }

    /** Sets the lengths of the first IDAT chunks; the last takes the rest. */
    PngFile splits(int... lengths) {
        splits = lengths;
        return this;
    }

    byte[] bytes() {
        return file(deflated(filtered()));
    }

    byte[] bytesWithPixels(byte[] filteredRows) {
        return file(deflated(filteredRows));
    }

    byte[] filtered() {
        if (!interlaced) {
            return filtered(rows, rowBytes(), height);
        }
        ByteArrayOutputStream passes = new ByteArrayOutputStream();
        int[][] places = {
            {0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}
        };
        for (int[] place : places) {
            int columns = (width - place[0] + place[2] - 1) / place[2];
            int lines = (height - place[1] + place[3] - 1) / place[3];
            if (columns > 0 && lines > 0) {
                passes.writeBytes(pass(place, columns, lines));
            }
        }
        return passes.toByteArray();
    }

    private byte[] pass(int[] place, int columns, int lines) {
        PngFile pass = new PngFile(colorType, bits, columns, lines);
        int bands = samplesPerPixel();
        for (int i = 0; i < columns * lines; i++) {
            int x = place[0] + i % columns * place[2];
            int y = place[1] + i / columns * place[3];
            for (int band = 0; band < bands; band++) {
                pass.pixel(i * bands + band, sample((y * width + x) * bands + band));
            }
        }
        return pass.filter(filter).filtered();
    }

    private byte[] filtered(byte[] rows, int rowBytes, int height) {
        int step = Math.max(1, samplesPerPixel() * bits / 8);
        byte[] filtered = new byte[(rowBytes + 1) * height];
        for (int y = 0; y < height; y++) {
            int type = filter == 5 ? y % 5 : filter;
            filtered[y * (rowBytes + 1)] = (byte) type;
            for (int i = 0; i < rowBytes; i++) {
                int left = i < step ? 0 : at(y, i - step);
                int up = y == 0 ? 0 : at(y - 1, i);
                int corner = y == 0 || i < step ? 0 : at(y - 1, i - step);
                int predicted = switch (type) {
                    case 1 -> left;
                    case 2 -> up;
                    case 3 -> (left + up) / 2;
                    case 4 -> paeth(left, up, corner);
                    default -> 0;
                };
                filtered[y * (rowBytes + 1) + 1 + i] = (byte) (at(y, i) - predicted);
            }
        }
        return filtered;
    }

    static byte[] deflated(byte[] bytes) {
        Deflater deflater = new Deflater();
        deflater.setInput(bytes);
        deflater.finish();
        byte[] buffer = new byte[bytes.length + bytes.length / 100 + 100];
        int length = deflater.deflate(buffer);
        deflater.end();
        return Arrays.copyOf(buffer, length);
    }

    byte[] file(byte[] compressed) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
        ByteBuffer header = ByteBuffer.allocate(13).putInt(width).putInt(height);
        header.put((byte) bits).put((byte) colorType).put(12, (byte) (interlaced ? 1 : 0));
        chunk(file, "IHDR", header.array());
        chunk(file, "tEXt", "Comment\0hello".getBytes(StandardCharsets.ISO_8859_1));
        if (palette.length > 0) {
            chunk(file, "PLTE", palette);
        }
        if (transparency.length > 0) {
            chunk(file, "tRNS", transparency);
        }
        int from = 0;
        for (int length : splits) {
            int to = Math.min(from + length, compressed.length);
            chunk(file, "IDAT", Arrays.copyOfRange(compressed, from, to));
            from = to;
        }
        chunk(file, "IDAT", Arrays.copyOfRange(compressed, from, compressed.length));
        chunk(file, "IEND", new byte[0]);
        return file.toByteArray();
    }

    private int rowBytes() {
        return (width * samplesPerPixel() * bits + 7) / 8;
    }

    private int samplesPerPixel() {
        return switch (colorType) {
            case 2 -> 3;
            case 4 -> 2;
            case 6 -> 4;
            default -> 1;
        };
    }

    private int at(int y, int i) {
        return rows[y * rowBytes() + i] & 255;
    }

    /** Predicts a sample as ISO/IEC 15948, clause 9.4, words it. */
    private static int paeth(int a, int b, int c) {
        int p = a + b - c;
        int pa = Math.abs(p - a);
        int pb = Math.abs(p - b);
        int pc = Math.abs(p - c);
        if (pa <= pb && pa <= pc) {
            return a;
        }
        return pb <= pc ? b : c;
    }

    private static void chunk(ByteArrayOutputStream file, String type, byte[] data) {
        byte[] name = type.getBytes(StandardCharsets.ISO_8859_1);
        CRC32 crc = new CRC32();
        crc.update(name);
        crc.update(data);
        file.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
        file.writeBytes(name);
        file.writeBytes(data);
        file.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    }
}
