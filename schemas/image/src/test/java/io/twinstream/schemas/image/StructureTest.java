package io.twinstream.schemas.image;

import static java.awt.image.BufferedImage.TYPE_BYTE_GRAY;
import static java.awt.image.BufferedImage.TYPE_BYTE_INDEXED;
import static java.awt.image.BufferedImage.TYPE_INT_RGB;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.BitSet;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests files whose structure leads nowhere, goes on for ever, or says twice what counts once. */
class StructureTest {
    private static final Duration QUICKLY = Duration.ofSeconds(2);
    private static final int SIDE = 64;

    @ParameterizedTest
    @ValueSource(strings = {"bmp", "gif"})
    void whatIsEssentialGivesThePixelsOfTheWholeFile(String format) throws Exception {
        for (int layout : new int[] {TYPE_INT_RGB, TYPE_BYTE_GRAY, TYPE_BYTE_INDEXED}) {
            byte[] file = TestImages.encode(format, TestImages.draw(layout, 31, 17));
            byte[] essentials = essentials(format, file);

            assertArrayEquals(essentials, essentials(format, essentials));
            assertArrayEquals(pixels(javaPicture(file)), pixels(decode(file)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"lossy", "lossless", "alpha"})
    void metadataOfWebpIsLeftOut(String kind) throws Exception {
        byte[] file = TestImages.resource(kind + ".webp");
        byte[] chunks = joined(Arrays.copyOfRange(file, 12, file.length), repeated("EXIF\1\0\0\0II", 5_000));
        byte[] longer = joined(Arrays.copyOf(file, 12), chunks);
        ByteBuffer.wrap(longer).order(ByteOrder.LITTLE_ENDIAN).putInt(4, 4 + chunks.length);

        assertArrayEquals(pixels(decode(file)), pixels(decode(longer)));
        assertEquals(
                WebpStructure.of(file).essentials().length,
                WebpStructure.of(longer).essentials().length);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 0x49000000, 0x00004e44, 0x20202020, -1})
    void pngChunksOfUnknownTypesArePassedOver(int type) throws Exception {
        byte[] file = TestImages.encode("png", drawn());
        ByteArrayOutputStream longer = new ByteArrayOutputStream();
        longer.write(file, 0, file.length - 12);
        for (int i = 0; i < 100; i++) {
            longer.writeBytes(emptyChunk(type));
        }
        longer.write(file, file.length - 12, 12);

        Picture decoded = assertTimeoutPreemptively(QUICKLY, () -> decode(longer.toByteArray()));

        assertArrayEquals(RasterReader.read(drawn(), 3).samples(), pixels(decoded));
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MAX_VALUE, Integer.MIN_VALUE, -1, -12, -13})
    void aPngChunkOfALengthThatTheFileHasNotIsDamageBeforeThePixelsOnly(int length) {
        byte[] file = TestImages.encode("png", drawn());
        byte[] behind = file.clone();
        ByteBuffer.wrap(behind).putInt(file.length - 12, length);
        byte[] before = joined(joined(Arrays.copyOf(file, 33), emptyChunk(0x74455874)), tail(file, 33));
        ByteBuffer.wrap(before).putInt(33, length);

        assertArrayEquals(pixels(decode(file)), pixels(decode(behind)));
        assertRefused(ImageFault.DAMAGED, before);
    }

    @Test
    void aGifCommentInBlocksOfOneByteIsPassedOver() throws Exception {
        byte[] gif = TestImages.encode("gif", TestImages.draw(TYPE_BYTE_INDEXED, SIDE, SIDE));
        byte[] comment = joined(joined(new byte[] {0x21, (byte) 0xfe}, repeated("\1x", 400_000)), new byte[1]);

        byte[] longer = joined(joined(Arrays.copyOf(gif, gifBlocks(gif)), comment), tail(gif, gifBlocks(gif)));

        Picture decoded = assertTimeoutPreemptively(QUICKLY, () -> decode(longer));
        assertArrayEquals(pixels(decode(gif)), pixels(decoded));
    }

    @Test
    void whatBeginsNoBlockBehindAGifsFrameIsPassedOver() throws Exception {
        byte[] gif = TestImages.encode("gif", TestImages.draw(TYPE_BYTE_INDEXED, SIDE, SIDE));
        byte[] padded = joined(Arrays.copyOf(gif, gif.length - 1), new byte[] {0, 0, 0x3b});
        byte[] before = joined(joined(Arrays.copyOf(gif, gifBlocks(gif)), new byte[1]), tail(gif, gifBlocks(gif)));

        assertArrayEquals(pixels(decode(gif)), pixels(decode(padded)));
        assertRefused(ImageFault.DAMAGED, before);
    }

