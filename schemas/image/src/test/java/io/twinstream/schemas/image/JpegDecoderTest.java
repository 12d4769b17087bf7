package io.twinstream.schemas.image;

import static java.awt.image.BufferedImage.TYPE_BYTE_GRAY;
import static java.awt.image.BufferedImage.TYPE_INT_RGB;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.twinstream.schemas.modelpackage.InputSpec;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests decoding by libjpeg-turbo where it is available, and by Java everywhere. */
class JpegDecoderTest {
    private static final int WIDTH = 43;
    private static final int HEIGHT = 37;
    private static final int DHT = 0xc4;
    private static final int SOF = 0xc0;
    private static final int EOI = 0xd9;
    private static final int SOS = 0xda;
    private static final int DQT = 0xdb;
    private static final int APP0 = 0xe0;
    private static final int APP1 = 0xe1;
    private static final int APP2 = 0xe2;
    private static final int APP14 = 0xee;
    private static final int COM = 0xfe;

    private static final Map<String, byte[]> FILES = files();
    private static final byte[] JPEG = FILES.get("RGB");

    private static Map<String, byte[]> files() {
        BufferedImage rgb = JpegFile.photo(TYPE_INT_RGB, WIDTH, HEIGHT);
        byte[] cmyk = JpegFile.raw(4, WIDTH, HEIGHT);
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("RGB", TestImages.encode("jpeg", rgb));
        files.put("gray", TestImages.encode("jpeg", JpegFile.photo(TYPE_BYTE_GRAY, WIDTH, HEIGHT)));
        files.put("progressive", JpegFile.progressive(rgb));
        for (int interval = 1; interval < 10; interval++) {
            files.put("restart " + interval, JpegFile.restarting(rgb, interval));
        }
        files.put("CMYK", cmyk);
        files.put("CMYK of Adobe", JpegFile.with(cmyk, adobe(0)));
        files.put("YCCK", JpegFile.with(cmyk, adobe(2)));
        files.put("RGB of Adobe", JpegFile.with(JpegFile.raw(3, WIDTH, HEIGHT), adobe(0)));
        files.put("YCbCr of Adobe", JpegFile.with(JpegFile.raw(3, WIDTH, HEIGHT), adobe(1)));
        return files;
    }

