package io.twinstream.schemas.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
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
    void everyLayoutAndFilterGivesTheSamplesOfImageIo(int[] layout) throws Exception {
        for (int width : new int[] {8, 9, 13, 15, 105}) {
            for (int filter = 0; filter <= 5; filter++) {
                assertLikeImageIo(file(layout, width).filter(filter).bytes());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8})
    void aPaletteWithTransparencyGivesTheSamplesOfImageIo(int bits) throws Exception {
        assertLikeImageIo(file(new int[] {3, bits}, 21).transparency(0, 128).bytes());
        assertLikeImageIo(file(new int[] {3, bits}, 21).transparency(77).bytes());
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "2, 2", "4, 3", "8, 77", "16, 77"})
    void aGrayThatIsTransparentLiesOnItsGround(int bits, int value) throws ImageRefusedException {
        int[] layout = {0, bits};
        byte[] expected = decoder.decode(file(layout, 21).pixel(0, value).bytes(), 1)
                .samples()
                .clone();
        byte[] alphas = new byte[expected.length];
        for (int i = 0; i < expected.length; i++) {
            alphas[i] = (byte) (file(layout, 21).pixel(0, value).sample(i) == value ? 0 : 255);
        }
        Backdrop.lay(expected, 1, alphas);

        Picture picture = decoder.decode(
                file(layout, 21).pixel(0, value).transparency(0, value).bytes(), 1);

        assertEquals(0, alphas[0], "the picture has such a gray");
        assertArrayEquals(expected, picture.samples());
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 16})
    void aColourThatIsTransparentLiesOnItsGround(int bits) throws ImageRefusedException {
        int[] layout = {2, bits};
        PngFile file = file(layout, 21);
        byte[] expected = decoder.decode(file.bytes(), 3).samples().clone();
        byte[] alphas = new byte[expected.length / 3];
        Arrays.fill(alphas, (byte) 255);
        alphas[0] = 0;
        Backdrop.lay(expected, 3, alphas);

        Picture picture = decoder.decode(
                file.transparency(
                                file.sample(0) >> 8,
                                file.sample(0) & 255,
                                file.sample(1) >> 8,
                                file.sample(1) & 255,
                                file.sample(2) >> 8,
                                file.sample(2) & 255)
                        .bytes(),
                3);

        assertArrayEquals(expected, picture.samples());
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "4, 2", "2, 3", "6, 4"})
    void sixteenBitsAreRoundedToEight(int colorType, int bands) throws ImageRefusedException {
        PngFile file = new PngFile(colorType, 16, 13, 23).filter(5);
        byte[] expected = new byte[13 * 23 * 3];
        byte[] alphas = new byte[13 * 23];
        for (int i = 0; i < alphas.length; i++) {
            for (int c = 0; c < 3; c++) {
                expected[3 * i + c] = rounded(file.sample(i * bands + (bands < 3 ? 0 : c)));
            }
            alphas[i] = bands % 2 == 1 ? (byte) 255 : rounded(file.sample(i * bands + bands - 1));
        }
        Backdrop.lay(expected, 3, alphas);

        assertArrayEquals(expected, decoder.decode(file.bytes(), 3).samples());
    }

    private static byte rounded(int deep) {
        return (byte) Math.round(deep * 255 / 65535.0);
    }

    static Stream<int[]> deepAndOtherLayouts() {
        return Stream.concat(layouts(), Stream.of(0, 2, 4, 6).map(colorType -> new int[] {colorType, 16}));
    }

    @ParameterizedTest
    @MethodSource("deepAndOtherLayouts")
    void interlacedRowsGiveThePictureOfPlainOnes(int[] layout) throws ImageRefusedException {
        for (int width : new int[] {1, 2, 3, 5, 8, 9, 21, 105}) {
            for (int height : new int[] {1, 2, 4, 5, 23}) {
                PngFile file = file(layout, width, height).filter(5);
                PngDecoder small = new PngDecoder(new ImageLimits(1 << 20, 1 << 20, 1), false);
                byte[] expected = small.decode(file.bytes(), 3).samples();

                assertArrayEquals(
                        expected, small.decode(file.interlaced().bytes(), 3).samples());
            }
        }
    }

    @Test
    void anInterlacedPictureOfSeveralBandsAPassGivesThePictureOfPlainRows() throws ImageRefusedException {
        PngFile file = new PngFile(2, 8, 520, 600).filter(5);

        assertArrayEquals(
                decoder.decode(file.bytes(), 3).samples().clone(),
                decoder.decode(file.interlaced().bytes(), 3).samples());
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
    void aPictureOfSeveralBandsGivesTheSamplesOfImageIo(int colorType, int width) throws Exception {
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
        byte[] rows = new byte[8_001 * 2_000];
        Arrays.fill(rows, (byte) 255);
        for (int y = 0; y < 2_000; y++) {
            rows[8_001 * y] = 0;
        }
        byte[] file = new PngFile(6, 8, 2_000, 2_000).file(PngFile.deflated(rows));
        long before = allocated();

        decoder.decode(file, 1);

        assertTrue(allocated() - before < 5 << 20, () -> "allocated " + (allocated() - before));
    }

    @Test
    void pixelsThatAreMissingAreDamage() {
        PngFile file = file(new int[] {0, 8}, 9);
        byte[] rows = file.filtered();

        assertDamaged(file.bytesWithPixels(Arrays.copyOf(rows, rows.length - 1)));
        assertDamaged(file.bytesWithPixels(new byte[0]));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100_000})
    void pixelsBehindTheLastAreNotLookedAt(int more) throws ImageRefusedException {
        PngFile file = file(new int[] {0, 8}, 9);
        byte[] rows = file.filtered();

        assertArrayEquals(whole(file.bytes()), whole(file.bytesWithPixels(Arrays.copyOf(rows, rows.length + more))));
    }

    @Test
    void aWrongChecksumOfThePixelsIsDamage() {
        PngFile file = file(new int[] {0, 8}, 9);
        byte[] compressed = PngFile.deflated(file.filtered());
        compressed[compressed.length - 1] ^= 1;

        assertDamaged(file.file(compressed));
    }

    @Test
    void compressedDataWithoutItsChecksumIsWholeAndWithoutMoreIsDamage() throws ImageRefusedException {
        PngFile file = file(new int[] {0, 8}, 9);
        byte[] compressed = PngFile.deflated(file.filtered());

        for (int missing = 1; missing < compressed.length; missing++) {
            byte[] cut = file.file(Arrays.copyOf(compressed, compressed.length - missing));
            if (missing <= 4) {
                assertArrayEquals(whole(file.bytes()), whole(cut));
            } else {
                assertDamaged(cut);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {12, 13, 16, 17})
    void aFileCutOffBehindItsPixelsIsWhole(int missing) throws ImageRefusedException {
        byte[] file = file(new int[] {0, 8}, 9).bytes();

        assertArrayEquals(whole(file), whole(Arrays.copyOf(file, file.length - missing)));
    }

    @Test
    void whatTrailsIsNotLookedAt() throws ImageRefusedException {
        byte[] file = file(new int[] {0, 8}, 9).bytes();
        byte[] longer = Arrays.copyOf(file, file.length + 1_000);
        Arrays.fill(longer, file.length, longer.length, (byte) 0xd9);

        assertArrayEquals(whole(file), whole(longer));
    }

    @ParameterizedTest
    @CsvSource({"IHDR, true", "PLTE, true", "IDAT, true", "tEXt, false", "tRNS, false", "IEND, false"})
    void aWrongChecksumIsDamageWherePixelsDependOnTheChunk(String type, boolean damage) throws ImageRefusedException {
        PngFile file = file(new int[] {3, 8}, 9).transparency(0, 128);
        byte[] bytes = file.bytes();
        int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(type);
        bytes[at + 4 + ByteBuffer.wrap(bytes).getInt(at - 4)] ^= 1;

        if (damage) {
            assertDamaged(bytes);
        } else {
            byte[] without = type.equals("tRNS") ? file.transparency().bytes() : file.bytes();
            assertArrayEquals(whole(without), whole(bytes));
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

        for (int length = 40; length < whole.length - 20; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThrows(ImageRefusedException.class, () -> decoder.decode(cut, 1));
            assertArrayEquals(expected, decoder.decode(whole, 1).samples());
        }
    }

    private byte[] whole(byte[] file) throws ImageRefusedException {
        return decoder.decode(file, 1).samples().clone();
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
        return file(layout, width, 23);
    }

    private static PngFile file(int[] layout, int width, int height) {
        PngFile file = new PngFile(layout[0], layout[1], width, height);
        return layout[0] == 3 ? file.palette(Arrays.copyOf(COLORS, 1 << layout[1])) : file;
    }

    private void assertLikeImageIo(byte[] png) throws ImageRefusedException, IOException {
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
        for (int channels : new int[] {1, 3}) {
            Picture expected = RasterReader.read(image, channels);
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