    @ParameterizedTest
    @CsvSource({"4, DAMAGED", "7, DAMAGED", "8, PICTURE", "40, PICTURE"})
    void aGifsCodesGiveThePixelsOfItsFrame(int runs, String expected) {
        byte[] gif = gif(SIDE, SIDE, runsOf(512, runs));

        if (expected.equals("PICTURE")) {
            assertEquals(SIDE, decode(gif).width());
        } else {
            assertRefused(ImageFault.valueOf(expected), gif);
        }
    }

    @Test
    void gifsOfClearCodesAreDamage() {
        byte[] codes = new byte[1_000_000];
        // 256 in nine bits each.
        for (int bit = 8; bit < 8 * codes.length; bit += 9) {
            codes[bit / 8] |= (byte) (1 << bit % 8);
        }

        assertRefused(ImageFault.DAMAGED, gif(SIDE, SIDE, codes));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 9, 12, 255})
    void aGifOfOtherCodesThanPixelsHaveIsDamage(int bits) {
        byte[] gif = gif(SIDE, SIDE, new byte[100]);
        gif[13 + 768 + 10] = (byte) bits;

        assertRefused(ImageFault.DAMAGED, gif);
    }

    @Test
    void tiffStripsThatLieOnOneAnotherAreDamage() {
        assertRefused(ImageFault.DAMAGED, tiffOfStrips(SIDE));
        assertEquals(SIDE, decode(tiffOfStrips(1)).width());
    }

    @ParameterizedTest
    @CsvSource({"2147483647", "536870912", "-1"})
    void aBmpWhosePixelsBeginBehindItIsDamage(int offset) {
        byte[] bmp = TestImages.encode("bmp", drawn());
        ByteBuffer.wrap(bmp).order(ByteOrder.LITTLE_ENDIAN).putInt(10, offset);

        assertRefused(ImageFault.DAMAGED, bmp);
    }

    @Test
    void aBmpOfFewBytesAndManyPixelsIsDamage() {
        byte[] bmp = TestImages.encode("bmp", drawn());
        ByteBuffer.wrap(bmp).order(ByteOrder.LITTLE_ENDIAN).putInt(18, 4096).putInt(22, 4096);

        assertRefused(ImageFault.DAMAGED, bmp);
    }

    @Test
    void aSmallFileMayClaimABlankPageButNotAllThatTheLimitsAllow() throws Exception {
        ImageLimits limits = ImageLimits.DEFAULT;

        limits.checkDensity(2480L * 3508 * 4, 300);
        limits.checkDensity(4L << 24, 1 << 20);
        assertThrows(ImageRefusedException.class, () -> limits.checkDensity(4L << 24, 72_000));
    }

    @Test
    void aWebpOfFewBytesAndManyPixelsIsRefused() {
        assertRefused(ImageFault.TOO_MANY_PIXELS, webpOfOneColour(16_168, 1_024));
        assertEquals(1_024, decode(webpOfOneColour(1_024, 1_024)).width());
    }

    private static byte[] essentials(String format, byte[] file) throws ImageRefusedException {
        return format.equals("gif") ? GifStructure.of(file).essentials() : BmpStructure.essentials(file);
    }

    private static BufferedImage drawn() {
        return TestImages.draw(TYPE_BYTE_GRAY, SIDE, SIDE);
    }

    private static Picture decode(byte[] file) {
        return assertInstanceOf(Picture.class, new ImageDecoder(ImageLimits.DEFAULT).decode(file, 3));
    }

    private static Picture javaPicture(byte[] file) throws IOException {
        return RasterReader.read(ImageIO.read(new ByteArrayInputStream(file)), 3);
    }

    private static byte[] pixels(Picture picture) {
        return picture.samples();
    }

    private static void assertRefused(ImageFault fault, byte[] file) {
        Decoded decoded =
                assertTimeoutPreemptively(QUICKLY, () -> new ImageDecoder(ImageLimits.DEFAULT).decode(file, 3));
        Undecodable undecodable = assertInstanceOf(Undecodable.class, decoded);
        assertEquals(fault, undecodable.fault(), undecodable.reason());
    }

    private static byte[] emptyChunk(int type) {
        byte[] name = ByteBuffer.allocate(4).putInt(type).array();
        CRC32 crc = new CRC32();
        crc.update(name);
        return ByteBuffer.allocate(12)
                .putInt(0)
                .put(name)
                .putInt((int) crc.getValue())
                .array();
    }

    /** Returns where a GIF's first block begins. */
    private static int gifBlocks(byte[] gif) {
        return 13 + (gif[10] < 0 ? 3 << ((gif[10] & 7) + 1) : 0);
    }

    private static byte[] gif(int width, int height, byte[] codes) {
        ByteBuffer gif = ByteBuffer.allocate(900 + codes.length * 2).order(ByteOrder.LITTLE_ENDIAN);
        gif.put("GIF89a".getBytes(StandardCharsets.ISO_8859_1))
                .putShort((short) width)
                .putShort((short) height);
        gif.put((byte) 0xf7)
                .putShort((short) 0)
                .put(new byte[768])
                .put((byte) 0x2c)
                .putInt(0);
        gif.putShort((short) width).putShort((short) height).put((byte) 0).put((byte) 8);
        for (int at = 0; at < codes.length; at += 255) {
            int length = Math.min(255, codes.length - at);
            gif.put((byte) length).put(codes, at, length);
        }
        return Arrays.copyOf(gif.put((byte) 0).put((byte) 0x3b).array(), gif.position());
    }

    /**
     * Makes codes of 9 bits that give this many pixels, with a clear code before each run of them and an end code behind the
     * last.
     */
    private static byte[] runsOf(int pixels, int runs) {
        BitSet bits = new BitSet();
        int at = 0;
        for (int run = 0; run < runs; run++) {
            at = nineBits(bits, at, 256);
            for (int i = 0; i < pixels; i++) {
                if (i > 0 && i % 250 == 0) {
                    at = nineBits(bits, at, 256);
                }
                at = nineBits(bits, at, 1);
            }
        }
        at = nineBits(bits, at, 257);
        return Arrays.copyOf(bits.toByteArray(), at / 8 + 1);
    }

    private static int nineBits(BitSet bits, int at, int code) {
        for (int i = 0; i < 9; i++) {
            bits.set(at + i, (code >> i & 1) == 1);
        }
        return at + 9;
    }

    /** Makes a TIFF in which all strips lie on the first one; a single strip has all rows. */
    private static byte[] tiffOfStrips(int count) {
        int lists = 8 + 2 + 12 * 9 + 4;
        int pixels = lists + 8 * count;
        int bytes = SIDE * SIDE / (count == 1 ? 1 : 2);
        ByteBuffer file = ByteBuffer.allocate(pixels + SIDE * SIDE).order(ByteOrder.LITTLE_ENDIAN);
        file.put("II*\0".getBytes(StandardCharsets.ISO_8859_1)).putInt(8).putShort((short) 9);
        int offsets = count == 1 ? pixels : lists;
        int lengths = count == 1 ? bytes : lists + 4 * count;
        int[][] fields = {
            {256, 1, SIDE},
            {257, 1, SIDE},
            {258, 1, 8},
            {259, 1, 1},
            {262, 1, 1},
            {273, count, offsets},
            {277, 1, 1},
            {278, 1, SIDE / count},
            {279, count, lengths}
        };
        for (int[] field : fields) {
            file.putShort((short) field[0]).putShort((short) (field[0] == 273 || field[0] == 279 ? 4 : 3));
            file.putInt(field[1]).putInt(field[2]);
        }
        file.putInt(0);
        for (int i = 0; i < count; i++) {
            file.putInt(lists + 4 * i, pixels).putInt(lists + 4 * count + 4 * i, bytes);
        }
        return file.array();
    }

    /** Makes a lossless WebP with five codes of one symbol each (RFC 9649, section 3.7.2.1.1). */
    private static byte[] webpOfOneColour(int width, int height) {
        ByteBuffer file = ByteBuffer.allocate(20 + 40).order(ByteOrder.LITTLE_ENDIAN);
        file.put("RIFF".getBytes(StandardCharsets.ISO_8859_1))
                .putInt(52)
                .put("WEBPVP8L".getBytes(StandardCharsets.ISO_8859_1))
                .putInt(40);
        file.put((byte) 0x2f).putInt(width - 1 | height - 1 << 14);
        // Three bits of no transform, cache or groups; then 1000, five times.
        file.put((byte) 0b10001000).put((byte) 0b10001000).put((byte) 0b1000);
        return file.array();
    }

    private static int indexOf(byte[] bytes, String text) {
        return new String(bytes, StandardCharsets.ISO_8859_1).indexOf(text);
    }

    private static byte[] tail(byte[] bytes, int from) {
        return Arrays.copyOfRange(bytes, from, bytes.length);
    }

    private static byte[] repeated(String text, int count) {
        return text.repeat(count).getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] joined = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, joined, first.length, second.length);
        return joined;
    }
}
