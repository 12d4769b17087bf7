package io.twinstream.schemas.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The chunks of a WebP file (RFC 9649), walked once: all of them are there, and the picture in them has the size that
 * the header claims.
 */
final class WebpStructure {
    private static final int FIRST = 12;
    private static final int VP8 = 0x20385056;
    private static final int VP8L = 0x4c385056;
    private static final int VP8X = 0x58385056;
    private static final int ANMF = 0x464d4e41;
    private static final int SIDE_MASK = 0x3fff;

    private final ByteBuffer file;
    private int end;
    private long canvas = -1;

    private WebpStructure(byte[] file) {
        this.file = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    }

    static void check(byte[] file) throws ImageRefusedException {
        new WebpStructure(file).check();
    }

    private void check() throws ImageRefusedException {
        long claimed = (file.getInt(4) & 0xffffffffL) + 8;
        if (claimed > file.limit()) {
            throw damaged("it has %d of %d bytes".formatted(file.limit(), claimed));
        }
        end = (int) claimed;
        int at = FIRST;
        while (at + 8 <= end) {
            long length = file.getInt(at + 4) & 0xffffffffL;
            if (length > end - at - 8) {
                throw damaged("a chunk is longer than the file");
            }
            chunk(file.getInt(at), at + 8, (int) length);
            at += 8 + (int) (length + length % 2);
        }
    }

    private void chunk(int type, int at, int length) throws ImageRefusedException {
        if (type == ANMF) {
            throw new ImageRefusedException(
                    ImageFault.SEVERAL_FRAMES, "the image is animated: send the frame that is meant");
        }
        if (type == VP8X && length >= 10) {
            canvas = size((file.getInt(at + 4) & 0xffffff) + 1, (file.getInt(at + 6) >>> 8) + 1);
        } else if (type == VP8 && length >= 10) {
            checkPicture(size(file.getShort(at + 6) & SIDE_MASK, file.getShort(at + 8) & SIDE_MASK));
        } else if (type == VP8L && length >= 5) {
            int sides = file.getInt(at + 1);
            checkPicture(size((sides & SIDE_MASK) + 1, (sides >>> 14 & SIDE_MASK) + 1));
        }
    }

    private void checkPicture(long size) throws ImageRefusedException {
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
