package io.twinstream.schemas.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Puts a TIFF or BigTIFF together field by field. A test sets fields over those of a gray page of 8 bits without compression.
 */
final class TiffFile {
    private static final int SHORT = 3;
    private static final int LONG = 4;
    private static final int LONG8 = 16;

    private final Map<Integer, long[]> fields = new TreeMap<>();
    private final List<byte[]> chunks;
    private ByteOrder order = ByteOrder.LITTLE_ENDIAN;
    private boolean big;
    private int offsets = TiffStructure.STRIP_OFFSETS;
    private int lengths = TiffStructure.STRIP_BYTES;

    TiffFile(int width, int height, byte[]... chunks) {
        this.chunks = List.of(chunks);
        with(TiffStructure.WIDTH, width);
        with(TiffStructure.HEIGHT, height);
        with(TiffStructure.BITS, 8);
        with(TiffStructure.COMPRESSION, 1);
        with(TiffStructure.PHOTOMETRIC, TiffStructure.BLACK_IS_ZERO);
        with(TiffStructure.SAMPLES, 1);
        with(TiffStructure.ROWS, height);
    }

    TiffFile with(int tag, long... values) {
        fields.put(tag, values);
        return this;
    }

    TiffFile without(int tag) {
        fields.remove(tag);
        if (tag == lengths) {
            lengths = 0;
        }
        return this;
    }

    TiffFile colors(int photometric, int samples) {
        return with(TiffStructure.PHOTOMETRIC, photometric).with(TiffStructure.SAMPLES, samples);
    }

    TiffFile tiles(int width, int height) {
        fields.remove(TiffStructure.ROWS);
        offsets = TiffStructure.TILE_OFFSETS;
        lengths = TiffStructure.TILE_BYTES;
        return with(TiffStructure.TILE_WIDTH, width).with(TiffStructure.TILE_HEIGHT, height);
    }

    TiffFile order(ByteOrder byteOrder) {
        order = byteOrder;
        return this;
    }

    TiffFile big() {
        big = true;
        return this;
    }

    byte[] bytes() {
        int data = chunks.stream().mapToInt(chunk -> chunk.length).sum();
        int values = fields.values().stream().mapToInt(each -> 8 * each.length).sum() + 16 * chunks.size();
        ByteBuffer file = ByteBuffer.allocate(16 + data + values + 8 + 20 * (fields.size() + 2) + 8)
                .order(order);
        file.put((byte) (order == ByteOrder.LITTLE_ENDIAN ? 'I' : 'M')).put(file.get(0));
        file.putShort((short) (big ? 43 : 42)).position(16);
        long[] starts = new long[chunks.size()];
        long[] sizes = new long[chunks.size()];
        for (int i = 0; i < starts.length; i++) {
            starts[i] = file.position();
            sizes[i] = chunks.get(i).length;
            file.put(chunks.get(i));
        }
        fields.put(offsets, starts);
        if (lengths > 0) {
            fields.put(lengths, sizes);
        }
        Map<Integer, Integer> places = new TreeMap<>();
        fields.forEach((tag, each) -> {
            places.put(tag, file.position());
            for (long value : each) {
                put(file, value);
            }
        });
        int directory = file.position();
        if (big) {
            file.putShort(4, (short) 8).putLong(8, directory).putLong(fields.size());
        } else {
            file.putInt(4, directory).putShort((short) fields.size());
        }
        fields.forEach((tag, each) -> entry(file, tag, each, places.get(tag)));
        return file.array();
    }

    private void put(ByteBuffer file, long value) {
        if (big) {
            file.putLong(value);
        } else {
            file.putInt((int) value);
        }
    }

    private void entry(ByteBuffer file, int tag, long[] values, int place) {
        file.putShort((short) tag).putShort((short) (big ? LONG8 : LONG));
        put(file, values.length);
        if (values.length == 1 && !big && values[0] < 1 << 16 && tag != offsets && tag != lengths) {
            file.putShort(file.position() - 6, (short) SHORT)
                    .putShort((short) values[0])
                    .putShort((short) 0);
        } else {
            put(file, values.length == 1 ? values[0] : place);
        }
    }
}
