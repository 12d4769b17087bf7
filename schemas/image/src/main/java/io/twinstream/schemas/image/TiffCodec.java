package io.twinstream.schemas.image;

import com.github.luben.zstd.ZstdInputStream;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import javax.imageio.ImageReader;
import org.tukaani.xz.BasicArrayCache;
import org.tukaani.xz.XZInputStream;

/**
 * Unpacks the strips and tiles of a TIFF, each to the number of bytes that its size asks for: fewer are damage, further ones
 * stay packed. For one thread.
 *
 * <p>Maintainers: LZW, PackBits and fax are unpacked by TwelveMonkeys' TIFF reader, which is given each strip as a small gray
 * TIFF. It reads those codes well, but some layouts of samples badly: two or four bits with white as zero, alpha in a plane of
 * its own, Lab, and YCbCr with a reference.
 */
final class TiffCodec implements AutoCloseable {
    private static final int RLE = 2;
    private static final int GROUP_3 = 3;
    private static final int GROUP_4 = 4;
    private static final int LZW = 5;
    static final int JPEG = 7;
    private static final int DEFLATE = 8;
    private static final int LZMA = 34925;
    private static final int ZSTD = 50000;
    private static final int WEBP = 50001;
    private static final int PIXTIFF_DEFLATE = 50013;
    private static final int OLD_DEFLATE = 32946;
    private static final int PACK_BITS = 32773;

    /** The kinds of compression that no maintained Java library reads. */
    private static final Map<Integer, String> UNREAD = Map.ofEntries(
            Map.entry(32766, "NeXT"),
            Map.entry(32771, "CCITT RLEW"),
            Map.entry(32809, "ThunderScan"),
            Map.entry(32908, "PixarFilm"),
            Map.entry(32909, "PixarLog"),
            Map.entry(34661, "JBIG"),
            Map.entry(34676, "SGILOG"),
            Map.entry(34677, "SGILOG24"),
            Map.entry(34712, "JPEG 2000"),
            Map.entry(34887, "LERC"),
            Map.entry(50002, "JPEG XL"),
            Map.entry(52546, "JPEG XL"));

    /** Memory limit in KiB; the largest preset of xz needs 65 MiB. */
    private static final int MOST_LZMA_KIB = 80 << 10;

    /** Size of the blocks to which a JPEG's sides may be rounded up. */
    private static final int BLOCK = 16;

    private static final int SHORT = 3;
    private static final int LONG = 4;
    private static final int MINI_FIELDS = 11;
    private static final int MINI_BYTES = 8 + 2 + 12 * MINI_FIELDS + 4;

    private final TiffStructure tiff;
    private final boolean reversed;
    private final BasicArrayCache arrays = new BasicArrayCache();
    private final ImageReader tiffReader;

    TiffCodec(TiffStructure tiff) throws ImageRefusedException {
        this.tiff = tiff;
        this.reversed = tiff.number(TiffStructure.FILL_ORDER, 1) == 2;
        check(tiff.compression);
        this.tiffReader = ImageioReader.TIFF.reader();
    }

    private static void check(int compression) throws ImageRefusedException {
        switch (compression) {
            case TiffStructure.NO_COMPRESSION, TiffStructure.OLD_JPEG -> {}
            case RLE, GROUP_3, GROUP_4, LZW, JPEG, DEFLATE, LZMA, ZSTD, WEBP -> {}
            case PIXTIFF_DEFLATE, OLD_DEFLATE, PACK_BITS -> {}
            default ->
                throw TiffStructure.unsupported("TIFF compression %s is not taken: save it with LZW or Deflate"
                        .formatted(UNREAD.getOrDefault(compression, Integer.toString(compression))));
        }
    }

    @Override
    public void close() {
        tiffReader.dispose();
    }

    /** Returns whether differences of neighbours may be packed. */
    boolean predicts() {
        return switch (tiff.compression) {
            case LZW, DEFLATE, OLD_DEFLATE, PIXTIFF_DEFLATE, LZMA, ZSTD -> true;
            default -> false;
        };
    }

