package io.twinstream.schemas.image;

import static java.awt.image.BufferedImage.TYPE_BYTE_GRAY;
import static java.awt.image.BufferedImage.TYPE_INT_RGB;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests small files that claim to be large. */
class ImageBombTest {
    private static final long FEW_BYTES = 4 << 20;
    private static final Duration QUICKLY = Duration.ofSeconds(2);

    @BeforeAll
    static void loadReaders() throws ImageRefusedException {
        for (String format : new String[] {"png", "jpeg", "bmp", "gif", "tiff"}) {
            ImageHeader.of(TestImages.encode(format, TestImages.draw(TYPE_INT_RGB, 20, 20)), ImageLimits.DEFAULT);
        }
        ImageHeader.of(TestImages.resource("lossy.webp"), ImageLimits.DEFAULT);
    }

    @Test
    void aPngOfManyPixelsIsRefusedByItsHeader() {
        byte[] png = TestImages.encode("png", TestImages.draw(TYPE_BYTE_GRAY, 20, 20));
        ByteBuffer.wrap(png).putInt(16, 20_000).putInt(20, 20_000);
        CRC32 crc = new CRC32();
        crc.update(png, 12, 17);
        ByteBuffer.wrap(png).putInt(29, (int) crc.getValue());

        assertRefused(ImageFault.TOO_MANY_PIXELS, png);
    }

    @Test
    void aWebpWhosePictureIsLargerThanItsCanvasIsRefused() {
        byte[] webp = TestImages.resource("alpha.webp");
        int picture = indexOf(webp, "VP8 ") + 8;
        ByteBuffer.wrap(webp).order(ByteOrder.LITTLE_ENDIAN).putShort(picture + 6, (short) 16_383);

        assertRefused(ImageFault.DAMAGED, webp);
    }

    @ParameterizedTest
    @CsvSource({"4", "5"})
    void aBmpThatHoldsAnotherImageIsRefused(int compression) {
        byte[] bmp = TestImages.encode("bmp", TestImages.draw(TYPE_INT_RGB, 20, 20));
        bmp[30] = (byte) compression;

        assertRefused(ImageFault.UNSUPPORTED_LAYOUT, bmp);
    }

    @Test
    void aJpegOfManyScansIsRefused() {
        byte[] jpeg = TestImages.encode("jpeg", TestImages.draw(TYPE_INT_RGB, 20, 20));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(jpeg, 0, jpeg.length - 2);
        for (int i = 0; i < 1000; i++) {
            bytes.writeBytes(new byte[] {(byte) 0xff, (byte) 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 1});
        }

        assertRefused(ImageFault.UNSUPPORTED_LAYOUT, bytes.toByteArray());
    }

    @Test
    void aSmallTiffOfTheseTestsIsTaken() throws Exception {
        try (EncodedImage image = EncodedImage.open(tiff(new TreeMap<>()), ImageLimits.DEFAULT)) {
            assertEquals(16, image.decode().getWidth());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "TOO_MANY_PIXELS, 256, 4, 20000, 257, 4, 20000",
        "TOO_MANY_PIXELS, 256, 4, 2147483647, 257, 4, 2147483647",
        "DAMAGED, 279, 4, 2000000000, 259, 3, 5",
        "DAMAGED, 279, 4, 4294967295, 278, 3, 8",
        "DAMAGED, 273, 4, 4294967295, 0, 0, 0",
        "DAMAGED, 273, 4, 200, 0, 0, 0",
        "DAMAGED, 259, 3, 7, 0, 0, 0",
        "UNSUPPORTED_LAYOUT, 259, 3, 6, 0, 0, 0",
        "UNSUPPORTED_LAYOUT, 259, 3, 34887, 0, 0, 0",
        "UNSUPPORTED_LAYOUT, 262, 3, 32803, 0, 0, 0",
        "UNSUPPORTED_LAYOUT, 258, 3, 65, 0, 0, 0",
        "UNSUPPORTED_LAYOUT, 258, 3, 17, 0, 0, 0",
        "DAMAGED, 258, 3, 32, 339, 3, 3",
        "DAMAGED, 258, 3, 16, 0, 0, 0",
    })
    void aTiffWhoseFieldsLieIsRefused(
            ImageFault fault, int firstTag, int firstType, long first, int secondTag, int secondType, long second) {
        Map<Integer, long[]> changes = new TreeMap<>();
        changes.put(firstTag, new long[] {firstType, 1, first});
        if (secondTag > 0) {
            changes.put(secondTag, new long[] {secondType, 1, second});
        }

        assertRefused(fault, tiff(changes));
    }

    @ParameterizedTest
    @CsvSource({"273, 4", "256, 3"})
    void aTiffFieldOfBillionsOfValuesThatIsNeededIsRefused(int tag, int type) {
        for (long count : new long[] {100_000, Integer.MAX_VALUE, 4294967295L}) {
            assertRefused(ImageFault.DAMAGED, tiff(Map.of(tag, new long[] {type, count, 8})));
        }
    }

