package io.twinstream.schemas.image;

import static io.twinstream.schemas.image.PngChunks.damaged;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Decodes PNG without ImageIO, since decoding is on the hot path and ImageIO's set-up alone costs more than a small picture.
 * It takes every colour type, depth and interlacing of the standard. Of an animated PNG it decodes the default image. For one
 * thread.
 *
 * <p>A picture is damaged where pixels are missing, where its compressed data is broken, or where a checksum shows that its
 * header, palette or data is. Behind the last pixel only the orientation is looked for. So a missing end, a stream that is cut
 * off before its checksum, and trailing bytes are no damage; a wrong checksum of the stream is.
 *
 * <p>Maintainers: rows are inflated, unfiltered and expanded in bands that stay in the processor's cache, so that nothing is
 * allocated beside the samples. Inflated bytes are bounded by what the checked header needs, so a bomb behind a small header
 * ends after that many bytes.
 */
final class PngDecoder {
    private static final int HEADER_BYTES = 13;
    private static final int KEPT_BYTES = 1 << 20;
    private static final int BAND_BYTES = 1 << 18;
    /** The most bytes that Deflate packs into one. */
    private static final int MOST_DEFLATION = 1032;

    private static final int[][] WHOLE = {{0, 0, 1, 1}};
    /** The first column and row of each of Adam7's passes, and the distances of its columns and rows. */
    private static final int[][] ADAM7 = {
        {0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}
    };

    private final ImageLimits limits;
    private final Inflater inflater = new Inflater();
    private final boolean overwrites;
    private byte[] kept = new byte[0];
    private byte[] samples = new byte[0];

    /** @param overwrites whether a picture's samples may lie in the same array as those of the one before */
    PngDecoder(ImageLimits limits, boolean overwrites) {
        this.limits = limits;
        this.overwrites = overwrites;
    }

    /** Reads and checks the header, and looks for the orientation. */
    static ImageHeader header(byte[] file, ImageLimits limits) throws ImageRefusedException {
        PngChunks chunks = new PngChunks(file);
        Header header = Header.of(chunks, file, limits);
        int orientation = Orientation.UPRIGHT;
        boolean pixels = false;
        while (chunks.next()) {
            pixels |= chunks.type() == PngChunks.IDAT;
            if (chunks.type() == PngChunks.EXIF && orientation == Orientation.UPRIGHT) {
                orientation = orientation(file, chunks);
            }
        }
        if (!pixels) {
            throw damaged("it has no pixels");
        }
        return ImageHeader.of(ImageType.PNG, header.width, header.height, orientation);
    }

    private static int orientation(byte[] file, PngChunks chunks) {
        return Orientation.ofExif(file, chunks.dataStart(), chunks.dataStart() + chunks.length());
    }

    Picture decode(byte[] file, int channels) throws ImageRefusedException {
        PngChunks chunks = new PngChunks(file);
        Header header = Header.of(chunks, file, limits);
        Rows rows = new Rows(file, header, channels, samples(header.width * header.height * channels));
        rows.read(chunks);
        return Orientation.upright(new Picture(header.width, header.height, channels, rows.samples), rows.orientation);
    }

    private record Header(int width, int height, PngLayout layout, boolean interlaced) {
        /** Reads the first chunk. */
        static Header of(PngChunks chunks, byte[] file, ImageLimits limits) throws ImageRefusedException {
            limits.checkBytes(file.length);
            if (!chunks.next() || chunks.type() != PngChunks.IHDR || chunks.length() != HEADER_BYTES) {
                throw damaged("it doesn't begin with its header");
            }
            int data = chunks.dataStart();
            int width = chunks.intAt(data);
            int height = chunks.intAt(data + 4);
            int bits = file[data + 8];
            int colorType = file[data + 9];
            if (!PngLayout.known(colorType, bits) || (file[data + 10] | file[data + 11]) != 0) {
                throw damaged("its header claims colour type %d of %d bits".formatted(colorType, bits));
            }
            boolean interlaced = file[data + 12] != 0;
            limits.checkSize(width, height);
            PngLayout layout = new PngLayout(colorType, bits);
            long rawBytes = (layout.rowBytes(width) + 1L) * height;
            if (rawBytes > (long) file.length * MOST_DEFLATION) {
                throw damaged("%d bytes of file for %d of pixels".formatted(file.length, rawBytes));
            }
            limits.checkDensity(layout.samples(width, height), file.length);
            return new Header(width, height, layout, interlaced);
        }
    }

    /** Returns an array for samples, which is reused since a stream's pictures are mostly of one size. */
    private byte[] samples(int length) {
        if (!overwrites || length > KEPT_BYTES) {
            return new byte[length];
        }
        if (samples.length != length) {
            samples = new byte[length];
        }
        return samples;
    }

    private byte[] buffer(int bytes) {
        if (bytes > KEPT_BYTES) {
            return new byte[bytes];
        }
        if (kept.length < bytes) {
            kept = new byte[bytes];
        }
        return kept;
    }