    /** Returns whether the codec gives whole samples, with chroma as dense as luma. */
    boolean upsamples() {
        return tiff.compression == JPEG || tiff.compression == TiffStructure.OLD_JPEG;
    }

    /**
     * Unpacks one strip or tile.
     *
     * @param samples the number of samples interleaved in it
     * @param rowBytes the bytes of one of its rows, as stored
     * @param rows the number of rows that must be there
     * @throws IOException if it is broken
     */
    byte[] unpacked(int chunk, int samples, int rowBytes, int rows) throws IOException, ImageRefusedException {
        int expected = Math.multiplyExact(rowBytes, rows);
        byte[] bytes = tiff.bytes();
        int from = tiff.offset(chunk);
        int length = tiff.length(chunk);
        if (reversed && !upsamples()) {
            bytes = Arrays.copyOfRange(bytes, from, from + length);
            for (int i = 0; i < length; i++) {
                bytes[i] = (byte) (Integer.reverse(bytes[i]) >>> 24);
            }
            from = 0;
        }
        return switch (tiff.compression) {
            case TiffStructure.NO_COMPRESSION -> {
                if (length < expected) {
                    throw ends();
                }
                yield Arrays.copyOfRange(bytes, from, from + expected);
            }
            case DEFLATE, OLD_DEFLATE, PIXTIFF_DEFLATE -> inflated(bytes, from, length, expected);
            case LZMA -> {
                try (InputStream in = new XZInputStream(
                        new ByteArrayInputStream(bytes, from, length), MOST_LZMA_KIB, false, arrays)) {
                    yield whole(in.readNBytes(expected), expected);
                }
            }
            case ZSTD -> {
                try (InputStream in = new ZstdInputStream(new ByteArrayInputStream(bytes, from, length))) {
                    yield whole(in.readNBytes(expected), expected);
                }
            }
            case WEBP -> webp(Arrays.copyOfRange(bytes, from, from + length), samples, rowBytes, rows);
            case JPEG -> jpeg(merged(bytes, from, length), samples, rowBytes / samples, rows);
            case TiffStructure.OLD_JPEG -> jpeg(oldJpeg(), samples, rowBytes / samples, rows);
            case LZW, PACK_BITS -> mini(bytes, from, length, rowBytes, rows, 8, expected);
            default -> mini(bytes, from, length, tiff.chunkWidth, rows, 1, expected);
        };
    }

