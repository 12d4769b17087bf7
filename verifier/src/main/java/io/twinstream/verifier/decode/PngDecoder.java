package io.twinstream.verifier.decode;

import static io.twinstream.verifier.decode.PngChunks.damaged;

import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.image.ImageRefusedException;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * PNG without ImageIO: decoding is on the hot path, and ImageIO's set-up alone costs more than a small picture. Takes
 * what is not interlaced and has up to 8 bits a sample; the rest is ImageIO's. For one thread.
 *
 * <p>Maintainers: inflated bytes are bounded by what the checked header needs, so a bomb behind a small header ends
 * after that many bytes. A small buffer is kept for the next picture.
 */
final class PngDecoder {
    private static final int HEADER_END = 29;
    private static final int KEPT_BYTES = 1 << 20;
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
        int rawBytes = Math.multiplyExact(layout.rowBytes() + 1, height);
        if (rawBytes > (long) file.length * MOST_DEFLATION) {
            throw damaged("%d bytes of file for %d of pixels".formatted(file.length, rawBytes));
        }
        // With a byte to spare zlib goes on to the end of its stream, and verifies its checksum.
        byte[] raw = buffer(Math.addExact(rawBytes, 1));
        inflate(file, layout, raw, rawBytes);
        PngFilters.undo(raw, layout.rowBytes(), height, layout.pixelBytes());
        byte[] samples = samples(width * height * channels);
        layout.expand(raw, height, samples, channels);
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

    private void inflate(byte[] file, PngLayout layout, byte[] raw, int rawBytes) throws ImageRefusedException {
        inflater.reset();
        PngChunks chunks = new PngChunks(file);
        int filled = 0;
        try {
            while (chunks.next()) {
                switch (chunks.type()) {
                    case PngChunks.PLTE -> layout.palette(file, chunks.dataStart(), chunks.length());
                    case PngChunks.TRNS -> layout.transparency(file, chunks.dataStart(), chunks.length());
                    case PngChunks.IDAT -> {
                        inflater.setInput(file, chunks.dataStart(), chunks.length());
                        filled += inflater.inflate(raw, filled, rawBytes + 1 - filled);
                        if (filled > rawBytes) {
                            throw damaged("more pixels than its header claims");
                        }
                    }
                    default -> {}
                }
            }
            if (filled < rawBytes) {
                throw damaged("%d of %d bytes of pixels".formatted(filled, rawBytes));
            }
            if (!inflater.finished()) {
                throw damaged("its compressed data has no end");
            }
        } catch (DataFormatException e) {
            throw damaged("its compressed data is broken");
        }
    }
}