    /** Turns the rows of one picture into samples, pass by pass where it is interlaced. */
    private final class Rows {
        private final byte[] file;
        private final Header header;
        private final PngLayout layout;
        private final int channels;
        private final byte[] samples;
        private final int[][] passes;
        /** Writes pixels that aren't opaque gray. */
        private @Nullable SampleWriter writer;

        private int orientation = Orientation.UPRIGHT;

        private int pass = -1;
        private int width;
        private int height;
        private int stride;
        private int bandRows;
        /** The last row of the band before, then the band's rows, then a spare byte. */
        private byte[] raw = kept;

        private int done;
        private int filled;
        private boolean begun;
        private boolean ended;

        Rows(byte[] file, Header header, int channels, byte[] samples) {
            this.file = file;
            this.header = header;
            this.layout = header.layout;
            this.channels = channels;
            this.samples = samples;
            this.passes = header.interlaced ? ADAM7 : WHOLE;
            nextPass();
        }

        /** Goes on to the next pass that has pixels, or ends behind the last one. */
        private void nextPass() {
            do {
                pass++;
                done = 0;
                if (pass == passes.length) {
                    height = 0;
                    return;
                }
                width = count(header.width, passes[pass][0], passes[pass][2]);
                height = count(header.height, passes[pass][1], passes[pass][3]);
            } while (width == 0 || height == 0);
            stride = layout.rowBytes(width) + 1;
            bandRows = Math.min(height, Math.max(1, BAND_BYTES / stride - 1));
            raw = buffer(Math.addExact(Math.multiplyExact(bandRows + 1, stride), 1));
        }

        private static int count(int side, int first, int step) {
            return Math.max(0, (side - first + step - 1) / step);
        }

        private boolean isLastPass() {
            return pass >= passes.length - 1;
        }

        private boolean isComplete() {
            return pass == passes.length;
        }

        void read(PngChunks chunks) throws ImageRefusedException {
            inflater.reset();
            try {
                while (chunks.next()) {
                    switch (chunks.type()) {
                        case PngChunks.PLTE -> palette(chunks);
                        case PngChunks.TRNS -> transparency(chunks);
                        case PngChunks.IDAT -> inflate(chunks);
                        case PngChunks.EXIF -> turn(chunks);
                        default -> {}
                    }
                }
            } catch (DataFormatException e) {
                throw damaged("its compressed data is broken");
            }
            if (!isComplete()) {
                throw damaged("it ends before its last row of pixels");
            }
            if (writer != null) {
                writer.finish();
            }
        }

        private void palette(PngChunks chunks) {
            if (!begun) {
                layout.palette(file, chunks.dataStart(), chunks.length());
            }
        }

        private void transparency(PngChunks chunks) {
            if (!begun) {
                layout.transparency(file, chunks.dataStart(), chunks.length());
            }
        }

        private void turn(PngChunks chunks) {
            if (orientation == Orientation.UPRIGHT) {
                orientation = PngDecoder.orientation(file, chunks);
            }
        }

        private void inflate(PngChunks chunks) throws ImageRefusedException, DataFormatException {
            begun = true;
            if (ended) {
                return;
            }
            inflater.setInput(file, chunks.dataStart(), chunks.length());
            int came;
            do {
                int rows = Math.min(bandRows, height - done);
                // Given a spare byte, zlib goes on to the end of its stream and verifies its checksum.
                int spare = isLastPass() && done + rows == height ? 1 : 0;
                came = inflater.inflate(raw, stride + filled, rows * stride + spare - filled);
                filled += came;
                ended = inflater.finished() || filled > rows * stride;
                if (rows > 0 && filled >= rows * stride) {
                    finish(rows);
                }
            } while (came > 0 && !ended);
            if (isComplete()) {
                chunks.trust();
            }
        }

        private void finish(int rows) throws ImageRefusedException {
            int rowBytes = stride - 1;
            Filters.undo(raw, stride, rowBytes, rows, layout.pixelBytes(), done > 0);
            if (channels == 1 && passes == WHOLE && layout.isOpaqueGray()) {
                GrayRows.expand(raw, stride, layout.bits(), width, rows, samples, done * width);
            } else {
                expand(rows);
            }
            System.arraycopy(raw, rows * stride, raw, 0, stride);
            done += rows;
            filled = 0;
            if (done == height) {
                nextPass();
            }
        }

        private void expand(int rows) throws ImageRefusedException {
            SampleWriter out = writer;
            if (out == null) {
                out = new SampleWriter(samples, channels);
                writer = out;
            }
            int[] place = passes[pass];
            for (int i = 0; i < rows; i++) {
                int y = place[1] + (done + i) * place[3];
                out.seek(y * header.width + place[0], place[2]);
                layout.expand(raw, (i + 1) * stride + 1, width, out);
            }
        }
    }

    /**
     * Expands unfiltered rows of opaque gray, of 1 to 8 bits a pixel, to a byte a pixel.
     *
     * <p>Maintainers: scans of ink have 1 bit a pixel, so 8 pixels are looked up and written at once.
     */
    private static final class GrayRows {
        private static final VarHandle LONGS =
                MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

