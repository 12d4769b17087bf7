package io.twinstream.schemas.image;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of a GIF file (GIF89a), walked once: one frame, whose codes give the pixels that it claims. Comments, loops and
 * other extensions are left out.
 */
final class GifStructure {
    private static final int SCREEN_END = 13;
    private static final int EXTENSION = 0x21;
    private static final int GRAPHIC_CONTROL = 0xf9;
    private static final int CONTROL_BYTES = 8;
    private static final int FRAME = 0x2c;
    private static final int FRAME_BYTES = 10;
    private static final int TRAILER = 0x3b;
    private static final int HAS_COLORS = 0x80;

    private final ByteBuffer file;
    private final ByteBuffer essentials;
    private int control = -1;
    private int frames;

    private GifStructure(byte[] file) {
        this.file = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        this.essentials = ByteBuffer.allocate(file.length + 1);
    }

    static byte[] essentials(byte[] file) throws ImageRefusedException {
        return new GifStructure(file).essentials();
    }

    private byte[] essentials() throws ImageRefusedException {
        requireInside(0, SCREEN_END);
        int at = SCREEN_END + colorBytes(file.get(10));
        requireInside(0, at);
        essentials.put(file.array(), 0, at);
        // Many writers leave the trailer out.
        while (at < file.limit() && file.get(at) != TRAILER) {
            at = switch (file.get(at)) {
                case EXTENSION -> extension(at);
                case FRAME -> frame(at);
                default -> behindFrame(at);
            };
        }
        if (frames == 0) {
            throw damaged("it has no frame");
        }
        essentials.put((byte) TRAILER);
        return Arrays.copyOf(essentials.array(), essentials.position());
    }

    /** Some writers pad what follows the frame, and no reader looks there: the file ends with what begins no block. */
    private int behindFrame(int at) throws ImageRefusedException {
        if (frames == 0) {
            throw damaged("no block begins at byte " + at);
        }
        return file.limit();
    }

    private int extension(int at) throws ImageRefusedException {
        requireInside(at, 3);
        if ((file.get(at + 1) & 255) == GRAPHIC_CONTROL && file.get(at + 2) == 4) {
            requireInside(at, CONTROL_BYTES);
            control = at;
        }
        return blocksEnd(at + 2, null);
    }

    private int frame(int at) throws ImageRefusedException {
        if (++frames > 1) {
            throw new ImageRefusedException(
                    ImageFault.SEVERAL_FRAMES, "the image has several frames: send the one that is meant");
        }
        requireInside(at, FRAME_BYTES);
        int codes = at + FRAME_BYTES + colorBytes(file.get(at + 9));
        requireInside(at, codes + 1 - at);
        ByteArrayOutputStream data = new ByteArrayOutputStream(file.limit() - codes);
        int end = blocksEnd(codes + 1, data);
        long pixels = (long) (file.getShort(at + 5) & 0xffff) * (file.getShort(at + 7) & 0xffff);
        new LzwLengths(file.get(codes) & 255).check(data.toByteArray(), pixels);
        if (control >= 0) {
            essentials.put(file.array(), control, CONTROL_BYTES);
        }
        essentials.put(file.array(), at, end - at);
        return end;
    }

    /** Where a chain of blocks ends, each of a length byte and so much data, the last of none. */
    private int blocksEnd(int start, @Nullable ByteArrayOutputStream data) throws ImageRefusedException {
        int at = start;
        requireInside(at, 1);
        while (file.get(at) != 0) {
            int length = file.get(at) & 255;
            requireInside(at, length + 2);
            if (data != null) {
                data.write(file.array(), at + 1, length);
            }
            at += length + 1;
        }
        return at + 1;
    }

    private static int colorBytes(byte flags) {
        return (flags & HAS_COLORS) == 0 ? 0 : 3 << ((flags & 7) + 1);
    }

    private void requireInside(int at, int bytes) throws ImageRefusedException {
        if (at + bytes > file.limit()) {
            throw damaged("it ends within a block");
        }
    }

    static ImageRefusedException damaged(String how) {
        return new ImageRefusedException(ImageFault.DAMAGED, "the GIF is damaged: " + how);
    }
}
