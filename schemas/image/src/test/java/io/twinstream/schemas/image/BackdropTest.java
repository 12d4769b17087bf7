package io.twinstream.schemas.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.awt.image.BufferedImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackdropTest {
    @Test
    void darkInkLiesOnWhiteAndItsEdgesBetween() {
        assertLaid(new int[] {20, 138, 255, 255}, new int[] {20, 20, 20, 250}, new int[] {255, 127, 0, 0});
    }

    @Test
    void lightInkLiesOnBlackAndItsEdgesBetween() {
        assertLaid(new int[] {250, 125, 0, 0}, new int[] {250, 250, 250, 3}, new int[] {255, 127, 0, 0});
    }

    @Test
    void whatIsHardlySeenHardlyCounts() {
        assertLaid(new int[] {20, 253, 253, 253}, new int[] {20, 255, 255, 255}, new int[] {255, 1, 1, 1}, 2);
    }

    @Test
    void anAlphaPlaneOfZerosAloneIsNone() {
        assertLaid(new int[] {20, 250}, new int[] {20, 250}, new int[] {0, 0});
    }

    @Test
    void lightColoursAreToldByTheirLuma() {
        byte[] yellow = {(byte) 255, (byte) 255, 0, 9, 9, 9};
        Backdrop.lay(yellow, 3, new byte[] {(byte) 255, 0});
        byte[] blue = {0, 0, (byte) 255, 9, 9, 9};
        Backdrop.lay(blue, 3, new byte[] {(byte) 255, 0});

        assertArrayEquals(new byte[] {(byte) 255, (byte) 255, 0, 0, 0, 0}, yellow);
        assertArrayEquals(new byte[] {0, 0, (byte) 255, (byte) 255, (byte) 255, (byte) 255}, blue);
    }

    @ParameterizedTest
    @CsvSource({"png, 0xffffffff, 0", "png, 0xff000000, 255", "tiff, 0xffffffff, 0", "tiff, 0xff000000, 255"})
    void everyFormatWithAlphaHasTheSameGround(String format, String ink, int ground) {
        BufferedImage drawing = new BufferedImage(16, 16, BufferedImage.TYPE_INT_ARGB);
        for (int i = 4; i < 12; i++) {
            drawing.setRGB(i, i, Integer.decode(ink.replace("0xff", "0x")) | 0xff000000);
        }

        Picture picture = (Picture) new ImageDecoder(ImageLimits.DEFAULT).decode(TestImages.encode(format, drawing), 1);

        assertEquals(ground, picture.samples()[0] & 255);
        assertEquals(255 - ground, picture.samples()[4 * 16 + 4] & 255);
    }

    private static void assertLaid(int[] expected, int[] samples, int[] alphas) {
        assertLaid(expected, samples, alphas, 0);
    }

    private static void assertLaid(int[] expected, int[] samples, int[] alphas, int tolerance) {
        byte[] laid = bytes(samples);
        Backdrop.lay(laid, 1, bytes(alphas));
        for (int i = 0; i < laid.length; i++) {
            assertEquals(expected[i], laid[i] & 255, tolerance, "pixel " + i);
        }
    }

    private static byte[] bytes(int[] values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }
}