        /** Eight pixels by their packed byte. The first pixel is the byte's highest bit and the lowest byte of the number. */
        private static final long[] EIGHT_PIXELS = eightPixels();

        private GrayRows() {}

        /** Expands rows of a filter byte and {@code (width * bits + 7) / 8} bytes, to samples from a place on. */
        static void expand(byte[] raw, int from, int bits, int width, int rows, byte[] samples, int to) {
            int rowBytes = (int) (((long) width * bits + 7) / 8);
            for (int y = 0; y < rows; y++) {
                int row = from + y * (rowBytes + 1) + 1;
                int start = to + y * width;
                switch (bits) {
                    case 8 -> System.arraycopy(raw, row, samples, start, width);
                    case 1 -> bits(raw, row, samples, start, width);
                    default -> packed(raw, row, bits, samples, start, width);
                }
            }
        }

        private static void bits(byte[] raw, int row, byte[] samples, int start, int width) {
            int whole = width / 8;
            for (int i = 0; i < whole; i++) {
                LONGS.set(samples, start + i * 8, EIGHT_PIXELS[raw[row + i] & 255]);
            }
            packed(raw, row + whole, 1, samples, start + whole * 8, width % 8);
        }

        private static void packed(byte[] raw, int row, int bits, byte[] samples, int start, int width) {
            int mask = (1 << bits) - 1;
            int scale = 255 / mask;
            for (int x = 0; x < width; x++) {
                int bit = x * bits;
                samples[start + x] = (byte) ((raw[row + bit / 8] >> (8 - bits - bit % 8) & mask) * scale);
            }
        }

        private static long[] eightPixels() {
            long[] table = new long[256];
            for (int packed = 0; packed < table.length; packed++) {
                for (int i = 0; i < 8; i++) {
                    if ((packed & 0x80 >> i) != 0) {
                        table[packed] |= 0xffL << (8 * i);
                    }
                }
            }
            return table;
        }
    }

    /** Undoes the row filters of PNG (ISO/IEC 15948, clause 9) in place. */
    private static final class Filters {
        private Filters() {}

        /**
         * Reconstructs rows.
         *
         * @param raw rows of one filter byte and {@code rowBytes} bytes
         * @param start the place of the first row
         * @param hasAbove whether a reconstructed row stands before it
         * @param step the bytes from a sample to that of the pixel on its left
         */
        static void undo(byte[] raw, int start, int rowBytes, int rows, int step, boolean hasAbove)
                throws ImageRefusedException {
            for (int y = 0; y < rows; y++) {
                int row = start + y * (rowBytes + 1) + 1;
                int above = row - rowBytes - 1;
                boolean isBelow = hasAbove || y > 0;
                switch (raw[row - 1]) {
                    case 0 -> {}
                    case 1 -> sub(raw, row, rowBytes, step);
                    case 2 -> up(raw, row, above, rowBytes, isBelow);
                    case 3 -> average(raw, row, above, rowBytes, step, isBelow);
                    case 4 -> paeth(raw, row, above, rowBytes, step, isBelow);
                    default -> throw PngChunks.damaged("filter type " + raw[row - 1]);
                }
            }
        }

        private static void sub(byte[] raw, int row, int length, int step) {
            for (int i = step; i < length; i++) {
                raw[row + i] += raw[row + i - step];
            }
        }

        private static void up(byte[] raw, int row, int above, int length, boolean hasAbove) {
            if (hasAbove) {
                for (int i = 0; i < length; i++) {
                    raw[row + i] += raw[above + i];
                }
            }
        }

        private static void average(byte[] raw, int row, int above, int length, int step, boolean hasAbove) {
            for (int i = 0; i < length; i++) {
                int left = i < step ? 0 : raw[row + i - step] & 255;
                int up = hasAbove ? raw[above + i] & 255 : 0;
                raw[row + i] += (byte) ((left + up) >> 1);
            }
        }

        /**
         * Undoes the Paeth filter. Samples outside the picture count as 0, so that the sample on the left, or the one above,
         * is the prediction.
         */
        private static void paeth(byte[] raw, int row, int above, int length, int step, boolean hasAbove) {
            if (!hasAbove) {
                sub(raw, row, length, step);
                return;
            }
            up(raw, row, above, Math.min(step, length), true);
            for (int i = step; i < length; i++) {
                int left = raw[row + i - step] & 255;
                raw[row + i] += (byte) predict(left, raw[above + i] & 255, raw[above + i - step] & 255);
            }
        }

        private static int predict(int left, int up, int corner) {
            int estimate = left + up - corner;
            int toLeft = Math.abs(estimate - left);
            int toUp = Math.abs(estimate - up);
            int toCorner = Math.abs(estimate - corner);
            if (toLeft <= toUp && toLeft <= toCorner) {
                return left;
            }
            return toUp <= toCorner ? up : corner;
        }
    }
}
