package io.twinstream.schemas.image;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Walks the blocks of a GIF file (GIF89a) up to its first frame, and checks that its codes give the pixels that it claims.
 * Comments, other extensions and everything behind the frame are left out.
 */
final class GifStructure {
    private static final int SCREEN_END = 13;
    private static final int EXTENSION = 0x21;
    private static final int GRAPHIC_CONTROL = 0xf9;
    private static final int CONTROL_BYTES = 8;
    private static final int FRAME = 0x2c;
    private static final int FRAME_BYTES = 10;
    private static final int TRAILER = 0x3b;
    private static final int MOST_BLOCK = 255;
    private static final int HAS_COLORS = 0x80;
    /** Factor by which the canvas may have more pixels than the larger of screen and frame. */
    private static final int MOST_GROWTH = 4;

    private final ByteBuffer file;
    private final ByteBuffer essentials;
    private int control = -1;
    private @Nullable Canvas canvas;

    private GifStructure(byte[] file) {
        this.file = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        this.essentials = ByteBuffer.allocate(file.length + 2);
    }

    static GifStructure of(byte[] file) throws ImageRefusedException {
        GifStructure gif = new GifStructure(file);
        gif.walk();
        return gif;
    }

    /** Returns a GIF of the first frame alone. */
    byte[] essentials() {
        return Arrays.copyOf(essentials.array(), essentials.position());
    }

    /**
     * Returns the screen. It grows, as in browsers, where the frame reaches beyond it, but not for a frame that lies far off.
     */
    Canvas canvas() {
        return Objects.requireNonNull(canvas);
    }

    private void walk() throws ImageRefusedException {
        requireInside(0, SCREEN_END);
        int at = SCREEN_END + colorBytes(file.get(10));
        requireInside(0, at);
        essentials.put(file.array(), 0, at);
        while (canvas == null) {
            requireInside(at, 1);
            switch (file.get(at)) {
                case EXTENSION -> at = extension(at);
                case FRAME -> frame(at);
                case TRAILER -> throw damaged("it has no frame");
                default -> throw damaged("no block begins at byte " + at);
            }
        }
        essentials.put((byte) TRAILER);
    }

    private int extension(int at) throws ImageRefusedException {
        requireInside(at, 3);
        if ((file.get(at + 1) & 255) == GRAPHIC_CONTROL && file.get(at + 2) == 4) {
            requireInside(at, CONTROL_BYTES);
            control = at;
        }
        return blocksEnd(at + 2);
    }

    private void frame(int at) throws ImageRefusedException {
        requireInside(at, FRAME_BYTES);
        int codes = at + FRAME_BYTES + colorBytes(file.get(at + 9));
        requireInside(at, codes + 1 - at);
        int left = file.getShort(at + 1) & 0xffff;
        int top = file.getShort(at + 3) & 0xffff;
        int width = file.getShort(at + 5) & 0xffff;
        int height = file.getShort(at + 7) & 0xffff;
        byte[] data = data(codes + 1);
        int length = new LzwLengths(file.get(codes) & 255).bytes(data, (long) width * height);
        if (control >= 0) {
            essentials.put(file.array(), control, CONTROL_BYTES);
        }
        essentials.put(file.array(), at, codes + 1 - at);
        for (int from = 0; from < length; from += MOST_BLOCK) {
            int block = Math.min(MOST_BLOCK, length - from);
            essentials.put((byte) block).put(data, from, block);
        }
        essentials.put((byte) 0);
        canvas = canvas(left, top, width, height);
    }

    private Canvas canvas(int left, int top, int width, int height) {
        int screenWidth = file.getShort(6) & 0xffff;
        int screenHeight = file.getShort(8) & 0xffff;
        int right = Math.max(screenWidth, left + width);
        int bottom = Math.max(screenHeight, top + height);
        long most = MOST_GROWTH * Math.max((long) screenWidth * screenHeight, (long) width * height);
        return (long) right * bottom <= most
                ? new Canvas(right, bottom, left, top)
                : new Canvas(screenWidth, screenHeight, left, top);
    }

