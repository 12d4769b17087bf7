package io.twinstream.schemas.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Says how a picture is stored: 1 is upright, 2 to 8 are turned or mirrored, as in tag 274 of EXIF (CIPA DC-008) and TIFF. A
 * value that is odd, missing or out of bounds counts as 1. It is read from the EXIF block of JPEG and WebP, a PNG's {@code
 * eXIf} chunk and a TIFF's first directory, but as in browsers not from XMP or text chunks.
 */
final class Orientation {
    static final int UPRIGHT = 1;
    private static final int MOST = 8;
    static final int TAG = 274;
    private static final int ENTRY = 12;
    private static final int HEADER = 8;
    private static final int TIFF_VERSION = 42;
    private static final int BYTE = 1;
    private static final int SHORT = 3;
    private static final int LONG = 4;
    private static final int WEBP_FIRST = 12;
    private static final int WEBP_EXIF = 0x46495845;
    /** JPEG's name of the EXIF block, which some writers put before it in other formats too. */
    private static final int EXIF_NAME = 0x45786966;

    private static final int EXIF_NAME_BYTES = 6;

    private Orientation() {}

    /** Returns the orientation of a WebP file. */
    static int ofWebp(byte[] webp) {
        ByteBuffer file = ByteBuffer.wrap(webp).order(ByteOrder.LITTLE_ENDIAN);
        long at = WEBP_FIRST;
        while (at + HEADER <= file.limit()) {
            long length = file.getInt((int) at + 4) & 0xffffffffL;
            long start = at + HEADER;
            if (file.getInt((int) at) == WEBP_EXIF) {
                return ofExif(webp, (int) start, (int) Math.min(start + length, file.limit()));
            }
            at = start + length + length % 2;
        }
        return UPRIGHT;
    }

    /** Returns the orientation in an EXIF block, which is a TIFF file without pixels, between two places of a file. */
    static int ofExif(byte[] file, int start, int end) {
        if (end - start < HEADER + 2 + EXIF_NAME_BYTES) {
            return UPRIGHT;
        }
        ByteBuffer block = ByteBuffer.wrap(file, start, end - start).slice();
        if (block.getInt(0) == EXIF_NAME) {
            block = block.position(EXIF_NAME_BYTES).slice();
        }
        block.order(block.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        if (block.get(0) != block.get(1) || block.getShort(2) != TIFF_VERSION) {
            return UPRIGHT;
        }
        long directory = block.getInt(4) & 0xffffffffL;
        if (directory + 2 > block.limit()) {
            return UPRIGHT;
        }
        int entries = block.getShort((int) directory) & 0xffff;
        long at = directory + 2;
        for (int i = 0; i < entries && at + ENTRY <= block.limit(); i++, at += ENTRY) {
            if ((block.getShort((int) at) & 0xffff) == TAG) {
                return value(block, (int) at);
            }
        }
        return UPRIGHT;
    }

    private static int value(ByteBuffer block, int entry) {
        int value = switch (block.getShort(entry + 2)) {
            case BYTE -> block.get(entry + 8);
            case SHORT -> block.getShort(entry + 8);
            case LONG -> block.getInt(entry + 8);
            default -> UPRIGHT;
        };
        return block.getInt(entry + 4) >= 1 && value >= UPRIGHT && value <= MOST ? value : UPRIGHT;
    }

    /** Returns the orientation that a tag's value stands for. */
    static int checked(long value) {
        return value >= UPRIGHT && value <= MOST ? (int) value : UPRIGHT;
    }

    /** Returns whether the stored rows are columns to a person. */
    static boolean swapsSides(int orientation) {
        return orientation > 4;
    }

    /** Returns the picture as a person sees it; a picture that is stored upright is returned itself. */
    static Picture upright(Picture stored, int orientation) {
        if (orientation == UPRIGHT) {
            return stored;
        }
        int width = stored.width();
        int height = stored.height();
        int lastColumn = width - 1;
        int lastRow = (height - 1) * width;
        // Position of the first pixel, and distances between the pixels of a row and of a column.
        return switch (orientation) {
            case 2 -> moved(stored, width, height, lastColumn, -1, width);
            case 3 -> moved(stored, width, height, lastRow + lastColumn, -1, -width);
            case 4 -> moved(stored, width, height, lastRow, 1, -width);
            case 5 -> moved(stored, height, width, 0, width, 1);
            case 6 -> moved(stored, height, width, lastRow, -width, 1);
            case 7 -> moved(stored, height, width, lastRow + lastColumn, -width, -1);
            default -> moved(stored, height, width, lastColumn, width, -1);
        };
    }

    private static Picture moved(Picture stored, int width, int height, int first, int right, int down) {
        int channels = stored.channels();
        byte[] from = stored.samples();
        byte[] samples = new byte[from.length];
        int to = 0;
        for (int y = 0; y < height; y++) {
            int at = (first + y * down) * channels;
            for (int x = 0; x < width; x++, at += right * channels) {
                for (int c = 0; c < channels; c++) {
                    samples[to++] = from[at + c];
                }
            }
        }
        return new Picture(width, height, channels, samples);
    }
}
