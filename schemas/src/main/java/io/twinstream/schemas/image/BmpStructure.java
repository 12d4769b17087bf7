package io.twinstream.schemas.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The header of a BMP file: the pixels that it claims are there, and its colour profile is left out. */
final class BmpStructure {
    private static final int PIXELS_OFFSET = 10;
    private static final int HEADER = 14;
    private static final int CORE_HEADER_BYTES = 12;
    private static final int COMPRESSION_END = 34;
    private static final int RLE8 = 1;
    private static final int RLE4 = 2;
    private static final int JPEG = 4;
    private static final int PNG = 5;
    private static final int COLOR_SPACE = 70;
    /** Header with colour space and profile: version 4 and 5. */
    private static final int COLOR_HEADER_BYTES = 108;

    private static final int SRGB = 0x73524742;
    private static final int ROW_ALIGNMENT = 4;

    private BmpStructure() {}

    static byte[] essentials(byte[] encoded) throws ImageRefusedException {
        ByteBuffer file = ByteBuffer.wrap(encoded.clone()).order(ByteOrder.LITTLE_ENDIAN);
        if (file.limit() < COMPRESSION_END) {
            throw damaged("it ends within its header");
        }
        int headerBytes = file.getInt(HEADER);
        boolean core = headerBytes == CORE_HEADER_BYTES;
        int compression = core ? 0 : file.getInt(30);
        if (compression == JPEG || compression == PNG) {
            throw new ImageRefusedException(
                    ImageFault.UNSUPPORTED_LAYOUT, "the BMP holds a JPEG or PNG: send that itself");
        }
        long pixels = file.getInt(PIXELS_OFFSET) & 0xffffffffL;
        if (headerBytes < CORE_HEADER_BYTES || headerBytes > file.limit() - HEADER || pixels > file.limit()) {
            throw damaged("its header claims %d bytes, its pixels begin at %d".formatted(headerBytes, pixels));
        }
        if (compression != RLE8 && compression != RLE4) {
            long width = core ? file.getShort(18) & 0xffff : file.getInt(18);
            long height = core ? file.getShort(20) & 0xffff : Math.abs((long) file.getInt(22));
            int bits = file.getShort(core ? 24 : 28) & 0xffff;
            checkRows((width * bits + 31) / 32 * ROW_ALIGNMENT, height, file.limit() - pixels);
        }
        if (headerBytes >= COLOR_HEADER_BYTES) {
            file.putInt(COLOR_SPACE, SRGB);
        }
        return file.array();
    }

    /** The last row may lack its filling. */
    private static void checkRows(long rowBytes, long height, long bytes) throws ImageRefusedException {
        if (rowBytes > 0 && height > (bytes + ROW_ALIGNMENT - 1) / rowBytes) {
            throw damaged("%d rows of %d bytes are claimed, %d bytes are there".formatted(height, rowBytes, bytes));
        }
    }

    private static ImageRefusedException damaged(String how) {
        return new ImageRefusedException(ImageFault.DAMAGED, "the BMP is damaged: " + how);
    }
}
