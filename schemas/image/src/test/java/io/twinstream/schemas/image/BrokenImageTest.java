package io.twinstream.schemas.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BrokenImageTest {
    private static final int WIDTH = 40;
    private static final int HEIGHT = 30;
    private static final int FLIPPED_FILES = 250;
    /**
     * The most processor time that a broken picture may take, whatever else the machine does. A flipped bit may enlarge the picture
     * to a few megapixels.
     */
    private static final long MOST_NANOS = 2_000_000_000L;

    private static final Map<String, byte[]> FILES = files();

    private final ImageDecoder decoder = new ImageDecoder(new ImageLimits(1 << 20, 1 << 20, 8));

    static Stream<String> names() {
        return FILES.keySet().stream();
    }

    @BeforeAll
    static void keepOffTheDisk() {
        ImageIO.setUseCache(false);
    }

    @ParameterizedTest
    @MethodSource("names")
    void aWholeFileIsAPicture(String name) {
        for (int channels : new int[] {1, 3}) {
            Picture picture = assertInstanceOf(Picture.class, decoder.decode(FILES.get(name), channels));

            assertEquals(WIDTH, picture.width());
            assertEquals(HEIGHT, picture.height());
            assertEquals(channels, picture.channels());
            // The corner is paper, and the pen has crossed the middle.
            assertTrue((picture.samples()[0] & 255) > 230);
            assertTrue(darkest(picture) < 60);
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void aFileCutOffAnywhereIsUndecodableOrTheWholePicture(String name) {
        byte[] file = FILES.get(name);
        Picture whole = (Picture) decoder.decode(file, 1);

        for (int length = 0; length < file.length; length++) {
            if (decoder.decode(Arrays.copyOf(file, length), 1) instanceof Picture picture) {
                assertArrayEquals(whole.samples(), picture.samples(), "cut off at " + length);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void aFileWithoutItsLastThirdIsDamaged(String name) {
        byte[] file = FILES.get(name);

        Undecodable undecodable =
                assertInstanceOf(Undecodable.class, decoder.decode(Arrays.copyOf(file, file.length * 2 / 3), 1));

        assertEquals(ImageFault.DAMAGED, undecodable.fault(), undecodable.reason());
        assertEquals(1, undecodable.reason().lines().count(), undecodable.reason());
    }

    @Test
    void aLosslessWebpWhosePixelsEndTooEarlyIsDamagedThoughItsLengthsAgree() {
        byte[] file = resource("lossless.webp");
        for (int kept = file.length - 32; kept > 60; kept -= 10) {
            byte[] shortened = Arrays.copyOf(file, kept / 2 * 2);
            ByteBuffer lengths = ByteBuffer.wrap(shortened).order(ByteOrder.LITTLE_ENDIAN);
            lengths.putInt(4, shortened.length - 8).putInt(16, shortened.length - 20);

            assertInstanceOf(Undecodable.class, decoder.decode(shortened, 1), "shortened to " + kept);
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void flippedBytesNeverBreakTheDecoder(String name) {
        byte[] file = FILES.get(name);
        Random random = new Random(11);
        ThreadMXBean processor = ManagementFactory.getThreadMXBean();
        for (int i = 0; i < FLIPPED_FILES; i++) {
            byte[] flipped = file.clone();
            int range = i % 2 == 0 ? file.length : Math.min(file.length, 100);
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                flipped[random.nextInt(range)] = (byte) random.nextInt();
            }
            long start = processor.getCurrentThreadCpuTime();

            Decoded decoded = decoder.decode(flipped, 1);

            long took = processor.getCurrentThreadCpuTime() - start;
            assertTrue(took < MOST_NANOS, () -> "slow: " + Arrays.toString(flipped));
            if (decoded instanceof Undecodable undecodable) {
                assertEquals(1, undecodable.reason().lines().count(), undecodable.reason());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void theDecoderGoesOnAfterABrokenFile(String name) {
        byte[] file = FILES.get(name);
        Picture before = (Picture) decoder.decode(file, 3);

        decoder.decode(Arrays.copyOf(file, file.length / 2), 3);

        assertArrayEquals(before.samples(), ((Picture) decoder.decode(file, 3)).samples());
    }

    private static Map<String, byte[]> files() {
        Map<String, byte[]> files = new LinkedHashMap<>();
        BufferedImage rgb = draw(BufferedImage.TYPE_INT_RGB);
        BufferedImage gray = draw(BufferedImage.TYPE_BYTE_GRAY);
        BufferedImage indexed = draw(BufferedImage.TYPE_BYTE_INDEXED);
        BufferedImage binary = draw(BufferedImage.TYPE_BYTE_BINARY);
        files.put("PNG RGB", encode("png", rgb, ""));
        files.put("PNG binary", encode("png", binary, ""));
        files.put("PNG interlaced", encode("png", rgb, "progressive"));
        files.put("JPEG", encode("jpeg", rgb, ""));
        files.put("JPEG progressive", encode("jpeg", rgb, "progressive"));
        files.put("JPEG gray", encode("jpeg", gray, ""));
        files.put("BMP RGB", encode("bmp", rgb, ""));
        files.put("BMP binary", encode("bmp", binary, ""));
        files.put("BMP RLE", encode("bmp", indexed, "BI_RLE8"));
        files.put("GIF", encode("gif", indexed, ""));
        files.put("GIF interlaced", encode("gif", indexed, "progressive"));
        files.put("TIFF RGB", encode("tiff", rgb, ""));
        files.put("TIFF gray", encode("tiff", gray, ""));
        files.put("TIFF LZW", encode("tiff", rgb, "LZW"));
        files.put("TIFF Deflate", encode("tiff", rgb, "Deflate"));
        files.put("TIFF PackBits", encode("tiff", rgb, "PackBits"));
        files.put("TIFF fax", encode("tiff", binary, "CCITT T.6"));
        files.put("WebP lossy", resource("lossy.webp"));
        files.put("WebP lossless", resource("lossless.webp"));
        return files;
    }

    private static BufferedImage draw(int type) {
        BufferedImage picture = new BufferedImage(WIDTH, HEIGHT, type);
        Graphics2D pen = picture.createGraphics();
        pen.setColor(Color.WHITE);
        pen.fillRect(0, 0, WIDTH, HEIGHT);
        pen.setColor(Color.BLACK);
        pen.setStroke(new BasicStroke(3));
        pen.drawLine(3, 4, WIDTH - 5, HEIGHT - 5);
        pen.drawOval(8, 6, 20, 16);
        pen.dispose();
        return picture;
    }

    private static byte[] encode(String format, BufferedImage picture, String how) {
        ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
        ImageWriteParam param = writer.getDefaultWriteParam();
        if (how.equals("progressive")) {
            param.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
        } else if (!how.isEmpty()) {
            param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            param.setCompressionType(how);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ImageOutputStream output = new MemoryCacheImageOutputStream(bytes)) {
            writer.setOutput(output);
            writer.write(null, new IIOImage(picture, null, null), param);
            output.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    private static byte[] resource(String name) {
        try (InputStream file = BrokenImageTest.class.getResourceAsStream(name)) {
            return Objects.requireNonNull(file, name).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int darkest(Picture picture) {
        int darkest = 255;
        for (byte sample : picture.samples()) {
            darkest = Math.min(darkest, sample & 255);
        }
        return darkest;
    }
}
