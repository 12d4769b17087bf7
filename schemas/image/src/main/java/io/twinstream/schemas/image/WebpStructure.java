package io.twinstream.schemas.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Walks the chunks of a WebP file (RFC 9649) up to its first picture, and checks that this is there with the size that its
 * header or frame claims. Picture and alpha are kept; profiles, metadata, unknown chunks and further frames are left out.
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
    private static final int EXTENDED_BYTES = 10;
    private static final int FRAME_BYTES = 16;
    private static final int LOSSLESS_ALPHA = 1 << 28;

    private final ByteBuffer file;
    private final ByteBuffer essentials;
    private final int end;
    private @Nullable Canvas canvas;
    private int alphaAt = -1;
    private int width = -1;
    private int height = -1;

    private WebpStructure(byte[] file) throws ImageRefusedException {
        this.file = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        this.essentials = ByteBuffer.allocate(file.length + HEADER_BYTES + EXTENDED_BYTES + 2)
                .order(ByteOrder.LITTLE_ENDIAN);
        if (file.length < FIRST) {
            throw damaged("it ends within its header");
        }
        long claimed = (this.file.getInt(4) & 0xffffffffL) + HEADER_BYTES;
        // Bytes that are missing behind the picture are no loss; those of the picture are noticed at its chunk.
        this.end = (int) Math.min(claimed, file.length);
    }

    static WebpStructure of(byte[] file) throws ImageRefusedException {
        WebpStructure webp = new WebpStructure(file);
        webp.walk(FIRST, webp.end);
        if (!webp.hasPicture()) {
            throw damaged("it has no picture");
        }
        return webp;
    }

    /** Returns a still WebP of the first picture alone. */
    byte[] essentials() {
        return Arrays.copyOf(essentials.array(), essentials.position());
    }

    Canvas canvas() {
        return Objects.requireNonNull(canvas);
    }

    /** Returns the width of the first picture, in pixels. */
    int width() {
        return width;
    }

    int height() {
        return height;
    }

    private boolean hasPicture() {
        return essentials.position() > 0;
    }

    private void walk(int start, int limit) throws ImageRefusedException {
        int at = start;
        while (at + HEADER_BYTES <= limit && !hasPicture()) {
            long length = file.getInt(at + 4) & 0xffffffffL;
            if (length > limit - at - HEADER_BYTES) {
                throw damaged("a chunk is longer than the file");
            }
            chunk(file.getInt(at), at + HEADER_BYTES, (int) length);
            at += HEADER_BYTES + (int) (length + length % 2);
        }
    }

    private void chunk(int type, int at, int length) throws ImageRefusedException {
        if (type == ANMF && length >= FRAME_BYTES && canvas != null) {
            frame(at, length, canvas);
        } else if (type == VP8X && length >= EXTENDED_BYTES && canvas == null) {
            canvas = new Canvas(low24(at + 4) + 1, (file.getInt(at + 6) >>> 8) + 1, 0, 0);
        } else if (type == VP8 && length >= 10) {
            picture(at, length, file.getShort(at + 6) & SIDE_MASK, file.getShort(at + 8) & SIDE_MASK, alphaAt >= 0);
        } else if (type == VP8L && length >= 5) {
            int sides = file.getInt(at + 1);
            alphaAt = -1;
            picture(at, length, (sides & SIDE_MASK) + 1, (sides >>> 14 & SIDE_MASK) + 1, (sides & LOSSLESS_ALPHA) != 0);
        } else if (type == ALPH && alphaAt < 0) {
            alphaAt = at;
        }
    }

    /** Reads a frame, whose own chunk holds its chunks. */
    private void frame(int at, int length, Canvas whole) throws ImageRefusedException {
        int left = 2 * low24(at);
        int top = 2 * low24(at + 3);
        int frameWidth = low24(at + 6) + 1;
        int frameHeight = low24(at + 9) + 1;
        if (left + frameWidth > whole.width() || top + frameHeight > whole.height()) {
            throw damaged("its first frame lies beyond its canvas");
        }
        alphaAt = -1;
        canvas = new Canvas(frameWidth, frameHeight, 0, 0);
        walk(at + FRAME_BYTES, at + length);
        if (!hasPicture()) {
            throw damaged("its first frame has no picture");
        }
        canvas = new Canvas(whole.width(), whole.height(), left, top);
    }

    private void picture(int at, int length, int pictureWidth, int pictureHeight, boolean opacity)
            throws ImageRefusedException {
        if (canvas == null) {
            canvas = new Canvas(pictureWidth, pictureHeight, 0, 0);
        } else if (pictureWidth != canvas.width() || pictureHeight != canvas.height()) {
            throw damaged("its picture hasn't the size that its header claims");
        }
        width = pictureWidth;
        height = pictureHeight;
        essentials.put(file.array(), 0, FIRST);
        if (alphaAt >= 0) {
            essentials.putInt(VP8X).putInt(EXTENDED_BYTES).putInt(opacity ? HAS_ALPHA : 0);
            essentials.putShort((short) (width - 1)).put((byte) ((width - 1) >> 16));
            essentials.putShort((short) (height - 1)).put((byte) ((height - 1) >> 16));
            keep(alphaAt, file.getInt(alphaAt - 4));
        }
        keep(at, length);
        essentials.putInt(4, essentials.position() - HEADER_BYTES);
    }

    private void keep(int data, int length) {
        essentials.put(file.array(), data - HEADER_BYTES, HEADER_BYTES + length);
        if (length % 2 == 1) {
            essentials.put((byte) 0);
        }
    }

    private int low24(int at) {
        return (file.getShort(at) & 0xffff) | ((file.get(at + 2) & 255) << 16);
    }

    static ImageRefusedException damaged(String how) {
        return new ImageRefusedException(ImageFault.DAMAGED, "the WebP is damaged: " + how);
    }
}
