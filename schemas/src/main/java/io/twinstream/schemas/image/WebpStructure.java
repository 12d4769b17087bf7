package io.twinstream.schemas.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The chunks of a WebP file (RFC 9649), walked once: all of them are there, and the picture in them has the size that
 * the header claims. Picture and alpha are kept; profiles, metadata and unknown chunks are left out.
 */
final class WebpStructure {
    private static final int FIRST = 12;
    private static final int VP8 = 0x20385056;
    private static final int VP8L = 0x4c385056;
    private static final int VP8X = 0x58385056;
    private static final int ANMF = 0x464d4e41;
    private static final int ALPH = 0x48504c41;
    private static final int SIDE_MASK = 0x3fff;
    private static final int HAS_ALPHA = 0x10;
    private static final int HEADER_BYTES = 8;

    private final ByteBuffer file;
    private final ByteBuffer essentials;
    private boolean alpha;
    private boolean picture;
    private int end;
    private long canvas = -1;

    private WebpStructure(byte[] file) {
        this.file = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        this.essentials = ByteBuffer.allocate(file.length + 1).order(ByteOrder.LITTLE_ENDIAN);
    }

    static byte[] essentials(byte[] file) throws ImageRefusedException {
        return new WebpStructure(file).essentials();
    }

    private byte[] essentials() throws ImageRefusedException {
        long claimed = (file.getInt(4) & 0xffffffffL) + 8;
        if (claimed > file.limit()) {
            throw damaged("it has %d of %d bytes".formatted(file.limit(), claimed));
        }
        end = (int) claimed;
        essentials.put(file.array(), 0, FIRST);
        int at = FIRST;
        while (at + 8 <= end) {
            long length = file.getInt(at + 4) & 0xffffffffL;
            if (length > end - at - 8) {
                throw damaged("a chunk is longer than the file");
            }
            chunk(file.getInt(at), at + 8, (int) length);
            at += 8 + (int) (length + length % 2);
        }
        essentials.putInt(4, essentials.position() - HEADER_BYTES);
        return Arrays.copyOf(essentials.array(), essentials.position());
    }

    private void keep(int data, int length) {
        essentials.put(file.array(), data - HEADER_BYTES, HEADER_BYTES + length);
        if (length % 2 == 1) {
            essentials.put((byte) 0);
        }
    }

    private void chunk(int type, int at, int length) throws ImageRefusedException {
        if (type == ANMF) {
            throw new ImageRefusedException(
                    ImageFault.SEVERAL_FRAMES, "the image is animated: send the frame that is meant");
        }
        if (type == VP8X && length >= 10 && canvas < 0) {
            canvas = size((file.getInt(at + 4) & 0xffffff) + 1, (file.getInt(at + 6) >>> 8) + 1);
            int start = essentials.position() + HEADER_BYTES;
            keep(at, length);
            essentials.put(start, (byte) (file.get(at) & HAS_ALPHA));
        } else if (type == VP8 && length >= 10 && !picture) {
            checkPicture(size(file.getShort(at + 6) & SIDE_MASK, file.getShort(at + 8) & SIDE_MASK));
            keep(at, length);
        } else if (type == VP8L && length >= 5 && !picture) {
            int sides = file.getInt(at + 1);
            checkPicture(size((sides & SIDE_MASK) + 1, (sides >>> 14 & SIDE_MASK) + 1));
            keep(at, length);
        } else if (type == ALPH && !alpha && !picture) {
            alpha = true;
            keep(at, length);
        }
    }

    private void checkPicture(long size) throws ImageRefusedException {
        picture = true;
        if (canvas < 0) {
            canvas = size;
        } else if (size != canvas) {
            throw damaged("its picture hasn't the size that its header claims");
        }
    }

    private static long size(long width, long height) {
        return width << 32 | height;
    }

    private static ImageRefusedException damaged(String how) {
        return new ImageRefusedException(ImageFault.DAMAGED, "the WebP is damaged: " + how);
    }
}
