package io.twinstream.schemas.image;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/**
 * Walks the chunks of a PNG file (ISO/IEC 15948, clause 5) once, from the first to IEND or to the end of the file. Each step
 * advances by at least a chunk's 12 bytes, whatever its type. The checksums of critical chunks are verified until {@link
 * #trust}; a fault in the others harms no pixel. For one thread.
 */
public final class PngChunks {
    public static final int IHDR = 0x49484452;
    public static final int PLTE = 0x504c5445;
    public static final int TRNS = 0x74524e53;
    public static final int IDAT = 0x49444154;
    public static final int IEND = 0x49454e44;
    public static final int EXIF = 0x65584966;
    private static final int UNKNOWN = 0;
    private static final int FIRST = 8;

    /** Bytes of a chunk beside its data: length and type before it, checksum behind it. */
    private static final int FRAME = 12;

    private static final int DATA = 8;

    private final byte[] file;
    private final ByteBuffer ints;
    private final CRC32 crc = new CRC32();
    private int position;
    private int following = FIRST;
    private int type;
    private int length;
    private boolean trusted;

    public PngChunks(byte[] file) {
        this.file = file;
        this.ints = ByteBuffer.wrap(file);
    }

    /**
     * Steps to the next chunk. Returns false at IEND, and where no more follow; the pixels of a truncated file end where it
     * does.
     */
    public boolean next() throws ImageRefusedException {
        position = following;
        if (file.length - position < FRAME) {
            return false;
        }
        length = ints.getInt(position);
        type = ints.getInt(position + 4);
        boolean whole = length >= 0 && length <= file.length - position - FRAME;
        if (!whole) {
            length = file.length - position - DATA;
            following = file.length;
            return type == IDAT;
        }
        following = position + FRAME + length;
        if (type == IEND) {
            return false;
        }
        boolean ancillary = (type & 0x20000000) != 0;
        if (!trusted && (!ancillary || type == TRNS) && !isSound()) {
            if (!ancillary) {
                throw damaged("a chunk's checksum is wrong");
            }
            type = UNKNOWN;
        }
        return true;
    }

    private boolean isSound() {
        crc.reset();
        crc.update(file, position + 4, length + 4);
        return (int) crc.getValue() == ints.getInt(position + DATA + length);
    }

    /** Ends the verifying, since all pixels are there. */
    public void trust() {
        trusted = true;
    }

    public int type() {
        return type;
    }

    int intAt(int place) {
        return ints.getInt(place);
    }

    public int dataStart() {
        return position + DATA;
    }

    public int length() {
        return length;
    }

    public static ImageRefusedException damaged(String how) {
        return new ImageRefusedException(ImageFault.DAMAGED, "the PNG is damaged: " + how);
    }
}
