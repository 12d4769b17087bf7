package io.twinstream.schemas.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.Set;

/**
 * The directory of a TIFF file (TIFF 6.0, section 2), walked once: one page, all that it points to is there, and no strip or tile
 * lies on another. Of its fields those are kept that its pixels depend on, each once.
 */
final class TiffStructure {
    private static final int ENTRY = 12;
    private static final int COMPRESSION = 259;
    private static final int STRIP_OFFSETS = 273;
    private static final int STRIP_BYTES = 279;
    private static final int TILE_OFFSETS = 324;
    private static final int TILE_BYTES = 325;
    private static final int SHORT = 3;

    /** From size and layout to what the samples mean; 529 to 532 are those of YCbCr. */
    private static final Set<Integer> ESSENTIAL = Set.of(
            256,
            257,
            258,
            COMPRESSION,
            262,
            266,
            STRIP_OFFSETS,
            277,
            278,
            STRIP_BYTES,
            284,
            292,
            293,
            317,
            320,
            322,
            323,
            TILE_OFFSETS,
            TILE_BYTES,
            338,
            339,
            529,
            530,
            531,
            532);

    /** None, CCITT, LZW, Deflate, PackBits. JPEG inside TIFF has a size of its own, which nobody has checked. */
    private static final Set<Integer> COMPRESSIONS = Set.of(1, 2, 3, 4, 5, 8, 32946, 32773);

    /** Bytes of one value by type, from BYTE (1) to IFD (13). */
    private static final int[] VALUE_BYTES = {1, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4};

    private final ByteBuffer file;
    private long[] offsets = {};
    private long[] lengths = {};

    private TiffStructure(byte[] file) {
        this.file = ByteBuffer.wrap(file).order(file[0] == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    }

    static byte[] essentials(byte[] file) throws ImageRefusedException {
        return new TiffStructure(file.clone()).essentials();
    }

    private byte[] essentials() throws ImageRefusedException {
        requireInside(4, 4);
        long directory = unsignedInt(4);
        requireInside(directory, 2);
        int entries = file.getShort((int) directory) & 0xffff;
        long end = directory + 2 + (long) entries * ENTRY;
        requireInside(end, 4);
        for (int i = 0; i < entries; i++) {
            entry((int) directory + 2 + i * ENTRY);
        }
        if (offsets.length != lengths.length) {
            throw damaged("it has %d offsets and %d lengths".formatted(offsets.length, lengths.length));
        }
        long bytes = 0;
        for (int i = 0; i < offsets.length; i++) {
            requireInside(offsets[i], lengths[i]);
            bytes += lengths[i];
        }
        if (bytes > file.limit()) {
            throw damaged("its strips or tiles have %d bytes, and it has %d".formatted(bytes, file.limit()));
        }
        if (unsignedInt((int) end) != 0) {
            throw new ImageRefusedException(
                    ImageFault.SEVERAL_FRAMES, "the image has several pages: send the one that is meant");
        }
        keepEssentials((int) directory, entries);
        return file.array();
    }

    /** Moves the fields that count to the front of the directory, and ends it there. */
    private void keepEssentials(int directory, int entries) {
        Set<Integer> kept = new HashSet<>();
        int to = directory + 2;
        for (int i = 0; i < entries; i++) {
            int from = directory + 2 + i * ENTRY;
            int tag = file.getShort(from) & 0xffff;
            if (ESSENTIAL.contains(tag) && kept.add(tag)) {
                System.arraycopy(file.array(), from, file.array(), to, ENTRY);
                to += ENTRY;
            }
        }
        file.putShort(directory, (short) kept.size()).putInt(to, 0);
    }

    private void entry(int at) throws ImageRefusedException {
        int type = file.getShort(at + 2) & 0xffff;
        long count = unsignedInt(at + 4);
        long bytes = count * (type < VALUE_BYTES.length ? VALUE_BYTES[type] : 1);
        long values = bytes > 4 ? unsignedInt(at + 8) : at + 8;
        requireInside(values, bytes);
        switch (file.getShort(at) & 0xffff) {
            case STRIP_OFFSETS, TILE_OFFSETS -> offsets = numbers((int) values, type, (int) count);
            case STRIP_BYTES, TILE_BYTES -> lengths = numbers((int) values, type, (int) count);
            case COMPRESSION -> checkCompression(file.getShort(at + 8) & 0xffff);
            default -> {}
        }
    }

    private long[] numbers(int at, int type, int count) throws ImageRefusedException {
        if (type >= VALUE_BYTES.length || (type != SHORT && VALUE_BYTES[type] != 4)) {
            throw damaged("its offsets have the type " + type);
        }
        long[] numbers = new long[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = type == SHORT ? file.getShort(at + 2 * i) & 0xffff : unsignedInt(at + 4 * i);
        }
        return numbers;
    }

    private static void checkCompression(int compression) throws ImageRefusedException {
        if (!COMPRESSIONS.contains(compression)) {
            throw new ImageRefusedException(
                    ImageFault.UNSUPPORTED_LAYOUT, "TIFF compression %d is not taken".formatted(compression));
        }
    }

    private void requireInside(long offset, long bytes) throws ImageRefusedException {
        if (offset + bytes > file.limit()) {
            throw damaged("it points to %d bytes at %d, and has %d".formatted(bytes, offset, file.limit()));
        }
    }

    private long unsignedInt(int at) {
        return file.getInt(at) & 0xffffffffL;
    }

    private static ImageRefusedException damaged(String how) {
        return new ImageRefusedException(ImageFault.DAMAGED, "the TIFF is damaged: " + how);
    }
}
