package io.twinstream.schemas.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests headers and layouts of Windows, OS/2 and Adobe, put together byte by byte. */
class BmpStructureTest {
    private static final int WIDTH = 13;
    private static final int HEIGHT = 9;
    private static final int CORE = 12;
    private static final int INFO = 40;
    private static final int MASKS = 3;
    private static final int RLE8 = 1;

    private final ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);

    @ParameterizedTest
    @CsvSource({
        "12, 1", "12, 4", "12, 8", "16, 4", "16, 8", "40, 1", "40, 2", "40, 4", "40, 8", "64, 4", "64, 8", "108, 8",
        "124, 1"
    })
    void palettesBehindAnyHeaderAreRead(int headerBytes, int bits) {
        byte[] palette = new byte[(headerBytes == CORE ? 3 : 4) << bits];
        for (int i = 0; i < 1 << bits; i++) {
            Arrays.fill(palette, i * (headerBytes == CORE ? 3 : 4), i * (headerBytes == CORE ? 3 : 4) + 3, (byte)
                    gray(i, bits));
        }

        byte[] file = file(header(headerBytes, bits, 0, HEIGHT), palette, rows(bits, false));

        assertGray(bits, file);
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 8, 24, 32})
    void rowsFromTheTopAreRead(int bits) {
        byte[] palette = bits > 8 ? new byte[0] : grays(bits);

        assertGray(bits, file(header(INFO, bits, 0, -HEIGHT), palette, rows(bits, true)));
    }

    @ParameterizedTest
    @CsvSource({
        "16, 7c00, 3e0, 1f",
        "16, f800, 7e0, 1f",
        "16, f00, f0, f",
        "32, 3ff00000, ffc00, 3ff",
        "32, ff, ff00, ff0000",
        "16, 1f, 7e0, f800"
    })
    void colourMasksOfAnyWidthAreRead(int bits, String red, String green, String blue) {
        int[] masks = {
            Integer.parseUnsignedInt(red, 16), Integer.parseUnsignedInt(green, 16), Integer.parseUnsignedInt(blue, 16)
        };
        ByteBuffer masksBytes = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
        long full = 0;
        for (int mask : masks) {
            masksBytes.putInt(mask);
            full |= mask & 0xffffffffL;
        }
        ByteBuffer pixels =
                ByteBuffer.allocate((WIDTH * bits + 31) / 32 * 4 * HEIGHT).order(ByteOrder.LITTLE_ENDIAN);
        // The lowest row is stored first, and is white.
        for (int x = 0; x < WIDTH; x++) {
            if (bits == 16) {
                pixels.putShort((short) full);
            } else {
                pixels.putInt((int) full);
            }
        }

        Picture picture = picture(file(header(INFO, bits, MASKS, HEIGHT), masksBytes.array(), pixels.array()));

        byte[] expected = new byte[WIDTH * HEIGHT];
        Arrays.fill(expected, WIDTH * (HEIGHT - 1), expected.length, (byte) 255);
        assertArrayEquals(expected, picture.samples());
    }

    @ParameterizedTest
    @ValueSource(ints = {56, 108, 124})
    void alphaWithAMaskIsAlpha(int headerBytes) throws Exception {
        byte[] header = header(headerBytes, 32, MASKS, HEIGHT);
        ByteBuffer.wrap(header)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(40, 0xff0000)
                .putInt(44, 0xff00)
                .putInt(48, 0xff)
                .putInt(52, 0xff000000);
        byte[] pixels = new byte[4 * WIDTH * HEIGHT];
        Arrays.fill(pixels, (byte) 0x40);

        try (EncodedImage image = EncodedImage.open(file(header, new byte[0], pixels), ImageLimits.DEFAULT)) {
            BufferedImage decoded = image.decode();
            assertEquals(0x40404040, decoded.getRGB(3, 3));
        }
    }

    @Test
    void whatTheHeaderLeavesOutIsFound() {
        byte[] rows = rows(8, false);
        byte[] usual = file(header(INFO, 8, 0, HEIGHT), grays(8), rows);
        byte[] noOffset = usual.clone();
        ByteBuffer.wrap(noOffset).putInt(10, 0);
        byte[] noPlanes = usual.clone();
        noPlanes[26] = 0;
        byte[] noFilling = Arrays.copyOf(usual, usual.length - 3);

        for (byte[] file : new byte[][] {usual, noOffset, noPlanes, noFilling}) {
            assertGray(8, file);
        }
        assertInstanceOf(Undecodable.class, decoder.decode(Arrays.copyOf(usual, usual.length - 4), 1));
    }

    @Test
    void moreColoursThanBitsAreNoDamage() {
        byte[] header = header(INFO, 4, 0, HEIGHT);
        ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).putInt(32, 100_000);

        assertGray(4, file(header, grays(4), rows(4, false)));
    }

    @Test
    void packedRowsAreWholeOrDamaged() {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        for (int y = HEIGHT - 1; y >= 0; y--) {
            for (int x = 0; x < WIDTH; x++) {
                packed.write(1);
                packed.write(level(x, y, 8));
            }
            packed.write(0);
            packed.write(0);
        }
        packed.write(0);
        packed.write(1);
        byte[] whole = file(header(INFO, 8, RLE8, HEIGHT), grays(8), packed.toByteArray());

        assertGray(8, whole);
        assertInstanceOf(Undecodable.class, decoder.decode(Arrays.copyOf(whole, whole.length - 60), 1));
    }

    private void assertGray(int bits, byte[] file) {
        byte[] expected = new byte[WIDTH * HEIGHT];
        for (int i = 0; i < expected.length; i++) {
            expected[i] = (byte) gray(level(i % WIDTH, i / WIDTH, Math.min(bits, 8)), Math.min(bits, 8));
        }
        assertArrayEquals(expected, picture(file).samples());
    }

    private Picture picture(byte[] file) {
        Decoded decoded = decoder.decode(file, 1);
        return assertInstanceOf(Picture.class, decoded, decoded::toString);
    }

    private static int level(int x, int y, int bits) {
        return (x * 5 + y * 3) % (1 << bits);
    }

    private static int gray(int level, int bits) {
        return level * 255 / ((1 << bits) - 1);
    }

    private static byte[] grays(int bits) {
        byte[] palette = new byte[4 << bits];
        for (int i = 0; i < 1 << bits; i++) {
            Arrays.fill(palette, 4 * i, 4 * i + 3, (byte) gray(i, bits));
        }
        return palette;
    }

    private static byte[] header(int bytes, int bits, int compression, int height) {
        ByteBuffer header =
                ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(bytes);
        if (bytes == CORE) {
            header.putShort((short) WIDTH).putShort((short) height);
        } else {
            header.putInt(WIDTH).putInt(height);
        }
        header.putShort((short) 1).putShort((short) bits);
        return bytes < INFO ? header.array() : header.putInt(compression).array();
    }

    private static byte[] rows(int bits, boolean fromTheTop) {
        int rowBytes = (WIDTH * bits + 31) / 32 * 4;
        byte[] rows = new byte[rowBytes * HEIGHT];
        for (int y = 0; y < HEIGHT; y++) {
            int row = (fromTheTop ? y : HEIGHT - 1 - y) * rowBytes;
            for (int x = 0; x < WIDTH; x++) {
                if (bits > 8) {
                    Arrays.fill(rows, row + x * bits / 8, row + x * bits / 8 + 3, (byte) level(x, y, 8));
                } else {
                    rows[row + x * bits / 8] |= (byte) (level(x, y, bits) << (8 - bits - x * bits % 8));
                }
            }
        }
        return rows;
    }

    private static byte[] file(byte[] header, byte[] colors, byte[] pixels) {
        assertTrue(header.length >= CORE);
        int offset = 14 + header.length + colors.length;
        ByteBuffer file = ByteBuffer.allocate(offset + pixels.length).order(ByteOrder.LITTLE_ENDIAN);
        file.put((byte) 'B').put((byte) 'M').putInt(file.capacity()).putInt(0).putInt(offset);
        return file.put(header).put(colors).put(pixels).array();
    }
}
