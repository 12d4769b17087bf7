package io.twinstream.schemas.image;

import java.util.Arrays;

/**
 * How many pixels the LZW codes of a GIF stand for (GIF89a, appendix F), found without writing one: a code of 12 bits may stand for
 * thousands. For one frame.
 */
final class LzwLengths {
    private static final int MOST_CODES = 4096;
    private static final int MOST_WIDTH = 12;
    private static final int MOST_PIXEL_BITS = 8;

    /** A writer clears when its table is full, or every few pixels where it doesn't compress; a reader's clearing is dear. */
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

    /** How many bytes of codes give the frame's pixels; throws unless they are there. What follows them is not looked at. */
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

    /** Makes the entry that the code behind another one makes. */
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
