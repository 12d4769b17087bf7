package io.twinstream.schemas.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that the first frame of GIF and WebP lies at its place on the canvas. */
class CanvasTest {
    private static final int WIDTH = 24;
    private static final int HEIGHT = 16;
    private static final int ANMF = 0x464d4e41;
    private static final int VP8X = 0x58385056;

    @Test
    void aGifsFrameLiesOnItsScreenWhichIsWhiteAroundAnOpaqueOne() throws Exception {
        byte[] gif = gif();
        ByteBuffer file = ByteBuffer.wrap(gif).order(ByteOrder.LITTLE_ENDIAN);
        file.putShort(6, (short) 40).putShort(8, (short) 30);
        int frame = frame(gif);
        file.putShort(frame + 1, (short) 10).putShort(frame + 3, (short) 5);

        BufferedImage whole = decode(gif);

        assertFrame(decode(gif()), whole, 40, 30, 10, 5);
    }

    @Test
    void aGifsScreenGrowsWithItsFrame() throws Exception {
        byte[] gif = gif();
        ByteBuffer file = ByteBuffer.wrap(gif).order(ByteOrder.LITTLE_ENDIAN);
        file.putShort(6, (short) 10).putShort(8, (short) 0);
        file.putShort(frame(gif) + 1, (short) 3);

        BufferedImage whole = decode(gif);

        assertFrame(decode(gif()), whole, WIDTH + 3, HEIGHT, 3, 0);
    }

    @Test
    void whatFollowsAGifsFirstFrameIsNotLookedAt() throws Exception {
        byte[] gif = gif();
        byte[] more = Arrays.copyOf(gif, gif.length + 50);
        Arrays.fill(more, gif.length - 1, more.length, (byte) ',');

        assertArrayEquals(argb(decode(gif)), argb(decode(more)));
        assertArrayEquals(argb(decode(gif)), argb(decode(Arrays.copyOf(gif, gif.length - 2))));
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "8, 6"})
    void aWebpsFirstFrameLiesOnItsCanvasWhichIsTransparentAsPartsOfItAre(int left, int top) throws Exception {
        byte[] still = TestImages.resource("alpha.webp");

        BufferedImage whole = decode(animated(still, 60, 50, left, top));

        assertFrame(decode(still), whole, 60, 50, left, top);
    }

    @Test
    void aWebpsFrameBeyondItsCanvasIsDamage() {
        byte[] still = TestImages.resource("lossy.webp");

        Undecodable refused = assertInstanceOf(
                Undecodable.class, new ImageDecoder(ImageLimits.DEFAULT).decode(animated(still, 60, 50, 22, 0), 1));

        assertEquals(ImageFault.DAMAGED, refused.fault());
    }

    @ParameterizedTest
    @ValueSource(strings = {"lossy", "lossless"})
    void bothReadersOfWebpSeeTheSame(String kind) throws Exception {
        byte[] file = WebpStructure.of(TestImages.resource(kind + ".webp")).essentials();
        int[] exact = argb(WebpDecoder.byLibwebp(file));
        int[] other = argb(WebpDecoder.byTwelveMonkeys(file));
        long sum = 0;
        for (int i = 0; i < exact.length; i++) {
            sum += Math.abs((exact[i] >> 8 & 255) - (other[i] >> 8 & 255));
        }

        assertTrue(sum < 8L * exact.length, "mean difference " + (double) sum / exact.length);
    }

    private static byte[] gif() {
        return TestImages.encode("gif", TestImages.draw(BufferedImage.TYPE_BYTE_INDEXED, WIDTH, HEIGHT));
    }

    private static int frame(byte[] gif) {
        int at = 13 + (gif[10] < 0 ? 3 << ((gif[10] & 7) + 1) : 0);
        while (gif[at] != ',') {
            at += 2;
            while (gif[at] != 0) {
                at += 1 + (gif[at] & 255);
            }
            at++;
        }
        return at;
    }

    /** Makes an animation whose first frame is a still picture of 40 x 30. */
    private static byte[] animated(byte[] still, int width, int height, int left, int top) {
        boolean extended = ByteBuffer.wrap(still).order(ByteOrder.LITTLE_ENDIAN).getInt(12) == VP8X;
        byte[] chunks = Arrays.copyOfRange(still, extended ? 30 : 12, still.length);
        ByteBuffer file = ByteBuffer.allocate(30 + 8 + 16 + chunks.length).order(ByteOrder.LITTLE_ENDIAN);
        file.put("RIFF".getBytes(StandardCharsets.ISO_8859_1)).putInt(file.capacity() - 8);
        file.put("WEBP".getBytes(StandardCharsets.ISO_8859_1))
                .putInt(VP8X)
                .putInt(10)
                .putInt(0x12);
        low24(file, width - 1);
        low24(file, height - 1);
        file.putInt(ANMF).putInt(16 + chunks.length);
        low24(file, left / 2);
        low24(file, top / 2);
        low24(file, 39);
        low24(file, 29);
        return file.putInt(100).put(chunks).array();
    }

    private static void low24(ByteBuffer file, int value) {
        file.putShort((short) value).put((byte) (value >> 16));
    }

    private static void assertFrame(
            BufferedImage frame, BufferedImage whole, int width, int height, int left, int top) {
        assertEquals(width, whole.getWidth());
        assertEquals(height, whole.getHeight());
        boolean alpha = frame.getColorModel().hasAlpha();
        assertEquals(alpha, whole.getColorModel().hasAlpha());
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                boolean covered = x >= left && y >= top && x < left + frame.getWidth() && y < top + frame.getHeight();
                assertEquals(
                        covered ? frame.getRGB(x - left, y - top) : alpha ? 0 : -1, whole.getRGB(x, y), x + ", " + y);
            }
        }
        assertFalse(frame.getRGB(0, 0) == 0);
    }

    private static int[] argb(BufferedImage picture) {
        return picture.getRGB(0, 0, picture.getWidth(), picture.getHeight(), null, 0, picture.getWidth());
    }

    private static BufferedImage decode(byte[] file) throws ImageRefusedException {
        try (EncodedImage image = EncodedImage.open(file, ImageLimits.DEFAULT)) {
            return image.decode();
        }
    }
}
