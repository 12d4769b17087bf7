package io.twinstream.schemas.image;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Unfiltered rows of opaque gray, 1 to 8 bits a pixel, to a byte a pixel.
 *
 * <p>Maintainers: 1 bit is what scans of ink come in, so 8 pixels are looked up and written at once.
 */
final class GrayRows {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** Eight pixels by their packed byte; the first pixel, its highest bit, is the lowest byte. */
    private static final long[] EIGHT_PIXELS = eightPixels();

    private GrayRows() {}

    /** Expands rows of a filter byte and {@code (width * bits + 7) / 8} bytes, to samples from a place on. */
    static void expand(byte[] raw, int from, int bits, int width, int rows, byte[] samples, int to) {
        int rowBytes = (int) (((long) width * bits + 7) / 8);
        for (int y = 0; y < rows; y++) {
            int row = from + y * (rowBytes + 1) + 1;
            int start = to + y * width;
            switch (bits) {
                case 8 -> System.arraycopy(raw, row, samples, start, width);
                case 1 -> bits(raw, row, samples, start, width);
                default -> packed(raw, row, bits, samples, start, width);
            }
        }
    }

    private static void bits(byte[] raw, int row, byte[] samples, int start, int width) {
        int whole = width / 8;
        for (int i = 0; i < whole; i++) {
            LONGS.set(samples, start + i * 8, EIGHT_PIXELS[raw[row + i] & 255]);
        }
        packed(raw, row + whole, 1, samples, start + whole * 8, width % 8);
    }

    private static void packed(byte[] raw, int row, int bits, byte[] samples, int start, int width) {
        int mask = (1 << bits) - 1;
        int scale = 255 / mask;
        for (int x = 0; x < width; x++) {
            int bit = x * bits;
            samples[start + x] = (byte) ((raw[row + bit / 8] >> (8 - bits - bit % 8) & mask) * scale);
        }
    }

    private static long[] eightPixels() {
        long[] table = new long[256];
        for (int packed = 0; packed < table.length; packed++) {
            for (int i = 0; i < 8; i++) {
                if ((packed & 0x80 >> i) != 0) {
                    table[packed] |= 0xffL << (8 * i);
                }
            }
        }
        return table;
    }
}