    /** Returns the data of a chain of blocks; its end may be missing where the codes in it suffice. */
    private byte[] data(int start) {
        ByteArrayOutputStream data = new ByteArrayOutputStream(file.limit() - start);
        int at = start;
        while (at < file.limit() && file.get(at) != 0) {
            int length = Math.min(file.get(at) & 255, file.limit() - at - 1);
            data.write(file.array(), at + 1, length);
            at += length + 1;
        }
        return data.toByteArray();
    }

    /** Returns where a chain of blocks ends. Each has a length byte and that much data; the last has none. */
    private int blocksEnd(int start) throws ImageRefusedException {
        int at = start;
        requireInside(at, 1);
        while (file.get(at) != 0) {
            int length = file.get(at) & 255;
            requireInside(at, length + 2);
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

    /**
     * Counts the pixels that the LZW codes of a GIF stand for (GIF89a, appendix F), without writing one, since a code of 12
     * bits may stand for thousands. For one frame.
     */
    private static final class LzwLengths {
        private static final int MOST_CODES = 4096;
        private static final int MOST_WIDTH = 12;
        private static final int MOST_PIXEL_BITS = 8;

        /**
         * The most clear codes that are taken. A writer clears when its table is full, or every few pixels where it doesn't
         * compress, and clearing costs the reader much.
         */
        private static final int MOST_CLEARS = 100_000;

        private final int pixelBits;
        private final int clear;
        private final int[] lengths = new int[MOST_CODES];
        private int width;
        private int next;

        LzwLengths(int pixelBits) throws ImageRefusedException {
            if (pixelBits < 1 || pixelBits > MOST_PIXEL_BITS) {
                throw GifStructure.damaged("its pixels have %d bits".formatted(pixelBits));
            }
            this.pixelBits = pixelBits;
            this.clear = 1 << pixelBits;
            Arrays.fill(lengths, 0, clear, 1);
            clearTable();
        }

        /**
         * Returns how many bytes of codes give the frame's pixels; throws unless they are there. Codes behind them are not
         * looked at.
         */
        int bytes(byte[] codes, long pixels) throws ImageRefusedException {
            long given = 0;
            int clears = 0;
            int previous = -1;
            long bit = 0;
            while (given < pixels && bit + width <= 8L * codes.length) {
                int code = code(codes, bit);
                bit += width;
                if (code == clear) {
                    if (++clears > MOST_CLEARS) {
                        throw GifStructure.damaged("it clears its table more than %d times".formatted(MOST_CLEARS));
                    }
                    clearTable();
                    previous = -1;
                } else if (code == clear + 1) {
                    break;
                } else {
                    follow(code, previous);
                    given += lengths[code];
                    previous = code;
                }
            }
            if (given < pixels) {
                throw GifStructure.damaged("it has %d of %d pixels".formatted(given, pixels));
            }
            return (int) ((bit + 7) / 8);
        }

        private void clearTable() {
            width = pixelBits + 1;
            next = clear + 2;
        }

        /** Adds the table entry that a code makes when it follows another one. */
        private void follow(int code, int previous) throws ImageRefusedException {
            boolean grows = previous >= 0 && next < MOST_CODES;
            if (code > next || (code == next && !grows)) {
                throw GifStructure.damaged("a code stands before its meaning");
            }
            if (grows) {
                lengths[next++] = lengths[previous] + 1;
                if (next == 1 << width && width < MOST_WIDTH) {
                    width++;
                }
            }
        }

        private int code(byte[] codes, long bit) {
            int at = (int) (bit >> 3);
            int bits = codes[at] & 255;
            if (at + 1 < codes.length) {
                bits |= (codes[at + 1] & 255) << 8;
            }
            if (at + 2 < codes.length) {
                bits |= (codes[at + 2] & 255) << 16;
            }
            return bits >> (bit & 7) & ((1 << width) - 1);
        }
    }
}
