package io.twinstream.schemas.image;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/**
 * The chunks of a PNG file (ISO/IEC 15948, clause 5), walked once: from the first to IEND, each critical one with its
 * checksum verified, so that a file cut off or damaged anywhere is noticed. Each step goes on by a chunk's 12 bytes at least, whatever its type. For one
 * thread.
 */
public final class PngChunks {
    public static final int IHDR = 0x49484452;
    public static final int PLTE = 0x504c5445;
    public static final int TRNS = 0x74524e53;
    public static final int IDAT = 0x49444154;
    public static final int IEND = 0x49454e44;
    private static final int FIRST = 8;

    /** Length and type before the data, checksum behind it. */
    private static final int FRAME = 12;

    private final byte[] file;
    private final ByteBuffer ints;
    private final CRC32 crc = new CRC32();
    private int position;
    private int following = FIRST;
    private int type;
    private int length;

    public PngChunks(byte[] file) {
        this.file = file;
        this.ints = ByteBuffer.wrap(file);
    }

    /** Steps to the next chunk; false at IEND. */
    public boolean next() throws ImageRefusedException {
        position = following;
        if (file.length - position < FRAME) {
            throw damaged("the file ends before IEND");
        }
        length = ints.getInt(position);
        type = ints.getInt(position + 4);
        if (length < 0 || length > file.length - position - FRAME) {
            throw damaged("a chunk is longer than the file");
        }
        following = position + FRAME + length;
        boolean ancillary = (type & 0x20000000) != 0;
        if (!ancillary || type == TRNS) {
            crc.reset();
            crc.update(file, position + 4, length + 4);
            if ((int) crc.getValue() != ints.getInt(position + 8 + length)) {
                throw damaged("a chunk's checksum is wrong");
            }
        }
        return type != IEND;
    }

    public int type() {
        return type;
    }

    public int dataStart() {
        return position + 8;
    }

    public int length() {
        return length;
    }

    public static ImageRefusedException damaged(String how) {
        return new ImageRefusedException(ImageFault.DAMAGED, "the PNG is damaged: " + how);
    }
}
