package io.twinstream.schemas.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Reads the header of a BMP file and checks that the pixels which it claims are there. The colour profile is left out. */
final class BmpStructure {
    private static final int PIXELS_OFFSET = 10;
    private static final int HEADER = 14;
    private static final int CORE_HEADER_BYTES = 12;
    private static final int COMPRESSION_END = 34;
    private static final int RLE8 = 1;
    private static final int RLE4 = 2;
    private static final int MASKS = 3;
    private static final int JPEG = 4;
    private static final int PNG = 5;
    private static final int ALPHA_MASKS = 6;
    private static final int MOST_INDEX_BITS = 8;
    private static final int INFO_HEADER_BYTES = 40;
    private static final int ALPHA_HEADER_BYTES = 56;
    private static final int COLOR_SPACE = 70;
    /** Bytes of the least header with colour space and profile, of version 4 or 5. */
    private static final int COLOR_HEADER_BYTES = 108;

    private static final int SRGB = 0x73524742;
    private static final int ROW_ALIGNMENT = 4;

    private BmpStructure() {}

    static byte[] essentials(byte[] encoded) throws ImageRefusedException {
        if (encoded.length < COMPRESSION_END) {
            throw damaged("it ends within its header");
        }
        ByteBuffer file = ByteBuffer.wrap(encoded.clone()).order(ByteOrder.LITTLE_ENDIAN);
        int headerBytes = file.getInt(HEADER);
        if (headerBytes < CORE_HEADER_BYTES || headerBytes > file.limit() - HEADER) {
            throw damaged("its header claims %d bytes".formatted(headerBytes));
        }
        boolean core = headerBytes == CORE_HEADER_BYTES;
        int bits = file.getShort(core ? 24 : 28) & 0xffff;
        // The short header of OS/2 ends before the field for the compression.
        int compression = headerBytes < INFO_HEADER_BYTES ? 0 : file.getInt(30);
        checkCompression(compression);
        file.putShort(core ? 22 : 26, (short) 1);
        if (file.getInt(PIXELS_OFFSET) == 0) {
            file.putInt(PIXELS_OFFSET, colorsEnd(file, headerBytes, bits, compression));
        }
        long pixels = file.getInt(PIXELS_OFFSET) & 0xffffffffL;
        if (pixels > file.limit()) {
            throw damaged("its pixels begin at %d, and it has %d bytes".formatted(pixels, file.limit()));
        }
        byte[] padded = file.array();
        if (compression != RLE8 && compression != RLE4) {
            long width = core ? file.getShort(18) & 0xffff : file.getInt(18);
            long height = core ? file.getShort(20) & 0xffff : Math.abs((long) file.getInt(22));
            long rowBytes = (width * bits + 31) / 32 * ROW_ALIGNMENT;
            // The last row may lack its padding.
            long filling = rowBytes - (width * bits + 7) / 8;
            if (rowBytes > 0 && height > (file.limit() - pixels + filling) / rowBytes) {
                throw damaged("%d rows of %d bytes are claimed, %d bytes are there"
                        .formatted(height, rowBytes, file.limit() - pixels));
            }
            if (rowBytes > 0 && pixels + rowBytes * height > file.limit()) {
                padded = Arrays.copyOf(padded, (int) (pixels + rowBytes * height));
            }
        }
        if (headerBytes >= COLOR_HEADER_BYTES) {
            ByteBuffer.wrap(padded).order(ByteOrder.LITTLE_ENDIAN).putInt(COLOR_SPACE, SRGB);
        }
        return headerBytes == ALPHA_HEADER_BYTES ? withLongerHeader(padded) : padded;
    }

    private static void checkCompression(int compression) throws ImageRefusedException {
        if (compression == JPEG || compression == PNG) {
            throw new ImageRefusedException(
                    ImageFault.UNSUPPORTED_LAYOUT, "the BMP holds a JPEG or PNG: send that itself");
        }
        if (compression < 0 || compression > ALPHA_MASKS) {
            throw new ImageRefusedException(
                    ImageFault.UNSUPPORTED_LAYOUT,
                    "BMP compression %d is not taken: save it without compression".formatted(compression));
        }
    }

    /** Returns where the pixels begin if the header doesn't say it. */
    private static int colorsEnd(ByteBuffer file, int headerBytes, int bits, int compression) {
        int end = HEADER + headerBytes;
        if (headerBytes == INFO_HEADER_BYTES && (compression == MASKS || compression == ALPHA_MASKS)) {
            end += compression == MASKS ? 12 : 16;
        }
        if (bits > MOST_INDEX_BITS) {
            return end;
        }
        int used = headerBytes < INFO_HEADER_BYTES ? 0 : file.getInt(46);
        int colors = used > 0 && used < 1 << bits ? used : 1 << bits;
        return end + colors * (headerBytes == CORE_HEADER_BYTES ? 3 : 4);
    }

    /** Turns Adobe's header of 56 bytes into one of version 4, since the reader knows only that one's alpha mask. */
    private static byte[] withLongerHeader(byte[] file) {
        int from = HEADER + ALPHA_HEADER_BYTES;
        int longer = COLOR_HEADER_BYTES - ALPHA_HEADER_BYTES;
        byte[] whole = new byte[file.length + longer];
        System.arraycopy(file, 0, whole, 0, from);
        System.arraycopy(file, from, whole, from + longer, file.length - from);
        ByteBuffer header = ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN);
        header.putInt(HEADER, COLOR_HEADER_BYTES).putInt(COLOR_SPACE, SRGB);
        return header.putInt(PIXELS_OFFSET, header.getInt(PIXELS_OFFSET) + longer)
                .array();
    }

    private static ImageRefusedException damaged(String how) {
        return new ImageRefusedException(ImageFault.DAMAGED, "the BMP is damaged: " + how);
    }
}
