package io.twinstream.schemas.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class OrientationTest {
    /** A picture that is stored as 0 1 2 over 3 4 5. */
    private static final Picture STORED = new Picture(3, 2, 1, new byte[] {0, 1, 2, 3, 4, 5});

    private static final byte[][] SEEN = {
        {0, 1, 2, 3, 4, 5},
        {2, 1, 0, 5, 4, 3},
        {5, 4, 3, 2, 1, 0},
        {3, 4, 5, 0, 1, 2},
        {0, 3, 1, 4, 2, 5},
        {3, 0, 4, 1, 5, 2},
        {5, 2, 4, 1, 3, 0},
        {2, 5, 1, 4, 0, 3}
    };

    static IntStream orientations() {
        return IntStream.rangeClosed(1, 8);
    }

    @ParameterizedTest
    @MethodSource("orientations")
    void aPictureIsTurnedAsExifNamesIt(int orientation) {
        Picture seen = Orientation.upright(STORED, orientation);

        assertEquals(orientation > 4 ? 2 : 3, seen.width());
        assertArrayEquals(SEEN[orientation - 1], seen.samples());
    }

    @Test
    void theChannelsOfAPixelStayTogether() {
        Picture seen = Orientation.upright(new Picture(2, 1, 3, new byte[] {1, 2, 3, 4, 5, 6}), 3);

        assertArrayEquals(new byte[] {4, 5, 6, 1, 2, 3}, seen.samples());
    }

    static Stream<byte[]> turnedFiles() {
        BufferedImage image = TestImages.draw(BufferedImage.TYPE_BYTE_GRAY, 40, 30);
        byte[] jpeg = TestImages.encode("jpeg", image);
        byte[] png = TestImages.encode("png", image);
        byte[] webp = TestImages.resource("lossless.webp");
        byte[] name = "Exif\0\0".getBytes(StandardCharsets.ISO_8859_1);
        byte[] xmp = JpegFile.segment(0xe1, "http://ns.adobe.com/xap/1.0/\0<x/>".getBytes(StandardCharsets.ISO_8859_1));
        return Stream.of(true, false)
                .flatMap(big -> Stream.of(
                        JpegFile.with(jpeg, JpegFile.segment(0xe1, JpegFile.joined(name, exif(6, big)))),
                        JpegFile.with(
                                jpeg,
                                JpegFile.joined(xmp, JpegFile.segment(0xe1, JpegFile.joined(name, exif(6, big))))),
                        withPngChunk(png, 33, exif(6, big)),
                        withPngChunk(png, 33, JpegFile.joined(name, exif(6, big))),
                        withPngChunk(png, png.length - 12, exif(6, big)),
                        withWebpChunk(webp, exif(6, big)),
                        withWebpChunk(webp, JpegFile.joined(name, exif(6, big))),
                        tiff(6, big)));
    }

    @ParameterizedTest
    @MethodSource("turnedFiles")
    void everyFormatIsTurnedAndItsHeaderGivesTheSidesThatAreSeen(byte[] file) throws ImageRefusedException {
        ImageHeader header = ImageHeader.of(file, ImageLimits.DEFAULT);
        assertEquals(30, header.width());
        assertEquals(40, header.height());
        for (int channels : new int[] {1, 3}) {
            Picture picture =
                    assertInstanceOf(Picture.class, new ImageDecoder(ImageLimits.DEFAULT).decode(file, channels));

            assertEquals(30, picture.width());
            // The stroke begins at the top left as stored, and at the top right as seen.
            assertEquals(0, picture.samples()[(4 * 30 + 25) * channels] & 255, 90);
            assertEquals(255, picture.samples()[(4 * 30 + 3) * channels] & 255, 40);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 9, -1, 255, 65_535})
    void aValueThatNamesNoneIsUpright(int value) {
        assertEquals(1, of(exif(value, true)));
        assertEquals(1, of(exif(value, false)));
    }

    @Test
    void whateverABlockHoldsIsAnOrientation() {
        byte[] block = exif(6, true);
        Random random = new Random(2);
        for (int i = 0; i < 20_000; i++) {
            byte[] broken = Arrays.copyOf(block, random.nextInt(block.length + 1));
            for (int flips = random.nextInt(4); flips > 0 && broken.length > 0; flips--) {
                broken[random.nextInt(broken.length)] = (byte) random.nextInt();
            }
            int orientation = of(broken);

            assertEquals(orientation, Math.max(1, Math.min(8, orientation)));
            assertEquals(1, Orientation.ofWebp(new byte[random.nextInt(20)]));
        }
    }

    @Test
    void aDirectoryThatLeadsBehindTheBlockIsUpright() {
        for (int offset : new int[] {9, 37, 100, Integer.MAX_VALUE, Integer.MIN_VALUE, -1}) {
            byte[] block = exif(6, true);
            ByteBuffer.wrap(block).putInt(4, offset);

            assertEquals(1, of(block), "at " + offset);
        }
    }

    private static int of(byte[] block) {
        return Orientation.ofExif(block, 0, block.length);
    }

    /** Makes an EXIF block that names the camera too. */
    static byte[] exif(int orientation, boolean bigEndian) {
        ByteBuffer block = ByteBuffer.allocate(8 + 2 + 2 * 12 + 4)
                .order(bigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        block.put((bigEndian ? "MM" : "II").getBytes(StandardCharsets.ISO_8859_1))
                .putShort((short) 42)
                .putInt(8)
                .putShort((short) 2);
        block.putShort((short) 271).putShort((short) 2).putInt(4).put(new byte[] {'c', 'a', 'm', 0});
        block.putShort((short) 274).putShort((short) 3).putInt(1).putShort((short) orientation);
        return block.array();
    }

    private static byte[] withPngChunk(byte[] png, int at, byte[] data) {
        byte[] named = JpegFile.joined("eXIf".getBytes(StandardCharsets.ISO_8859_1), data);
        CRC32 crc = new CRC32();
        crc.update(named);
        ByteBuffer chunk = ByteBuffer.allocate(8 + named.length);
        chunk.putInt(data.length).put(named).putInt((int) crc.getValue());
        return JpegFile.inserted(png, at, chunk.array());
    }

    private static byte[] withWebpChunk(byte[] webp, byte[] data) {
        ByteBuffer chunk =
                ByteBuffer.allocate(8 + data.length + data.length % 2).order(ByteOrder.LITTLE_ENDIAN);
        chunk.put("EXIF".getBytes(StandardCharsets.ISO_8859_1))
                .putInt(data.length)
                .put(data);
        byte[] longer = JpegFile.joined(webp, chunk.array());
        ByteBuffer.wrap(longer).order(ByteOrder.LITTLE_ENDIAN).putInt(4, longer.length - 8);
        return longer;
    }

    /** Makes an uncompressed TIFF of 40 x 30 gray pixels. */
    private static byte[] tiff(int orientation, boolean bigEndian) {
        byte[] samples = RasterReader.read(TestImages.draw(BufferedImage.TYPE_BYTE_GRAY, 40, 30), 1)
                .samples();
        int[][] fields = {
            {256, 40},
            {257, 30},
            {258, 8},
            {259, 1},
            {262, 1},
            {273, 8 + 2 + 10 * 12 + 4},
            {274, orientation},
            {277, 1},
            {278, 30},
            {279, samples.length}
        };
        ByteBuffer file = ByteBuffer.allocate(8 + 2 + fields.length * 12 + 4 + samples.length)
                .order(bigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        file.put((bigEndian ? "MM" : "II").getBytes(StandardCharsets.ISO_8859_1))
                .putShort((short) 42)
                .putInt(8)
                .putShort((short) fields.length);
        for (int[] field : fields) {
            file.putShort((short) field[0])
                    .putShort((short) 3)
                    .putInt(1)
                    .putShort((short) field[1])
                    .putShort((short) 0);
        }
        return file.putInt(0).put(samples).array();
    }
}