    private static byte[] inflated(byte[] bytes, int from, int length, int expected) throws IOException {
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(bytes, from, length);
            byte[] out = new byte[expected];
            int count = 0;
            while (count < expected) {
                int more = inflater.inflate(out, count, expected - count);
                if (more == 0) {
                    throw ends();
                }
                count += more;
            }
            return out;
        } catch (DataFormatException e) {
            throw new IOException("its data doesn't inflate", e);
        } finally {
            inflater.end();
        }
    }

    private static byte[] whole(byte[] unpacked, int expected) throws IOException {
        if (unpacked.length < expected) {
            throw ends();
        }
        return unpacked;
    }

    private static IOException ends() {
        return new IOException("its data ends too early");
    }

    private static byte[] webp(byte[] file, int samples, int rowBytes, int rows)
            throws IOException, ImageRefusedException {
        if (rowBytes % samples != 0 || (samples != 3 && samples != 4)) {
            throw new IOException("WebP holds no %d samples".formatted(samples));
        }
        return WebpDecoder.samples(file, samples, rowBytes / samples, rows);
    }

    /** Gives the packed bytes to the reader as a gray TIFF of one strip. */
    private byte[] mini(byte[] bytes, int from, int length, int width, int rows, int bits, int expected)
            throws IOException {
        ByteBuffer file = ByteBuffer.allocate(MINI_BYTES + length).order(ByteOrder.LITTLE_ENDIAN);
        file.put(new byte[] {'I', 'I', 42, 0}).putInt(8).putShort((short) MINI_FIELDS);
        put(file, TiffStructure.WIDTH, LONG, width);
        put(file, TiffStructure.HEIGHT, LONG, rows);
        put(file, TiffStructure.BITS, SHORT, bits);
        put(file, TiffStructure.COMPRESSION, SHORT, tiff.compression);
        put(file, TiffStructure.PHOTOMETRIC, SHORT, TiffStructure.BLACK_IS_ZERO);
        put(file, TiffStructure.STRIP_OFFSETS, LONG, MINI_BYTES);
        put(file, TiffStructure.SAMPLES, SHORT, 1);
        put(file, TiffStructure.ROWS, LONG, rows);
        put(file, TiffStructure.STRIP_BYTES, LONG, length);
        put(file, TiffStructure.T4_OPTIONS, LONG, (int) tiff.number(TiffStructure.T4_OPTIONS, 0));
        put(file, TiffStructure.T6_OPTIONS, LONG, (int) tiff.number(TiffStructure.T6_OPTIONS, 0));
        file.putInt(0).put(bytes, from, length);
        tiffReader.setInput(new EncodedBytes(file.array()), false, true);
        BufferedImage strip = tiffReader.read(0);
        byte[] unpacked = ((DataBufferByte) strip.getRaster().getDataBuffer()).getData();
        return whole(unpacked, expected);
    }

    private static void put(ByteBuffer file, int tag, int type, int value) {
        file.putShort((short) tag).putShort((short) type).putInt(1).putInt(value);
    }

    /** Returns a strip with the tables that all strips share before its own data. */
    private byte[] merged(byte[] bytes, int from, int length) {
        byte[] tables = tiff.raw(TiffStructure.JPEG_TABLES);
        if (tables == null || tables.length < 4) {
            return Arrays.copyOfRange(bytes, from, from + length);
        }
        ByteArrayOutputStream whole = new ByteArrayOutputStream(tables.length + length);
        // The end marker of the tables and the start marker of the strip are left out.
        boolean ended = tables[tables.length - 2] == -1 && tables[tables.length - 1] == (byte) 0xd9;
        whole.write(tables, 0, tables.length - (ended ? 2 : 0));
        whole.write(bytes, from + Math.min(2, length), Math.max(0, length - 2));
        return whole.toByteArray();
    }

    /** Returns the JPEG file within a TIFF of version 6, which pages and strips share. */
    private byte[] oldJpeg() throws ImageRefusedException {
        byte[] bytes = tiff.bytes();
        long from = tiff.number(TiffStructure.JPEG_OFFSET, tiff.offset(0));
        long length = tiff.number(TiffStructure.JPEG_BYTES, 0);
        if (from < 0 || from > bytes.length - 2 || bytes[(int) from] != -1 || bytes[(int) from + 1] != (byte) 0xd8) {
            throw TiffStructure.unsupported(
                    "TIFF compression 6 without a whole JPEG in it is not taken: save it with LZW or Deflate");
        }
        long end = length < 1 || length > bytes.length - from ? bytes.length : from + length;
        return Arrays.copyOfRange(bytes, (int) from, (int) end);
    }

    private byte[] jpeg(byte[] file, int samples, int width, int rows) throws IOException, ImageRefusedException {
        JpegStructure jpeg = JpegStructure.ofStrip(file);
        if (jpeg.width() < width
                || jpeg.width() >= width + BLOCK
                || jpeg.height() < rows
                || jpeg.height() >= Math.max(rows, tiff.chunkHeight) + BLOCK
                || jpeg.components() != samples) {
            throw new IOException("its strip or tile of %d x %d pixels is a JPEG of %d x %d"
                    .formatted(width, rows, jpeg.width(), jpeg.height()));
        }
        Raster raster = JavaJpeg.raster(jpeg);
        byte[] unpacked = new byte[Math.multiplyExact(samples * width, rows)];
        int[] row = new int[samples * width];
        int to = 0;
        for (int y = 0; y < rows; y++) {
            raster.getPixels(0, y, width, 1, row);
            for (int sample : row) {
                unpacked[to++] = (byte) sample;
            }
        }
        return unpacked;
    }
}
