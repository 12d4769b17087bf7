package io.twinstream.schemas.image;

import static java.awt.image.BufferedImage.TYPE_BYTE_BINARY;
import static java.awt.image.BufferedImage.TYPE_BYTE_GRAY;
import static java.awt.image.BufferedImage.TYPE_BYTE_INDEXED;
import static java.awt.image.BufferedImage.TYPE_INT_RGB;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.awt.image.BufferedImage;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageHeaderTest {
    @ParameterizedTest
    @CsvSource({"png, PNG", "jpeg, JPEG", "bmp, BMP", "gif, GIF", "tiff, TIFF"})
    void everyTypeIsTakenWithItsSize(String format, ImageType type) throws ImageRefusedException {
        for (int layout : new int[] {TYPE_INT_RGB, TYPE_BYTE_GRAY, TYPE_BYTE_INDEXED}) {
            byte[] encoded = TestImages.encode(format, TestImages.draw(layout, 31, 17));

            assertEquals(new ImageHeader(type, 31, 17), ImageHeader.of(encoded, ImageLimits.DEFAULT));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "bmp", "gif", "tiff"})
    void blackAndWhiteIsTaken(String format) throws ImageRefusedException {
        byte[] encoded = TestImages.encode(format, TestImages.draw(TYPE_BYTE_BINARY, 31, 17));

        assertEquals(31, ImageHeader.of(encoded, ImageLimits.DEFAULT).width());
    }

    @ParameterizedTest
    @ValueSource(strings = {"lossy", "lossless", "alpha"})
    void webpIsTakenWithItsSize(String kind) throws ImageRefusedException {
        byte[] encoded = TestImages.resource(kind + ".webp");

        assertEquals(new ImageHeader(ImageType.WEBP, 40, 30), ImageHeader.of(encoded, ImageLimits.DEFAULT));
    }

    @Test
    void nothingIsEmpty() {
        assertFault(ImageFault.EMPTY, new byte[0]);
    }

    @Test
    void oneByteMoreThanTheLimitIsTooMany() throws ImageRefusedException {
        byte[] png = TestImages.encode("png", TestImages.draw(TYPE_INT_RGB, 20, 20));

        ImageHeader.of(png, new ImageLimits(png.length, 400, 8));

        assertFault(ImageFault.TOO_MANY_BYTES, png, new ImageLimits(png.length - 1, 400, 8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "%PDF-1.7", "<svg/>", "RIFF0000WAVE", "PNG", "II", "MM\0", "GIF"})
    void bytesWithoutAKnownMagicAreOfAnUnknownType(String text) {
        assertFault(ImageFault.UNKNOWN_TYPE, (text + " ").getBytes(StandardCharsets.ISO_8859_1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "jpeg", "bmp", "gif", "tiff"})
    void onePixelIsTooSmall(String format) {
        assertFault(ImageFault.TOO_SMALL, TestImages.encode(format, new BufferedImage(1, 1, TYPE_INT_RGB)));
    }

    @Test
    void theLeastSideIsInclusiveOnBothAxes() throws ImageRefusedException {
        ImageHeader.of(TestImages.encode("png", new BufferedImage(8, 8, TYPE_INT_RGB)), ImageLimits.DEFAULT);

        assertFault(ImageFault.TOO_SMALL, TestImages.encode("png", new BufferedImage(7, 8, TYPE_INT_RGB)));
        assertFault(ImageFault.TOO_SMALL, TestImages.encode("png", new BufferedImage(8, 7, TYPE_INT_RGB)));
    }

    @Test
    void onePixelMoreThanTheLimitIsTooMany() throws ImageRefusedException {
        byte[] png = TestImages.encode("png", TestImages.draw(TYPE_INT_RGB, 20, 30));

        ImageHeader.of(png, new ImageLimits(1 << 20, 600, 8));

        assertFault(ImageFault.TOO_MANY_PIXELS, png, new ImageLimits(1 << 20, 599, 8));
    }

    @Test
    void ofSeveralFramesOrPagesTheFirstIsTaken() throws ImageRefusedException {
        List<BufferedImage> frames =
                List.of(TestImages.draw(TYPE_BYTE_INDEXED, 20, 24), TestImages.draw(TYPE_BYTE_INDEXED, 12, 10));

        assertEquals(
                new ImageHeader(ImageType.GIF, 20, 24),
                ImageHeader.of(TestImages.encodeFrames("gif", frames), ImageLimits.DEFAULT));
        assertEquals(
                new ImageHeader(ImageType.TIFF, 20, 24),
                ImageHeader.of(TestImages.encodeFrames("tiff", frames), ImageLimits.DEFAULT));
        assertEquals(
                ImageType.WEBP,
                ImageHeader.of(TestImages.resource("animated.webp"), ImageLimits.DEFAULT)
                        .type());
    }

    @Test
    void aGifIsAsLargeAsItsScreen() {
        byte[] gif = TestImages.encode("gif", TestImages.draw(TYPE_BYTE_INDEXED, 20, 20));
        // These are width and height of the screen, 16 bits each, little-endian.
        System.arraycopy(new byte[] {0x20, 0x4e, 0x20, 0x4e}, 0, gif, 6, 4);

        assertFault(ImageFault.TOO_MANY_PIXELS, gif);
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "jpeg", "bmp", "gif", "tiff"})
    void aHeaderWithoutItsEndIsDamaged(String format) {
        byte[] whole = TestImages.encode(format, TestImages.draw(TYPE_BYTE_INDEXED, 20, 20));

        assertFault(ImageFault.DAMAGED, Arrays.copyOf(whole, 12));
    }

    @Test
    void aReasonIsOneLineWhateverTheFileHolds() {
        byte[] webp = TestImages.resource("lossy.webp");
        webp[14] = '\n';

        assertFault(ImageFault.DAMAGED, webp);
    }

    @Test
    void limitsThatAllowNothingAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new ImageLimits(0, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new ImageLimits(1, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> new ImageLimits(1, 1, 0));
    }

    @Test
    void limitsThatNoArrayHoldsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new ImageLimits(1, ImageLimits.MOST_PIXELS + 1, 1));
    }

    private static void assertFault(ImageFault fault, byte[] encoded) {
        assertFault(fault, encoded, ImageLimits.DEFAULT);
    }

    private static void assertFault(ImageFault fault, byte[] encoded, ImageLimits limits) {
        ImageRefusedException refused =
                assertThrows(ImageRefusedException.class, () -> ImageHeader.of(encoded, limits));
        assertEquals(fault, refused.fault(), refused.reason());
        assertEquals(1, refused.reason().lines().count(), refused.reason());
    }
}
