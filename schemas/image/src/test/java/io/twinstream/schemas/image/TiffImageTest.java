package io.twinstream.schemas.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.Zstd;
import com.sun.management.ThreadMXBean;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

class TiffImageTest {
    private static final int WIDTH = 20;
    private static final int HEIGHT = 12;
    private static final int DEFLATE = 8;
    private static final int OLD_DEFLATE = 32946;
    private static final int LZMA = 34925;
    private static final int ZSTD = 50000;
    private static final byte[] GRAY = ramp(1);
    private static final byte[] RGB = ramp(3);

    private final ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 6, 8, 10, 12, 14, 16})
    void samplesOfAnyDepthAreTakenToEightBits(int bits) {
        byte[] packed = packed(bits);
        byte[] expected = mapped(GRAY, gray -> Math.round(255f * level(gray, bits) / ((1 << bits) - 1)));

        assertGray(
                expected,
                new TiffFile(WIDTH, HEIGHT, packed)
                        .with(TiffStructure.BITS, bits)
                        .order(ByteOrder.BIG_ENDIAN));
        assertGray(
                mapped(expected, gray -> 255 - gray),
                new TiffFile(WIDTH, HEIGHT, packed)
                        .with(TiffStructure.BITS, bits)
                        .with(TiffStructure.PHOTOMETRIC, TiffStructure.WHITE_IS_ZERO)
                        .order(ByteOrder.BIG_ENDIAN));
    }

    @ParameterizedTest
    @CsvSource({"16, false", "16, true", "32, false", "32, true", "64, true"})
    void wideSamplesAreReadInTheFilesOrderOfBytes(int bits, boolean little) {
        ByteOrder order = little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        ByteBuffer wide = ByteBuffer.allocate(GRAY.length * bits / 8).order(order);
        for (byte gray : GRAY) {
            long value = (gray & 255) * 0x0101010101010101L >>> (64 - bits);
            switch (bits) {
                case 16 -> wide.putShort((short) value);
                case 32 -> wide.putInt((int) value);
                default -> wide.putLong(value);
            }
        }

        assertGray(
                GRAY,
                new TiffFile(WIDTH, HEIGHT, wide.array())
                        .with(TiffStructure.BITS, bits)
                        .order(order));
    }

    @ParameterizedTest
    @CsvSource({"16, 1", "32, 1", "64, 1", "32, 3", "64, 3"})
    void floatsBetweenBlackAndWhiteAreRead(int bits, int predictor) {
        for (ByteOrder order : new ByteOrder[] {ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
            byte[] floats = floats(bits, predictor == 3 ? ByteOrder.BIG_ENDIAN : order);

            assertGray(
                    GRAY,
                    new TiffFile(WIDTH, HEIGHT, deflated(predictor == 3 ? floatDifferences(floats, bits / 8) : floats))
                            .with(TiffStructure.COMPRESSION, DEFLATE)
                            .with(TiffStructure.PREDICTOR, predictor)
                            .with(TiffStructure.BITS, bits)
                            .with(TiffStructure.SAMPLE_FORMAT, 3)
                            .order(order));
        }
    }

    @ParameterizedTest
    @CsvSource({"8, false", "16, false", "16, true"})
    void differencesOfNeighboursAreSummed(int bits, boolean little) {
        ByteOrder order = little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        ByteBuffer differences = ByteBuffer.allocate(RGB.length * bits / 8).order(order);
        for (int i = 0; i < RGB.length; i++) {
            int before = i % (3 * WIDTH) < 3 ? 0 : RGB[i - 3] & 255;
            int difference = (RGB[i] & 255) - before;
            if (bits == 8) {
                differences.put((byte) difference);
            } else {
                differences.putShort((short) (difference * 257));
            }
        }

        assertColors(
                RGB,
                new TiffFile(WIDTH, HEIGHT, deflated(differences.array()))
                        .colors(TiffStructure.RGB, 3)
                        .with(TiffStructure.BITS, bits, bits, bits)
                        .with(TiffStructure.COMPRESSION, DEFLATE)
                        .with(TiffStructure.PREDICTOR, 2)
                        .order(order));
    }

    @Test
    void stripsTilesPlanesAndBigTiffGiveTheSamePicture() {
        TiffFile strips = new TiffFile(WIDTH, HEIGHT, rows(RGB, 3, 0, 5), rows(RGB, 3, 5, 10), rows(RGB, 3, 10, 12))
                .with(TiffStructure.ROWS, 5);
        TiffFile tiles = new TiffFile(WIDTH, HEIGHT, tile(RGB, 3, 0), tile(RGB, 3, 16)).tiles(16, 16);
        TiffFile planes =
                new TiffFile(WIDTH, HEIGHT, plane(RGB, 0), plane(RGB, 1), plane(RGB, 2)).with(TiffStructure.PLANAR, 2);
        TiffFile big = new TiffFile(WIDTH, HEIGHT, RGB).big();

        for (TiffFile each : new TiffFile[] {strips, tiles, planes, big}) {
            assertColors(RGB, each.colors(TiffStructure.RGB, 3).with(TiffStructure.BITS, 8, 8, 8));
            assertColors(
                    RGB,
                    each.without(TiffStructure.BITS)
                            .with(TiffStructure.BITS, 8, 8, 8)
                            .order(each == planes ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN));
        }
    }

    @Test
    void missingLengthsAndRowsOfStripsAreFound() {
        TiffFile file = new TiffFile(WIDTH, HEIGHT, rows(GRAY, 1, 0, 6), rows(GRAY, 1, 6, 12));

        assertGray(GRAY, file.with(TiffStructure.ROWS, 6).without(TiffStructure.STRIP_BYTES));
        assertGray(GRAY, new TiffFile(WIDTH, HEIGHT, GRAY).without(TiffStructure.ROWS));
        assertGray(GRAY, new TiffFile(WIDTH, HEIGHT, GRAY).with(TiffStructure.ROWS, 0xffffffffL));
    }

    @Test
    void bitsOfTheOtherFillOrderAreTurned() {
        byte[] turned = mapped(GRAY, gray -> Integer.reverse(gray) >>> 24);

        assertGray(GRAY, new TiffFile(WIDTH, HEIGHT, turned).with(TiffStructure.FILL_ORDER, 2));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, DEFLATE, OLD_DEFLATE, LZMA, ZSTD})
    void aStripIsWholeOrDamaged(int compression) {
        byte[] packed = packed(compression, GRAY);

        assertGray(GRAY, new TiffFile(WIDTH, HEIGHT, packed).with(TiffStructure.COMPRESSION, compression));
        assertGray(
                GRAY,
                new TiffFile(WIDTH, HEIGHT, Arrays.copyOf(packed, packed.length + 9))
                        .with(TiffStructure.COMPRESSION, compression));
        // The directory lies behind the strip, so that missing bytes aren't found by reading on.
        assertFault(
                ImageFault.DAMAGED,
                new TiffFile(WIDTH, HEIGHT, Arrays.copyOf(packed, packed.length * 2 / 3), new byte[50])
                        .with(TiffStructure.ROWS, HEIGHT)
                        .with(TiffStructure.COMPRESSION, compression));
    }

    @ParameterizedTest
    @ValueSource(ints = {DEFLATE, LZMA, ZSTD})
    void aBombIsUnpackedNoFurtherThanItsStripIsLong(int compression) throws Exception {
        byte[] bomb = packed(compression, new byte[64 << 20]);
        byte[] file = new TiffFile(WIDTH, HEIGHT, bomb)
                .with(TiffStructure.COMPRESSION, compression)
                .bytes();
        decode(file);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();

        decode(file);

        // The dictionary of xz has 8 MiB, however little is unpacked.
        assertTrue(threads.getCurrentThreadAllocatedBytes() - before < 12 << 20);
    }

    @ParameterizedTest
    @ValueSource(strings = {"LZW", "PackBits", "CCITT RLE", "CCITT T.4", "CCITT T.6"})
    void whatJavaPacksIsUnpacked(String compression) {
        boolean fax = compression.startsWith("CCITT");
        BufferedImage drawn =
                TestImages.draw(fax ? BufferedImage.TYPE_BYTE_BINARY : BufferedImage.TYPE_BYTE_GRAY, 64, 48);
        int[] stored = drawn.getRaster().getPixels(0, 0, 64, 48, (int[]) null);
        byte[] expected = new byte[stored.length];
        for (int i = 0; i < stored.length; i++) {
            expected[i] = (byte) (fax ? stored[i] * 255 : stored[i]);
        }

        Picture picture =
                assertInstanceOf(Picture.class, decoder.decode(TestImages.encode("tiff", drawn, compression), 1));

        assertArrayEquals(expected, picture.samples());
    }

    /** The files were made by {@code tiffcp} of libtiff 4.5 from a photograph of 40 x 30. */
    @Test
    void stripsThatAreJpegOrWebpAreThePicture() {
        Picture jpeg = picture(TestImages.resource("jpeg-strips.tif"));
        Picture webp = picture(TestImages.resource("webp-strips.tif"));

        assertEquals(40, jpeg.width());
        assertEquals(30, jpeg.height());
        assertTrue(meanDifference(jpeg.samples(), webp.samples()) < 6);
        assertTrue(distinct(jpeg.samples()) > 50);
    }

    @Test
    void faxWithoutLineEndsIsTheSameAsInTiles() {
        Picture rows = picture(TestImages.resource("g3-without-eol.tif"));

        assertArrayEquals(
                rows.samples(), picture(TestImages.resource("fax-tiles.tif")).samples());
        assertEquals(2, distinct(rows.samples()));
    }

    @Test
    void aJpegOfAnotherSizeThanItsStripIsDamage() {
        byte[] jpeg = TestImages.encode("jpeg", TestImages.draw(BufferedImage.TYPE_BYTE_GRAY, WIDTH, HEIGHT));
        TiffFile fits = new TiffFile(WIDTH, HEIGHT, jpeg).with(TiffStructure.COMPRESSION, 7);
        TiffFile larger = new TiffFile(WIDTH - 4, HEIGHT - 2, jpeg).with(TiffStructure.COMPRESSION, 7);
        TiffFile smaller = new TiffFile(WIDTH + 1, HEIGHT, jpeg).with(TiffStructure.COMPRESSION, 7);
        TiffFile old = new TiffFile(WIDTH, HEIGHT, jpeg).with(TiffStructure.COMPRESSION, 6);

        assertEquals(WIDTH, picture(fits.bytes()).width());
        assertEquals(WIDTH - 4, picture(larger.bytes()).width());
        assertFault(ImageFault.DAMAGED, smaller);
        assertArrayEquals(picture(fits.bytes()).samples(), picture(old.bytes()).samples());
        byte[] huge = TestImages.encode("jpeg", new BufferedImage(4000, 2000, BufferedImage.TYPE_BYTE_GRAY));
        assertFault(ImageFault.DAMAGED, new TiffFile(WIDTH, HEIGHT, huge).with(TiffStructure.COMPRESSION, 7));
    }

    @Test
    void inksAbsorbTheirColours() {
        byte[] inks = repeated(0, 100, 255, 51);

        assertColors(
                repeated(204, 124, 0),
                new TiffFile(WIDTH, HEIGHT, inks).colors(TiffStructure.CMYK, 4).with(TiffStructure.BITS, 8, 8, 8, 8));
    }

    @Test
    void lumaWithCoarserChromaIsColour() {
        // Two by two lumas, then one pair of chroma: pure red, of Rec. 601.
        byte[] blocks = new byte[WIDTH / 2 * HEIGHT / 2 * 6];
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = (byte) (i % 6 < 4 ? 76 : i % 6 == 4 ? 85 : 255);
        }

        byte[] decoded = picture(new TiffFile(WIDTH, HEIGHT, blocks)
                        .colors(TiffStructure.YCBCR, 3)
                        .with(TiffStructure.BITS, 8, 8, 8)
                        .with(TiffStructure.SUBSAMPLING, 2, 2)
                        .bytes())
                .samples();

        assertTrue(meanDifference(repeated(254, 0, 0), decoded) < 1);
    }

    @Test
    void labIsColour() {
        byte[] decoded = picture(new TiffFile(WIDTH, HEIGHT, repeated(136, 81, 70))
                        .colors(TiffStructure.CIELAB, 3)
                        .with(TiffStructure.BITS, 8, 8, 8)
                        .bytes())
                .samples();

        assertTrue(meanDifference(repeated(255, 0, 0), decoded) < 4, Arrays.toString(Arrays.copyOf(decoded, 3)));
    }

    @Test
    void aPaletteOfSixteenBitsIsTakenToEight() {
        long[] map = new long[3 * 16];
        for (int i = 0; i < 16; i++) {
            map[i] = 0xffff - i * 0x1111;
            map[16 + i] = i * 0x1111;
            map[32 + i] = 0x8080;
        }

        byte[] decoded = picture(new TiffFile(WIDTH, HEIGHT, new byte[WIDTH / 2 * HEIGHT])
                        .with(TiffStructure.BITS, 4)
                        .with(TiffStructure.PHOTOMETRIC, TiffStructure.PALETTE)
                        .with(TiffStructure.COLOR_MAP, map)
                        .bytes())
                .samples();

        assertArrayEquals(repeated(255, 0, 128), decoded);
    }

    @ParameterizedTest
    @CsvSource({"2, 51", "1, 20", "0, 51"})
    void alphaIsMultipliedOnce(int extra, int stored) throws Exception {
        // A sample of 51 at an opacity of 100; stored as 20 where it is multiplied by that.
        byte[] samples = repeated(stored, stored, stored, 100);
        byte[] file = new TiffFile(WIDTH, HEIGHT, samples)
                .colors(TiffStructure.RGB, 4)
                .with(TiffStructure.BITS, 8, 8, 8, 8)
                .with(TiffStructure.EXTRA_SAMPLES, extra)
                .bytes();

        BufferedImage decoded = decode(file);

        assertTrue(decoded.getColorModel().hasAlpha());
        assertArrayEquals(new int[] {51, 51, 51, 100}, decoded.getRaster().getPixel(3, 4, (int[]) null));
    }

    @Test
    void furtherSamplesThanColoursAndAlphaAreLeftOut() {
        assertColors(
                repeated(10, 20, 30),
                new TiffFile(WIDTH, HEIGHT, repeated(10, 20, 30, 77, 88))
                        .colors(TiffStructure.RGB, 5)
                        .with(TiffStructure.BITS, 8, 8, 8, 8, 8)
                        .with(TiffStructure.EXTRA_SAMPLES, 0, 0));
    }

    @ParameterizedTest
    @CsvSource({"34887, LERC", "34661, JBIG", "34676, SGILOG", "32909, PixarLog", "12345, 12345"})
    void whatNoReaderUnpacksIsNamed(int compression, String name) {
        Undecodable refused = assertFault(
                ImageFault.UNSUPPORTED_LAYOUT,
                new TiffFile(WIDTH, HEIGHT, GRAY).with(TiffStructure.COMPRESSION, compression));

        assertEquals("TIFF compression %s is not taken: save it with LZW or Deflate".formatted(name), refused.reason());
    }

    @Test
    void aPreviewBeforeTheRealPictureIsACamerasRawFile() {
        assertFault(
                ImageFault.UNKNOWN_TYPE,
                new TiffFile(WIDTH, HEIGHT, GRAY)
                        .with(TiffStructure.SUBFILE, 1)
                        .with(TiffStructure.SUB_DIRECTORIES, 8));
    }

    private void assertGray(byte[] expected, TiffFile file) {
        Picture picture = assertInstanceOf(
                Picture.class, decoder.decode(file.bytes(), 1), () -> "" + decoder.decode(file.bytes(), 1));
        assertArrayEquals(expected, picture.samples());
    }

    private void assertColors(byte[] expected, TiffFile file) {
        assertArrayEquals(expected, picture(file.bytes()).samples());
    }

    private Undecodable assertFault(ImageFault fault, TiffFile file) {
        Undecodable refused = assertInstanceOf(Undecodable.class, decoder.decode(file.bytes(), 1));
        assertEquals(fault, refused.fault(), refused.reason());
        return refused;
    }

    private Picture picture(byte[] file) {
        Decoded decoded = decoder.decode(file, 3);
        return assertInstanceOf(Picture.class, decoded, decoded::toString);
    }

    private static BufferedImage decode(byte[] file) throws ImageRefusedException {
        try (EncodedImage image = EncodedImage.open(file, ImageLimits.DEFAULT)) {
            return image.decode();
        }
    }

    private static byte[] ramp(int bands) {
        byte[] samples = new byte[WIDTH * HEIGHT * bands];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (byte) (i * 7 + i / 60 * 11);
        }
        return samples;
    }

    private static byte[] repeated(int... pixel) {
        byte[] samples = new byte[WIDTH * HEIGHT * pixel.length];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (byte) pixel[i % pixel.length];
        }
        return samples;
    }

    private static byte[] mapped(byte[] samples, IntUnaryOperator by) {
        byte[] mapped = new byte[samples.length];
        for (int i = 0; i < mapped.length; i++) {
            mapped[i] = (byte) by.applyAsInt(samples[i] & 255);
        }
        return mapped;
    }

    private static int level(int gray, int bits) {
        return gray * ((1 << bits) - 1) / 255;
    }

    /** Packs rows of numbers of this many bits, the highest first; each row begins at a byte. */
    private static byte[] packed(int bits) {
        int rowBytes = (WIDTH * bits + 7) / 8;
        byte[] packed = new byte[rowBytes * HEIGHT];
        for (int i = 0; i < GRAY.length; i++) {
            int level = level(GRAY[i] & 255, bits);
            for (int bit = 0; bit < bits; bit++) {
                int at = i % WIDTH * bits + bit;
                packed[i / WIDTH * rowBytes + at / 8] |= (byte) ((level >> (bits - 1 - bit) & 1) << (7 - at % 8));
            }
        }
        return packed;
    }

    private static byte[] floats(int bits, ByteOrder order) {
        ByteBuffer floats = ByteBuffer.allocate(GRAY.length * bits / 8).order(order);
        for (byte gray : GRAY) {
            float value = (gray & 255) / 255f;
            switch (bits) {
                case 16 -> floats.putShort(half(value));
                case 32 -> floats.putFloat(value);
                default -> floats.putDouble(value);
            }
        }
        return floats.array();
    }

    private static short half(float value) {
        if (value == 0) {
            return 0;
        }
        int bits = Float.floatToIntBits(value);
        return (short) ((((bits >> 23) - 112) << 10) | (bits >> 13 & 1023));
    }

    private static byte[] floatDifferences(byte[] bigEndian, int bytes) {
        byte[] differences = new byte[bigEndian.length];
        int rowBytes = WIDTH * bytes;
        for (int row = 0; row < bigEndian.length; row += rowBytes) {
            for (int i = 0; i < rowBytes; i++) {
                differences[row + i % bytes * WIDTH + i / bytes] = bigEndian[row + i];
            }
            for (int i = rowBytes - 1; i > 0; i--) {
                differences[row + i] -= differences[row + i - 1];
            }
        }
        return differences;
    }

    private static byte[] rows(byte[] samples, int bands, int from, int to) {
        return Arrays.copyOfRange(samples, from * WIDTH * bands, to * WIDTH * bands);
    }

    private static byte[] plane(byte[] samples, int band) {
        byte[] plane = new byte[samples.length / 3];
        for (int i = 0; i < plane.length; i++) {
            plane[i] = samples[i * 3 + band];
        }
        return plane;
    }

    /** Makes a tile of 16 x 16, filled with zeros beyond the picture. */
    private static byte[] tile(byte[] samples, int bands, int left) {
        byte[] tile = new byte[16 * 16 * bands];
        for (int y = 0; y < HEIGHT; y++) {
            int columns = Math.min(16, WIDTH - left);
            System.arraycopy(samples, (y * WIDTH + left) * bands, tile, y * 16 * bands, columns * bands);
        }
        return tile;
    }

    private static byte[] packed(int compression, byte[] samples) {
        return switch (compression) {
            case DEFLATE, OLD_DEFLATE -> deflated(samples);
            case ZSTD -> Zstd.compress(samples);
            case LZMA -> {
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                try (XZOutputStream out = new XZOutputStream(bytes, new LZMA2Options(6))) {
                    out.write(samples);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                yield bytes.toByteArray();
            }
            default -> samples;
        };
    }

    private static byte[] deflated(byte[] samples) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DeflaterOutputStream out = new DeflaterOutputStream(bytes, new Deflater(9))) {
            out.write(samples);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static double meanDifference(byte[] expected, byte[] actual) {
        assertEquals(expected.length, actual.length);
        long sum = 0;
        for (int i = 0; i < expected.length; i++) {
            sum += Math.abs((expected[i] & 255) - (actual[i] & 255));
        }
        return (double) sum / expected.length;
    }

    private static long distinct(byte[] samples) {
        boolean[] seen = new boolean[256];
        for (byte sample : samples) {
            seen[sample & 255] = true;
        }
        long count = 0;
        for (boolean each : seen) {
            count += each ? 1 : 0;
        }
        return count;
    }
}