    static Stream<String> names() {
        return FILES.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("names")
    void javaAndTurboGiveTheSameSamplesWithinRounding(String name) throws ImageRefusedException {
        assumeTrue(TurboJpeg.LOADED, "needs libjpeg-turbo");
        for (int channels : new int[] {1, 3}) {
            byte[] turbo = samples(FILES.get(name), channels, true);
            byte[] java = samples(FILES.get(name), channels, false);

            assertEquals(WIDTH * HEIGHT * channels, turbo.length);
            for (int i = 0; i < turbo.length; i++) {
                assertEquals(turbo[i] & 255, java[i] & 255, 2, "sample " + i);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theFilesOfTheseTestsDiffer(boolean turbo) throws ImageRefusedException {
        assertFalse(Arrays.equals(samples(FILES.get("CMYK"), 3, turbo), samples(FILES.get("YCCK"), 3, turbo)));
        assertFalse(Arrays.equals(
                samples(FILES.get("RGB of Adobe"), 3, turbo), samples(FILES.get("YCbCr of Adobe"), 3, turbo)));
        assertEquals(2, JpegFile.count(FILES.get("restart 1"), 0xd0) + JpegFile.count(FILES.get("restart 1"), 0xd7));
    }

    @ParameterizedTest
    @CsvSource({"1 2 3, YCBCR", "0 1 2, YCBCR", "82 71 66, RGB", "34 35 36, YCBCR"})
    void withoutMarkersComponentsAreYCbCrUnlessTheyAreNamedRgb(String ids, JpegStructure.Colors colors)
            throws ImageRefusedException {
        byte[] file = JpegFile.without(JPEG, APP0);
        int frame = JpegFile.find(file, SOF);
        int scan = JpegFile.find(file, SOS);
        String[] each = ids.split(" ");
        for (int i = 0; i < 3; i++) {
            file[frame + 10 + 3 * i] = Byte.parseByte(each[i]);
            file[scan + 5 + 2 * i] = Byte.parseByte(each[i]);
        }

        assertEquals(colors, JpegStructure.of(file).colors());
        for (boolean turbo : new boolean[] {true, false}) {
            assertEquals(
                    colors == JpegStructure.Colors.YCBCR,
                    Arrays.equals(samples(JPEG, 3, turbo), samples(file, 3, turbo)));
        }
    }

    @ParameterizedTest
    @CsvSource({"0, YCBCR", "1, YCBCR"})
    void jfifSaysYCbCrWhateverAdobeSays(int transform, JpegStructure.Colors colors) throws ImageRefusedException {
        assertEquals(
                colors, JpegStructure.of(JpegFile.with(JPEG, adobe(transform))).colors());
    }

    @ParameterizedTest
    @CsvSource({"0, RGB, CMYK", "1, YCBCR, YCCK", "2, YCBCR, YCCK", "77, YCBCR, YCCK"})
    void anUnknownTransformOfAdobeIsTakenForTheUsualOne(
            int transform, JpegStructure.Colors three, JpegStructure.Colors four) throws ImageRefusedException {
        byte[] of3 = JpegFile.with(JpegFile.without(JPEG, APP0), adobe(transform));
        byte[] of4 = JpegFile.with(FILES.get("CMYK"), adobe(transform));

        assertEquals(three, JpegStructure.of(of3).colors());
        assertEquals(four, JpegStructure.of(of4).colors());
        for (boolean turbo : new boolean[] {true, false}) {
            samples(of3, 3, turbo);
            samples(of4, 3, turbo);
        }
    }

    static Stream<byte[]> whole() {
        byte[] thumbnail = JPEG;
        byte[] cut = Arrays.copyOf(JPEG, JPEG.length - 2);
        byte[] text = "what a camera says of itself".getBytes(StandardCharsets.ISO_8859_1);
        byte[] exif = JpegFile.joined("Exif\0\0MM\0*\0\0\0\10".getBytes(StandardCharsets.ISO_8859_1), thumbnail);
        return Stream.of(
                cut,
                JpegFile.joined(cut, new byte[] {(byte) 0xff}),
                JpegFile.joined(cut, new byte[8]),
                JpegFile.joined(cut, "dhav\0\1\2\3".getBytes(StandardCharsets.ISO_8859_1)),
                JpegFile.joined(JPEG, new byte[1_000]),
                JpegFile.joined(JPEG, JPEG),
                JpegFile.joined(cut, JPEG),
                JpegFile.inserted(JPEG, JPEG.length - 2, new byte[] {1, 2, 3}),
                JpegFile.inserted(JPEG, JPEG.length - 2, JpegFile.segment(COM, text)),
                JpegFile.inserted(JPEG, 20, text),
                JpegFile.inserted(JPEG, 20, new byte[] {(byte) 0xff, 0, (byte) 0xff, (byte) 0xff, 1}),
                JpegFile.inserted(JPEG, 20, new byte[] {(byte) 0xff, 0x5a, (byte) 0xff, (byte) 0xd3}),
                JpegFile.with(JPEG, JpegFile.segment(COM, text, 0)),
                JpegFile.with(JPEG, JpegFile.segment(COM, text, 1)),
                JpegFile.with(JPEG, JpegFile.segment(COM, text, 9)),
                JpegFile.inserted(JPEG, 20, JpegFile.segment(COM, text, text.length + 12)),
                JpegFile.inserted(JPEG, 20, JpegFile.segment(COM, text, 65_535)),
                JpegFile.with(JPEG, JpegFile.segment(APP1, exif)),
                JpegFile.with(JPEG, JpegFile.segment(APP1, exif, 8)),
                JpegFile.with(JPEG, JpegFile.segment(APP1, exif, 65_535)),
                JpegFile.with(
                        JPEG, JpegFile.segment(APP2, "ICC_PROFILE\0\1\1not one".getBytes(StandardCharsets.ISO_8859_1))),
                JpegFile.without(JPEG, DHT));
    }

    @ParameterizedTest
    @MethodSource("whole")
    void whatPixelsDoNotDependOnHarmsNothing(byte[] file) throws ImageRefusedException {
        for (boolean turbo : new boolean[] {true, false}) {
            assertArrayEquals(samples(JPEG, 3, turbo), samples(file, 3, turbo), "turbo " + turbo);
        }
    }

    @Test
    void essentialsAreTheirOwn() throws ImageRefusedException {
        for (byte[] file : FILES.values()) {
            byte[] essentials = JpegStructure.of(file).essentials();

            assertArrayEquals(essentials, JpegStructure.of(essentials).essentials());
        }
    }

    @Test
    void metadataHoweverLongIsLeftOutQuickly() throws ImageRefusedException {
        byte[] profiles = "\u00ff\u00e2\0\u0010ICC_PROFILE\0\1\1".repeat(30_000).getBytes(StandardCharsets.ISO_8859_1);
        byte[] pictures = "\u00ff\u00d8\u00ff\u00d9".repeat(50_000).getBytes(StandardCharsets.ISO_8859_1);
        byte[] longer = JpegFile.joined(JpegFile.with(JPEG, profiles), pictures);

        byte[] essentials = assertTimeoutPreemptively(
                Duration.ofSeconds(2), () -> JpegStructure.of(longer).essentials());

        assertArrayEquals(JpegStructure.of(JPEG).essentials(), essentials);
    }

    @Test
    void commentsThatEachLeadNowhereArePassedQuickly() throws ImageRefusedException {
        byte[] comments = "\u00ff\u00fe\u00ff\u00f0".repeat(200_000).getBytes(StandardCharsets.ISO_8859_1);

        byte[] longer = JpegFile.with(JPEG, comments);

        assertArrayEquals(
                JpegStructure.of(JPEG).essentials(),
                assertTimeoutPreemptively(
                        Duration.ofSeconds(2), () -> JpegStructure.of(longer).essentials()));
    }

    @ParameterizedTest
    @MethodSource("names")
    void aFileCutOffAnywhereIsDamagedOrTheWholePicture(String name) throws ImageRefusedException {
        byte[] file = FILES.get(name);
        for (boolean turbo : new boolean[] {true, false}) {
            byte[] whole = samples(file, 1, turbo);
            for (int length = 3; length < file.length; length += length > file.length - 20 ? 1 : 37) {
                byte[] cut = Arrays.copyOf(file, length);
                try {
                    assertArrayEquals(whole, samples(cut, 1, turbo), "cut off at " + length);
                } catch (ImageRefusedException e) {
                    assertEquals(ImageFault.DAMAGED, e.fault(), e.reason());
                    assertTrue(length < file.length - 2, "without its end only");
                }
            }
        }
    }

    @Test
    void aProgressionThatEndsBetweenScansIsWholeOnlyWithAnEnd() throws ImageRefusedException {
        byte[] file = FILES.get("progressive");
        int last = new String(file, StandardCharsets.ISO_8859_1).lastIndexOf("\u00ff\u00da");

        byte[] cut = Arrays.copyOf(file, last);

        assertRefused(ImageFault.DAMAGED, cut);
        samples(JpegFile.joined(cut, new byte[] {(byte) 0xff, (byte) EOI}), 1, true);
    }

    @Test
    void bytesBehindAScanAreNoDamageAndMissingOnesAre() throws ImageRefusedException {
        assumeTrue(TurboJpeg.LOADED, "needs libjpeg-turbo");
        byte[] file = FILES.get("progressive");
        int scan = new String(file, StandardCharsets.ISO_8859_1).lastIndexOf("\u00ff\u00da");
        int tables = new String(file, StandardCharsets.ISO_8859_1).lastIndexOf("\u00ff\u00c4", scan);
        byte[] padded = JpegFile.inserted(file, tables, new byte[40]);
        byte[] damagedToo = Arrays.copyOf(padded, padded.length - 60);

        assertArrayEquals(samples(file, 3, true), samples(padded, 3, true));
        assertEquals(ImageFault.DAMAGED, refused(damagedToo, true).fault());
    }

    @ParameterizedTest
    @ValueSource(strings = {"RGB", "progressive", "restart 1", "gray"})
    void zerosBeforeEveryMarkerInTheDataAreNoDamageAndMissingDataIs(String name) throws ImageRefusedException {
        byte[] file = FILES.get(name);
        byte[] padded = file;
        for (int at = file.length - 2; at > JpegFile.find(file, SOS); at--) {
            int marker = file[at] == -1 ? file[at + 1] & 255 : 0;
            if (marker == EOI || marker >= 0xd0 && marker <= 0xd7 || marker == DHT && file[at - 1] != 0) {
                padded = JpegFile.inserted(padded, at, new byte[5]);
            }
        }
        byte[] missing = JpegFile.joined(
                Arrays.copyOf(file, file.length - 22), new byte[] {0, 0, 0, 0, 0, (byte) 0xff, (byte) EOI});

        assertTrue(padded.length > file.length);
        for (boolean turbo : new boolean[] {true, false}) {
            assertArrayEquals(samples(file, 3, turbo), samples(padded, 3, turbo));
        }
        assertRefused(ImageFault.DAMAGED, missing);
    }

    @ParameterizedTest
    @ValueSource(strings = {"RGB", "restart 1"})
    void componentsOfOneNameComeInTurn(String name) throws ImageRefusedException {
        assumeTrue(TurboJpeg.LOADED, "needs libjpeg-turbo");
        byte[] file = FILES.get(name).clone();
        int frame = JpegFile.find(file, SOF);
        int scan = JpegFile.find(file, SOS);
        for (int i = 0; i < 3; i++) {
            file[frame + 10 + 3 * i] = 1;
            file[scan + 5 + 2 * i] = 1;
        }

        assertArrayEquals(samples(FILES.get(name), 3, true), samples(file, 3, true));
    }

    @ParameterizedTest
    @CsvSource({
        "0x11, 0x11, 1, 1",
        "0x22, 0x11, 1, 1",
        "0x21, 0x11, 1, 2",
        "0x41, 0x11, 1, 4",
        "0x14, 0x11, 1, 4",
        "0x42, 0x11, 1, 2",
        "0x21, 0x12, 2, 2"
    })
    void coloursAreCoarserAlongOneSideThanAlongTheOther(
            String first, String second, int coarsenessOfLuma, int coarseness) throws ImageRefusedException {
        byte[] file = JPEG.clone();
        int frame = JpegFile.find(file, SOF);
        file[frame + 11] = Byte.decode(first);
        file[frame + 14] = Byte.decode(second);
        file[frame + 17] = 0x11;

        JpegStructure structure = JpegStructure.of(file);

        assertEquals(coarsenessOfLuma, structure.coarseness(1));
        assertEquals(coarseness, structure.coarseness(3));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void arithmeticCodingIsReadByTurboAndNamedByJava(int channels) throws ImageRefusedException {
        assumeTrue(TurboJpeg.LOADED, "needs libjpeg-turbo");
        byte[] file = TestImages.resource("arithmetic.jpg");
        byte[] whole = samples(file, channels, true);

        assertEquals(40 * 30 * channels, whole.length);
        assertArrayEquals(whole, samples(Arrays.copyOf(file, file.length - 2), channels, true));
        byte[] half = Arrays.copyOf(file, file.length - 200);
        assertEquals(ImageFault.DAMAGED, refused(half, true).fault());
        byte[] ended = JpegFile.joined(half, new byte[] {(byte) 0xff, (byte) EOI});
        assertEquals(ImageFault.DAMAGED, refused(ended, true).fault());
        assertEquals(ImageFault.UNSUPPORTED_LAYOUT, refused(file, false).fault());
    }

    @ParameterizedTest
    @CsvSource({"arithmetic-restarts.jpg, 1", "arithmetic-restarts.jpg, 3", "arithmetic-sequential.jpg, 1"})
    void wholeArithmeticDataIsTakenThoughItsDecoderWarnsOfBytesBehindIt(String name, int channels)
            throws ImageRefusedException {
        assumeTrue(TurboJpeg.LOADED, "needs libjpeg-turbo");
        byte[] file = TestImages.resource(name);

        assertTrue(samples(file, channels, true).length > 0);
        assertEquals(
                ImageFault.DAMAGED,
                refused(Arrays.copyOf(file, file.length - 60), true).fault());
    }

    @ParameterizedTest
    @CsvSource({
        "4, 12, 12 bits",
        "1, 195, lossless",
        "1, 197, hierarchical",
        "1, 203, lossless",
        "1, 247, JPEG-LS",
        "9, 2, 2 components"
    })
    void otherKindsOfJpegAreNamedWithTheMend(int at, int value, String name) {
        byte[] file = JPEG.clone();
        file[JpegFile.find(file, SOF) + at] = (byte) value;

        ImageRefusedException refused = assertRefused(ImageFault.UNSUPPORTED_LAYOUT, file);

        assertTrue(refused.reason().contains(name) && refused.reason().contains("save it"), refused.reason());
    }

    @Test
    void aHeightThatStandsBehindTheFirstScanCounts() throws ImageRefusedException {
        byte[] file = JPEG.clone();
        ByteBuffer.wrap(file).putShort(JpegFile.find(file, SOF) + 5, (short) 0);
        byte[] lines = JpegFile.segment(0xdc, new byte[] {0, HEIGHT});

        byte[] later = JpegFile.inserted(file, file.length - 2, lines);

        for (boolean turbo : new boolean[] {true, false}) {
            assertArrayEquals(samples(JPEG, 3, turbo), samples(later, 3, turbo));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {DQT, SOF, SOS})
    void aFileWithoutWhatPixelsDependOnIsDamaged(int marker) {
        assertRefused(ImageFault.DAMAGED, JpegFile.without(JPEG, marker));
    }

    @Test
    void tablesThatRunOverTheEndAreDamage() {
        assertRefused(ImageFault.DAMAGED, JpegFile.with(JPEG, JpegFile.segment(DQT, new byte[2], 65_535)));
    }

    @Test
    void brokenPixelsAreDamage() {
        byte[] file = FILES.get("restart 1").clone();
        int restart = JpegFile.find(file, 0xd3);
        // An interval is missing, markers and all.
        byte[] missing = JpegFile.joined(
                Arrays.copyOf(file, restart), Arrays.copyOfRange(file, JpegFile.find(file, 0xd4), file.length));

        assertRefused(ImageFault.DAMAGED, missing);
    }

    @ParameterizedTest
    @CsvSource({"RGB, 0", "RGB, 63", "gray, 0", "gray, 7", "progressive, 30"})
    void aQuantizationTableWithAZeroIsDamage(String name, int value) {
        byte[] file = FILES.get(name).clone();
        file[JpegFile.find(file, DQT) + 5 + value] = 0;

        ImageRefusedException refused = assertRefused(ImageFault.DAMAGED, file);

        assertTrue(refused.reason().contains("quantization"), refused.reason());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 126})
    void aQuantizationTableOfTwoBytesAValueIsDamagedWhereBothAreZero(int zeroAt) throws ImageRefusedException {
        byte[] wide = new byte[1 + 128];
        wide[0] = 0x10;
        for (int value = 0; value < 64; value++) {
            wide[2 * value + 1] = 1;
        }
        int scan = JpegFile.find(JPEG, SOS);
        byte[] whole = JpegFile.inserted(JPEG, scan, JpegFile.segment(DQT, wide));
        byte[] zero = whole.clone();
        zero[scan + 5 + zeroAt] = 0;

        JpegStructure.of(whole);
        assertThrows(ImageRefusedException.class, () -> JpegStructure.of(zero));
    }

    @ParameterizedTest
    @ValueSource(bytes = {0, 3})
    void aQuantizationTableThatNoScanUsesMayHoldZeros(byte table) throws ImageRefusedException {
        byte[] zeros = new byte[1 + 64];
        zeros[0] = table;

        byte[] file = JpegFile.with(JPEG, JpegFile.segment(DQT, zeros));

        for (boolean turbo : new boolean[] {true, false}) {
            assertArrayEquals(samples(JPEG, 3, turbo), samples(file, 3, turbo));
        }
    }

    @Test
    void scansOfManyPixelsAreFewer() {
        byte[] file = JPEG.clone();
        ByteBuffer.wrap(file).putShort(JpegFile.find(file, SOF) + 5, (short) 3500);
        ByteBuffer.wrap(file).putShort(JpegFile.find(file, SOF) + 7, (short) 3500);
        byte[] scan = Arrays.copyOfRange(file, JpegFile.find(file, SOS), file.length - 2);
        byte[] many = file;
        for (int i = 0; i < 99; i++) {
            many = JpegFile.inserted(many, many.length - 2, scan);
        }
        byte[] file99 = many;

        assertRefused(ImageFault.UNSUPPORTED_LAYOUT, file99);
    }

    @ParameterizedTest
    @CsvSource({
        "382, 1000, 1, 1",
        "384, 1000, 1, 2",
        "1920, 1080, 1, 4",
        "1920, 1080, 2, 2",
        "1920, 1080, 4, 1",
        "4032, 3024, 1, 8",
        "4032, 3023, 1, 1",
        "4033, 3024, 1, 1",
    })
    void asMuchIsLeftAsTheInputShows(int width, int height, int coarseness, int reduction) {
        assertEquals(
                reduction,
                JpegDecoder.reduction(
                        new ImageHeader(ImageType.JPEG, width, height), coarseness, new InputSpec(48, 48, 1, true)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void whatIsTurnedIsReducedByTheSidesThatAreSeen(int channels) throws ImageRefusedException {
        assumeTrue(TurboJpeg.LOADED, "needs libjpeg-turbo");
        BufferedImage image = new BufferedImage(1600, 400, TYPE_INT_RGB);
        Graphics2D pen = image.createGraphics();
        pen.setColor(Color.RED);
        pen.fillRect(0, 0, 800, 200);
        pen.dispose();
        byte[] file = JpegFile.with(TestImages.encode("jpeg", image), exif(6));
        InputSpec tall = new InputSpec(48, 200, channels, true);

        Picture picture = new JpegDecoder(ImageLimits.DEFAULT).decode(file, channels, tall);

        assertEquals(200, picture.width());
        assertEquals(800, picture.height());
        // The pixel is stored at the top left and seen at the top right.
        int right = (10 * 200 + 190) * channels;
        assertTrue((picture.samples()[right] & 255) > 60 && picture.samples()[10 * 200 * channels] == 0);
    }

    @Test
    void aPhonesFiftyMegapixelsAreTaken() throws ImageRefusedException {
        ImageLimits.DEFAULT.checkSize(8160, 6144);
        ImageLimits.DEFAULT.checkDensity(3L * 8160 * 6144, 1 << 20);
    }

    static byte[] exif(int orientation) {
        return JpegFile.segment(
                APP1,
                JpegFile.joined(
                        "Exif\0\0".getBytes(StandardCharsets.ISO_8859_1), OrientationTest.exif(orientation, true)));
    }

    private static byte[] adobe(int transform) {
        byte[] data = Arrays.copyOf("Adobe".getBytes(StandardCharsets.ISO_8859_1), 12);
        data[6] = 100;
        data[11] = (byte) transform;
        return JpegFile.segment(APP14, data);
    }

    private static byte[] samples(byte[] file, int channels, boolean turbo) throws ImageRefusedException {
        return new JpegDecoder(ImageLimits.DEFAULT, turbo)
                .decode(file, channels, null)
                .samples();
    }

    private static ImageRefusedException assertRefused(ImageFault fault, byte[] file) {
        ImageRefusedException refused = refused(file, true);
        assertEquals(fault, refused.fault(), refused.reason());
        assertEquals(fault, refused(file, false).fault());
        return refused;
    }

    private static ImageRefusedException refused(byte[] file, boolean turbo) {
        return assertThrows(ImageRefusedException.class, () -> samples(file, 3, turbo));
    }
}
