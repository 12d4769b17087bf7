package io.twinstream.schemas.image;

import static io.twinstream.schemas.image.PngChunks.damaged;

import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * PNG without ImageIO: decoding is on the hot path, and ImageIO's set-up alone costs more than a small picture. Takes
 * what is not interlaced and has up to 8 bits a sample; the rest is ImageIO's. For one thread.
 *
 * <p>Maintainers: rows are inflated, unfiltered and expanded in bands that stay in the processor's cache, so that nothing is
 * allocated beside the samples. Inflated bytes are bounded by what the checked header needs, so a bomb behind a small header ends
 * after that many bytes.
 */
final class PngDecoder {
    private static final int HEADER_END = 29;
    private static final int KEPT_BYTES = 1 << 20;
    private static final int BAND_BYTES = 1 << 18;
    /** Deflate packs no more bytes into one. */
    private static final int MOST_DEFLATION = 1032;

    private static final long SIGNATURE = 0x89504e470d0a1a0aL;

    private final ImageLimits limits;
    private final Inflater inflater = new Inflater();
    private final boolean overwrites;
    private byte[] kept = new byte[0];
    private byte[] samples = new byte[0];

    /** @param overwrites whether a picture's samples may be those of the one before */
    PngDecoder(ImageLimits limits, boolean overwrites) {
        this.limits = limits;
        this.overwrites = overwrites;
    }

    /** True for a PNG whose header this class can follow. */
    static boolean takes(byte[] encoded) {
        if (encoded.length < HEADER_END) {
            return false;
        }
        ByteBuffer header = ByteBuffer.wrap(encoded);
        return header.getLong(0) == SIGNATURE
                && header.getInt(8) == 13
                && header.getInt(12) == PngChunks.IHDR
                && PngLayout.known(encoded[25], encoded[24])
                && (encoded[26] | encoded[27] | encoded[28]) == 0;
    }

    Picture decode(byte[] file, int channels) throws ImageRefusedException {
        limits.checkBytes(file.length);
        ByteBuffer header = ByteBuffer.wrap(file);
        int width = header.getInt(16);
        int height = header.getInt(20);
        limits.checkSize(width, height);
        PngLayout layout = new PngLayout(file[25], file[24], width);
        long rawBytes = (layout.rowBytes() + 1L) * height;
        if (rawBytes > (long) file.length * MOST_DEFLATION) {
            throw damaged("%d bytes of file for %d of pixels".formatted(file.length, rawBytes));
        }
        limits.checkDensity(layout.samples(height), file.length);
        byte[] samples = samples(width * height * channels);
        new Rows(file, layout, height, channels, samples).read();
        return new Picture(width, height, channels, samples);
    }

    /** A stream's pictures are mostly of one size. */
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

    /** The rows of one picture on their way to samples. */
    private final class Rows {
        private final byte[] file;
        private final PngLayout layout;
        private final int height;
        private final int channels;
        private final byte[] samples;
        private final int stride;
        private final int bandRows;
        /** The last row of the band before, then the band's rows, then a byte to spare. */
        private final byte[] raw;

        private int done;
        private int filled;
        private boolean begun;

        Rows(byte[] file, PngLayout layout, int height, int channels, byte[] samples) {
            this.file = file;
            this.layout = layout;
            this.height = height;
            this.channels = channels;
            this.samples = samples;
            this.stride = layout.rowBytes() + 1;
            this.bandRows = Math.min(height, Math.max(1, BAND_BYTES / stride - 1));
            this.raw = buffer(Math.addExact(Math.multiplyExact(bandRows + 1, stride), 1));
        }

        void read() throws ImageRefusedException {
            inflater.reset();
            PngChunks chunks = new PngChunks(file);
            try {
                while (chunks.next()) {
                    switch (chunks.type()) {
                        case PngChunks.PLTE -> palette(chunks);
                        case PngChunks.TRNS -> transparency(chunks);
                        case PngChunks.IDAT -> inflate(chunks);
                        default -> {}
                    }
                }
            } catch (DataFormatException e) {
                throw damaged("its compressed data is broken");
            }
            if (done < height) {
                throw damaged("%d of %d rows of pixels".formatted(done, height));
            }
            if (!inflater.finished()) {
                throw damaged("its compressed data has no end");
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

        private void inflate(PngChunks chunks) throws ImageRefusedException, DataFormatException {
            begun = true;
            inflater.setInput(file, chunks.dataStart(), chunks.length());
            int came;
            do {
                int rows = Math.min(bandRows, height - done);
                // With a byte to spare zlib goes on to the end of its stream, and verifies its checksum.
                int spare = done + rows == height ? 1 : 0;
                came = inflater.inflate(raw, stride + filled, rows * stride + spare - filled);
                filled += came;
                if (filled > rows * stride) {
                    throw damaged("more pixels than its header claims");
                }
                if (rows > 0 && filled == rows * stride) {
                    finish(rows);
                }
            } while (came > 0);
        }

        private void finish(int rows) throws ImageRefusedException {
            PngFilters.undo(raw, stride, layout.rowBytes(), rows, layout.pixelBytes(), done > 0);
            layout.expand(raw, stride, rows, samples, done, channels);
            System.arraycopy(raw, rows * stride, raw, 0, stride);
            done += rows;
            filled = 0;
        }
    }
}
