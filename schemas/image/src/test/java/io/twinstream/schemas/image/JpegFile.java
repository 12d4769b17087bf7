package io.twinstream.schemas.image;

import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Makes JPEG files by Java's writer, whose segments are then changed to those of other writers and of broken files. */
final class JpegFile {
    private JpegFile() {}

    /** Draws some noise, so that every block has pixels of its own. */
    static BufferedImage photo(int type, int width, int height) {
        BufferedImage photo = TestImages.draw(type, width, height);
        Random random = new Random(width);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int shade = random.nextInt(64);
                photo.setRGB(x, y, photo.getRGB(x, y) - (shade << 16 | shade << 8 | shade) | 0xff000000);
            }
        }
        return photo;
    }

    static byte[] progressive(BufferedImage image) {
        return write(image, false, 0);
    }

    /** Encodes with a restart marker after this many MCUs. */
    static byte[] restarting(BufferedImage image, int interval) {
        return write(image, true, interval);
    }

    /** Encodes samples that the writer neither converts nor describes. */
    static byte[] raw(int components, int width, int height) {
        WritableRaster raster = Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, width, height, components, null);
        Random random = new Random(components);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                for (int c = 0; c < components; c++) {
                    raster.setSample(x, y, c, 40 * c + 2 * x + y + random.nextInt(20));
                }
            }
        }
        return TestImages.encodeRaster("jpeg", raster);
    }

    private static byte[] write(BufferedImage image, boolean sequential, int interval) {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ImageWriteParam param = writer.getDefaultWriteParam();
        param.setProgressiveMode(sequential ? ImageWriteParam.MODE_DISABLED : ImageWriteParam.MODE_DEFAULT);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ImageOutputStream output = new MemoryCacheImageOutputStream(bytes)) {
            IIOMetadata metadata =
                    writer.getDefaultImageMetadata(ImageTypeSpecifier.createFromRenderedImage(image), param);
            if (interval > 0) {
                IIOMetadataNode root = (IIOMetadataNode) metadata.getAsTree("javax_imageio_jpeg_image_1.0");
                IIOMetadataNode restart = new IIOMetadataNode("dri");
                restart.setAttribute("interval", Integer.toString(interval));
                root.getElementsByTagName("markerSequence").item(0).appendChild(restart);
                metadata.setFromTree("javax_imageio_jpeg_image_1.0", root);
            }
            writer.setOutput(output);
            writer.write(null, new IIOImage(image, null, metadata), param);
            output.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    /** Returns where the first segment of this kind begins. */
    static int find(byte[] file, int marker) {
        int at = new String(file, StandardCharsets.ISO_8859_1).indexOf("\u00ff" + (char) marker);
        if (at < 0) {
            throw new IllegalArgumentException("no segment %x".formatted(marker));
        }
        return at;
    }

    static int count(byte[] file, int marker) {
        return new String(file, StandardCharsets.ISO_8859_1).split("\u00ff" + (char) marker, -1).length - 1;
    }

    /** Returns the file without the segments of this kind. */
    static byte[] without(byte[] file, int marker) {
        byte[] shorter = file;
        while (count(shorter, marker) > 0) {
            int at = find(shorter, marker);
            int end = at + 2 + (ByteBuffer.wrap(shorter).getShort(at + 2) & 0xffff);
            shorter = joined(Arrays.copyOf(shorter, at), Arrays.copyOfRange(shorter, end, shorter.length));
        }
        return shorter;
    }

    static byte[] segment(int marker, byte[] data) {
        return segment(marker, data, data.length + 2);
    }

    /** Makes a segment that claims another length. */
    static byte[] segment(int marker, byte[] data, int length) {
        return ByteBuffer.allocate(4 + data.length)
                .put((byte) -1)
                .put((byte) marker)
                .putShort((short) length)
                .put(data)
                .array();
    }

    /** Returns the file with more bytes behind its start marker. */
    static byte[] with(byte[] file, byte[] more) {
        return inserted(file, 2, more);
    }

    static byte[] inserted(byte[] file, int at, byte[] more) {
        return joined(joined(Arrays.copyOf(file, at), more), Arrays.copyOfRange(file, at, file.length));
    }

    static byte[] joined(byte[] first, byte[] second) {
        byte[] joined = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, joined, first.length, second.length);
        return joined;
    }
}