    @ParameterizedTest
    @CsvSource({"279, 4", "320, 3", "347, 7", "700, 1", "33432, 2", "34665, 13", "65000, 12", "254, 99"})
    void aTiffFieldOfBillionsOfValuesThatIsNotNeededIsPassedOver(int tag, int type) {
        for (long count : new long[] {100_000, Integer.MAX_VALUE, 4294967295L}) {
            assertTaken(tiff(Map.of(tag, new long[] {type, count, 8})));
        }
    }

    @Test
    void aTiffWhoseOnlyStripClaimsMoreThanTheFileIsTakenByItsRows() {
        assertTaken(tiff(Map.of(279, new long[] {4, 1, 2_000_000_000})));
        assertTaken(tiff(Map.of(279, new long[0])));
    }

    @Test
    void aTiffOfManySamplesAPixelIsRefused() {
        for (long samples : new long[] {5, 1000, 65535}) {
            assertAnyRefusal(tiff(Map.of(277, new long[] {3, 1, samples})));
        }
    }

    @Test
    void aTiffOfHugeTilesIsRefused() {
        Map<Integer, long[]> changes = new TreeMap<>(Map.of(
                322, new long[] {4, 1, 60_000},
                323, new long[] {4, 1, 60_000},
                324, new long[] {4, 1, 8},
                325, new long[] {4, 1, 100}));
        changes.put(273, new long[0]);
        changes.put(278, new long[0]);
        changes.put(279, new long[0]);

        assertRefused(ImageFault.TOO_MANY_PIXELS, tiff(changes));
    }

    @Test
    void aTiffWhosePagesGoInACircleIsItsFirst() {
        byte[] tiff = tiff(new TreeMap<>());
        ByteBuffer file = ByteBuffer.wrap(tiff).order(ByteOrder.LITTLE_ENDIAN);
        int directory = file.getInt(4);
        file.putInt(directory + 2 + file.getShort(directory) * 12, directory);

        assertTaken(tiff);
    }

    /** Makes a gray 16x16 TIFF with fields replaced or added, each {type, count, value}, or removed, by an empty array. */
    private static byte[] tiff(Map<Integer, long[]> changes) {
        Map<Integer, long[]> fields = new TreeMap<>(Map.of(
                256, new long[] {4, 1, 16},
                257, new long[] {4, 1, 16},
                258, new long[] {3, 1, 8},
                259, new long[] {3, 1, 1},
                262, new long[] {3, 1, 1},
                273, new long[] {4, 1, 8},
                277, new long[] {3, 1, 1},
                278, new long[] {4, 1, 16},
                279, new long[] {4, 1, 256}));
        fields.putAll(changes);
        fields.values().removeIf(field -> field.length == 0);
        ByteBuffer file =
                ByteBuffer.allocate(8 + 256 + 2 + 12 * fields.size() + 4).order(ByteOrder.LITTLE_ENDIAN);
        file.put(new byte[] {'I', 'I', 42, 0}).putInt(8 + 256).position(8 + 256);
        file.putShort((short) fields.size());
        fields.forEach((tag, field) -> file.putShort(tag.shortValue())
                .putShort((short) field[0])
                .putInt((int) field[1])
                .putInt((int) field[2]));
        return file.array();
    }

    private static int indexOf(byte[] bytes, String text) {
        return new String(bytes, StandardCharsets.ISO_8859_1).indexOf(text);
    }

    private static void assertTaken(byte[] encoded) {
        long before = allocated();
        assertTimeout(QUICKLY, () -> {
            try (EncodedImage image = EncodedImage.open(encoded, ImageLimits.DEFAULT)) {
                assertEquals(16, image.decode().getWidth());
            }
        });
        assertTrue(allocated() - before < FEW_BYTES, () -> "allocated " + (allocated() - before));
    }

    private static void assertRefused(ImageFault fault, byte[] encoded) {
        ImageRefusedException refused = assertAnyRefusal(encoded);
        assertEquals(fault, refused.fault(), refused.reason());
    }

    private static ImageRefusedException assertAnyRefusal(byte[] encoded) {
        long before = allocated();
        ImageRefusedException refused =
                assertTimeout(QUICKLY, () -> assertThrows(ImageRefusedException.class, () -> read(encoded)));
        assertTrue(allocated() - before < FEW_BYTES, () -> "allocated " + (allocated() - before));
        return refused;
    }

    /** Reads on this thread, whose allocations are measured. */
    private static void read(byte[] encoded) throws ImageRefusedException {
        ImageType type = ImageType.of(encoded);
        if (type == ImageType.PNG || type == ImageType.JPEG) {
            ImageHeader.of(encoded, ImageLimits.DEFAULT);
        } else {
            try (EncodedImage image = EncodedImage.open(encoded, ImageLimits.DEFAULT)) {
                image.decode();
            }
        }
    }

    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }
}
