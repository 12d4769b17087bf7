package io.twinstream.schemas.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PngDecoderTest {
    private static final int[] COLORS = IntStream.range(0, 256)
            .map(i -> i * 0x010307 ^ 0x5a00ff)
            .map(color -> color & 0xffffff)
            .toArray();
    private static final ImageLimits LIMITS = ImageLimits.DEFAULT;

    private final PngDecoder decoder = new PngDecoder(LIMITS, true);

    static Stream<int[]> layouts() {
        List<int[]> layouts = new ArrayList<>();
        for (int bits : new int[] {1, 2, 4, 8}) {
            layouts.add(new int[] {0, bits});
            layouts.add(new int[] {3, bits});
        }
        layouts.add(new int[] {2, 8});
        layouts.add(new int[] {4, 8});
        layouts.add(new int[] {6, 8});
        return layouts.stream();
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void everyLayoutAndFilterGivesTheSamplesOfImageIo(int[] layout) throws ImageRefusedException {
        for (int width : new int[] {8, 9, 13, 15, 105}) {
            for (int filter = 0; filter <= 5; filter++) {
                assertLikeImageIo(file(layout, width).filter(filter).bytes());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8})
    void aPaletteWithTransparencyGivesTheSamplesOfImageIo(int bits) throws ImageRefusedException {
        assertLikeImageIo(file(new int[] {3, bits}, 21).transparency(0, 128).bytes());
        assertLikeImageIo(file(new int[] {3, bits}, 21).transparency(77).bytes());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8})
    void aGrayThatIsTransparentBecomesWhite(int bits) throws ImageRefusedException {
        Picture opaque = new PngDecoder(LIMITS, false)
                .decode(file(new int[] {0, bits}, 21).bytes(), 1);

        Picture picture =
                decoder.decode(file(new int[] {0, bits}, 21).transparency(0, 0).bytes(), 1);

        byte[] expected = opaque.samples().clone();
        for (int i = 0; i < expected.length; i++) {
            expected[i] = expected[i] == 0 ? (byte) 255 : expected[i];
        }
        assertFalse(Arrays.equals(opaque.samples(), picture.samples()), "the picture has such a gray");
        assertArrayEquals(expected, picture.samples());
    }

    @Test
    void aColourThatIsTransparentBecomesWhite() throws ImageRefusedException {
        Picture opaque = decoder.decode(file(new int[] {2, 8}, 21).bytes(), 3);
        int[] first = {opaque.samples()[0] & 255, opaque.samples()[1] & 255, opaque.samples()[2] & 255};

        Picture picture = decoder.decode(
                file(new int[] {2, 8}, 21)
                        .transparency(0, first[0], 0, first[1], 0, first[2])
                        .bytes(),
                3);

        byte[] expected = opaque.samples().clone();
        Arrays.fill(expected, 0, 3, (byte) 255);
        assertArrayEquals(expected, picture.samples());
    }

    @Test
    void dataInSeveralChunksIsPutTogetherWhereverItIsCut() throws ImageRefusedException {
        PngFile file = file(new int[] {0, 8}, 9);
        byte[] whole = decoder.decode(file.bytes(), 1).samples();
        int length = PngFile.deflated(file.filtered()).length;

        for (int cut = 0; cut <= length; cut++) {
            assertArrayEquals(whole, decoder.decode(file.splits(cut).bytes(), 1).samples());
            assertArrayEquals(
                    whole, decoder.decode(file.splits(cut, 1, 0, 1).bytes(), 1).samples());
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 900", "2, 300", "3, 900", "4, 450", "6, 225"})
    void aPictureOfSeveralBandsGivesTheSamplesOfImageIo(int colorType, int width) throws ImageRefusedException {
        PngFile file = new PngFile(colorType, 8, width, 600).filter(5);
        assertLikeImageIo((colorType == 3 ? file.palette(new int[256]) : file).bytes());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 0x49000000, 0x00004e44, 0x20202020, -1})
    void chunksOfAnyTypeArePassedOver(int type) throws ImageRefusedException {
        byte[] whole = file(new int[] {0, 8}, 9).bytes();
        byte[] file = ByteBuffer.allocate(whole.length + 12)
                .put(whole, 0, whole.length - 12)
                .put(emptyChunk(type))
                .put(whole, whole.length - 12, 12)
                .array();

        Picture picture = assertTimeoutPreemptively(Duration.ofSeconds(2), () -> decoder.decode(file, 1));

        assertArrayEquals(whole(whole), picture.samples());
    }

    @Test
    void aBlankPictureThatIsLargeForItsFileIsRefused() {
        byte[] blank = PngFile.deflated(new byte[(4 * 4096 + 1) * 4095]);

        ImageRefusedException refused = assertThrows(
                ImageRefusedException.class, () -> decoder.decode(new PngFile(6, 8, 4096, 4095).file(blank), 1));

        assertEquals(ImageFault.TOO_MANY_PIXELS, refused.fault());
    }

    @Test
    void decodingALargePictureTakesLittleMoreThanItsSamples() throws ImageRefusedException {
        byte[] file = new PngFile(6, 8, 2_000, 2_000).file(PngFile.deflated(new byte[8_001 * 2_000]));
        long before = allocated();

        decoder.decode(file, 1);

        assertTrue(allocated() - before < 5 << 20, () -> "allocated " + (allocated() - before));
    }

    @Test
    void interlacedAndDeepFilesAreLeftToImageIo() {
        byte[] file = file(new int[] {0, 8}, 9).bytes();

        assertTrue(PngDecoder.takes(file));
        for (int at : new int[] {26, 27, 28}) {
            byte[] other = file.clone();
            other[at] = 1;
            assertFalse(PngDecoder.takes(other));
        }
        for (int colorType : new int[] {0, 2, 4, 6}) {
            assertFalse(PngDecoder.takes(new PngFile(colorType, 16, 9, 9).bytes()));
        }
        assertFalse(PngDecoder.takes(Arrays.copyOf(file, 28)));
    }

    @Test
    void pixelsLeftOverOrMissingAreDamage() {
        PngFile file = file(new int[] {0, 8}, 9);
        byte[] rows = file.filtered();

        assertDamaged(file.bytesWithPixels(Arrays.copyOf(rows, rows.length - 1)));
        assertDamaged(file.bytesWithPixels(Arrays.copyOf(rows, rows.length + 1)));
        assertDamaged(file.bytesWithPixels(Arrays.copyOf(rows, rows.length + 100_000)));
        assertDamaged(file.bytesWithPixels(new byte[0]));
    }

    @Test
    void aWrongChecksumOfThePixelsIsDamage() {
        PngFile file = file(new int[] {0, 8}, 9);
        byte[] compressed = PngFile.deflated(file.filtered());
        compressed[compressed.length - 1] ^= 1;

        assertDamaged(file.file(compressed));
    }

    @Test
    void compressedDataWithoutItsEndIsDamage() {
        PngFile file = file(new int[] {0, 8}, 9);
        byte[] compressed = PngFile.deflated(file.filtered());

        for (int missing = 1; missing < compressed.length; missing++) {
            assertDamaged(file.file(Arrays.copyOf(compressed, compressed.length - missing)));
        }
    }

    @Test
    void anUnknownFilterIsDamage() {
        PngFile file = file(new int[] {0, 8}, 9);
        byte[] rows = file.filtered();
        rows[0] = 5;

        assertDamaged(file.bytesWithPixels(rows));
    }

    @Test
    void aColourOutsideOfThePaletteIsDamage() {
        assertDamaged(new PngFile(3, 8, 9, 9).palette(0, 1, 2).bytes());
        assertDamaged(new PngFile(3, 1, 9, 9).bytes());
    }

    @Test
    void aHeaderThatClaimsMoreThanItsFileCanHoldAllocatesNothing() {
        byte[] bomb = new PngFile(6, 8, 2048, 4096).file(new byte[100]);
        long before = allocated();

        assertDamaged(bomb);

        assertTrue(allocated() - before < 4 << 20, () -> "allocated " + (allocated() - before));
    }

    @Test
    void aDecoderThatHasFailedDecodesTheNextPicture() throws ImageRefusedException {
        PngFile file = file(new int[] {0, 8}, 9);
        byte[] expected = new PngDecoder(LIMITS, false).decode(file.bytes(), 1).samples();
        byte[] whole = file.bytes();

        for (int length = 40; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThrows(ImageRefusedException.class, () -> decoder.decode(cut, 1));
            assertArrayEquals(expected, decoder.decode(whole, 1).samples());
        }
    }

    private byte[] whole(byte[] file) throws ImageRefusedException {
        return decoder.decode(file, 1).samples();
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

    private static PngFile file(int[] layout, int width) {
        PngFile file = new PngFile(layout[0], layout[1], width, 23);
        return layout[0] == 3 ? file.palette(Arrays.copyOf(COLORS, 1 << layout[1])) : file;
    }

    private void assertLikeImageIo(byte[] png) throws ImageRefusedException {
        assertTrue(PngDecoder.takes(png));
        for (int channels : new int[] {1, 3}) {
            Picture expected;
            try (EncodedImage image = EncodedImage.open(png, LIMITS)) {
                expected = RasterReader.read(image.decode(), channels);
            }
            Picture picture = decoder.decode(png, channels);
            assertEquals(expected.width(), picture.width());
            assertEquals(expected.height(), picture.height());
            assertArrayEquals(expected.samples(), picture.samples(), channels + " channels");
        }
    }

    private void assertDamaged(byte[] png) {
        ImageRefusedException refused = assertThrows(ImageRefusedException.class, () -> decoder.decode(png, 1));
        assertEquals(ImageFault.DAMAGED, refused.fault(), refused.reason());
    }

    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }
}
