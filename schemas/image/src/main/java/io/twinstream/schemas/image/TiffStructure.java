package io.twinstream.schemas.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the first directory of a TIFF or BigTIFF file (TIFF 6.0, section 2), only the fields that pixels depend on. It checks
 * that the strips and tiles are there and together no longer than the file. Further pages are not looked at.
 */
final class TiffStructure {
    static final int NO_COMPRESSION = 1;
    static final int OLD_JPEG = 6;

    static final int WHITE_IS_ZERO = 0;
    static final int BLACK_IS_ZERO = 1;
    static final int RGB = 2;
    static final int PALETTE = 3;
    static final int MASK = 4;
    static final int CMYK = 5;
    static final int YCBCR = 6;
    static final int CIELAB = 8;
    static final int ICCLAB = 9;

    static final int SUBFILE = 254;
    static final int WIDTH = 256;
    static final int HEIGHT = 257;
    static final int BITS = 258;
    static final int COMPRESSION = 259;
    static final int PHOTOMETRIC = 262;
    static final int FILL_ORDER = 266;
    static final int STRIP_OFFSETS = 273;
    static final int SAMPLES = 277;
    static final int ROWS = 278;
    static final int STRIP_BYTES = 279;
    static final int PLANAR = 284;
    static final int T4_OPTIONS = 292;
    static final int T6_OPTIONS = 293;
    static final int PREDICTOR = 317;
    static final int COLOR_MAP = 320;
    static final int TILE_WIDTH = 322;
    static final int TILE_HEIGHT = 323;
    static final int TILE_OFFSETS = 324;
    static final int TILE_BYTES = 325;
    static final int SUB_DIRECTORIES = 330;
    static final int EXTRA_SAMPLES = 338;
    static final int SAMPLE_FORMAT = 339;
    static final int JPEG_TABLES = 347;
    static final int JPEG_OFFSET = 513;
    static final int JPEG_BYTES = 514;
    static final int COEFFICIENTS = 529;
    static final int SUBSAMPLING = 530;
    static final int REFERENCE = 532;

    private static final int BIG = 43;
    private static final int MOST_SAMPLES = 32;
    private static final int MOST_BITS = 64;

    /** Bytes of one value by its type, from BYTE (1) to IFD8 (18); 0 where there is no such type. */
    private static final int[] VALUE_BYTES = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8};

    private static final int SIGNED_BYTE = 6;
    private static final int SIGNED_RATIONAL = 10;
    private static final int RATIONAL = 5;
    private static final int FLOAT = 11;
    private static final int DOUBLE = 12;

    private record Field(int type, int count, int at) {}

    private final ByteBuffer file;
    private final Map<Integer, Field> fields = new HashMap<>();
    private final long end;

    final int width;
    final int height;
    final int bits;
    final int samples;
    final int compression;
    final int photometric;
    /** Says whether each sample has strips or tiles of its own. */
    final boolean separate;

    final boolean tiled;
    /** The width and height of a strip or tile, in pixels. */
    final int chunkWidth;

    final int chunkHeight;

    private long[] offsets = {};
    private long[] lengths = {};

    private TiffStructure(byte[] bytes) throws ImageRefusedException {
        file = ByteBuffer.wrap(bytes).order(bytes[0] == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        end = bytes.length;
        readDirectory();
        width = side(WIDTH);
        height = side(HEIGHT);
        compression = (int) number(COMPRESSION, NO_COMPRESSION);
        long[] eachBits = numbers(BITS, new long[] {1});
        bits = (int) Math.min(eachBits[0], Integer.MAX_VALUE);
        samples = (int) Math.min(number(SAMPLES, Math.min(eachBits.length, MOST_SAMPLES)), Integer.MAX_VALUE);
        photometric = (int) number(PHOTOMETRIC, samples >= 3 ? RGB : BLACK_IS_ZERO);
        separate = samples > 1 && number(PLANAR, 1) == 2;
        if (samples < 1 || samples > MOST_SAMPLES || bits < 1 || bits > MOST_BITS) {
            throw unsupported("the TIFF has %d samples of %d bits a pixel, at most %d of %d are taken"
                    .formatted(samples, bits, MOST_SAMPLES, MOST_BITS));
        }
        for (int i = 0; i < Math.min(samples, eachBits.length); i++) {
            if (eachBits[i] != bits) {
                throw unsupported("the samples of the TIFF have different numbers of bits: give all 8");
            }
        }
        tiled = fields.containsKey(TILE_OFFSETS) || fields.containsKey(TILE_WIDTH);
        chunkWidth = tiled ? side(TILE_WIDTH) : width;
        long rows = number(ROWS, height);
        chunkHeight = tiled ? side(TILE_HEIGHT) : (int) (rows < 1 ? height : Math.min(rows, height));
    }

    /** Reads the directory. Its strips or tiles must be {@linkplain #checkChunks() checked} before they are used. */
    static TiffStructure of(byte[] file) throws ImageRefusedException {
        return new TiffStructure(file);
    }

    ByteOrder order() {
        return file.order();
    }

    byte[] bytes() {
        return file.array();
    }

    private void readDirectory() throws ImageRefusedException {
        requireInside(0, 8);
        boolean big = file.getShort(2) == BIG;
        requireInside(0, big ? 16 : 8);
        long directory = big ? file.getLong(8) : unsignedInt(4);
        requireInside(directory, big ? 8 : 2);
        long entries = big ? file.getLong((int) directory) : file.getShort((int) directory) & 0xffff;
        int entryBytes = big ? 20 : 12;
        long first = directory + (big ? 8 : 2);
        if (entries < 0 || entries > end / entryBytes) {
            throw damaged("its directory claims %d fields".formatted(entries));
        }
        requireInside(first, entries * entryBytes);
        for (int i = 0; i < entries; i++) {
            readEntry((int) first + i * entryBytes, big);
        }
    }

    /**
     * Reads a field. One of an unknown type, or one that lies outside the file, counts as missing, which is damage where the
     * field is needed.
     */
    private void readEntry(int at, boolean big) {
        int tag = file.getShort(at) & 0xffff;
        int type = file.getShort(at + 2) & 0xffff;
        long count = big ? file.getLong(at + 4) : unsignedInt(at + 4);
        int valueBytes = type < VALUE_BYTES.length ? VALUE_BYTES[type] : 0;
        if (valueBytes == 0 || count < 1 || count > end / valueBytes) {
            return;
        }
        int inline = at + (big ? 12 : 8);
        long values = inline;
        if (count * valueBytes > (big ? 8 : 4)) {
            values = big ? file.getLong(inline) : unsignedInt(inline);
        }
        if (values >= 0 && values <= end - count * valueBytes) {
            fields.putIfAbsent(tag, new Field(type, (int) count, (int) values));
        }
    }

    boolean has(int tag) {
        return fields.containsKey(tag);
    }

    long number(int tag, long otherwise) {
        Field field = fields.get(tag);
        return field == null ? otherwise : number(field, 0);
    }

    long[] numbers(int tag, long[] otherwise) {
        Field field = fields.get(tag);
        if (field == null) {
            return otherwise;
        }
        long[] numbers = new long[field.count];
        Arrays.setAll(numbers, i -> number(field, i));
        return numbers;
    }

    private long number(Field field, int index) {
        int bytes = VALUE_BYTES[field.type];
        int at = field.at + index * bytes;
        return switch (bytes) {
            case 1 -> file.get(at) & 255;
            case 2 -> file.getShort(at) & 0xffff;
            case 4 -> unsignedInt(at);
            default -> Math.max(0, file.getLong(at));
        };
    }

    /** Returns a field's rationals or floats, as many as expected. */
    double[] reals(int tag, double... otherwise) {
        Field field = fields.get(tag);
        if (field == null || field.count < otherwise.length) {
            return otherwise;
        }
        double[] reals = new double[otherwise.length];
        for (int i = 0; i < reals.length; i++) {
            int at = field.at + i * VALUE_BYTES[field.type];
            reals[i] = switch (field.type) {
                case RATIONAL -> (double) unsignedInt(at) / unsignedInt(at + 4);
                case SIGNED_RATIONAL -> (double) file.getInt(at) / file.getInt(at + 4);
                case FLOAT -> file.getFloat(at);
                case DOUBLE -> file.getDouble(at);
                default -> field.type < SIGNED_BYTE ? number(field, i) : Double.NaN;
            };
            if (!Double.isFinite(reals[i])) {
                return otherwise;
            }
        }
        return reals;
    }

    byte @Nullable [] raw(int tag) {
        Field field = fields.get(tag);
        return field == null
                ? null
                : Arrays.copyOfRange(file.array(), field.at, field.at + field.count * VALUE_BYTES[field.type]);
    }

    int across() {
        return (width + chunkWidth - 1) / chunkWidth;
    }

    int down() {
        return (height + chunkHeight - 1) / chunkHeight;
    }

    int planes() {
        return separate ? samples : 1;
    }

    /** Returns where a strip or tile begins. */
    int offset(int chunk) {
        return (int) offsets[chunk];
    }

    int length(int chunk) {
        return (int) lengths[chunk];
    }

    /**
     * Throws unless all strips or tiles are there and none claims to be longer than the file. Where their lengths are missing,
     * each ends where the next one begins.
     */
    void checkChunks() throws ImageRefusedException {
        long count = (long) across() * down() * planes();
        offsets = numbers(tiled ? TILE_OFFSETS : STRIP_OFFSETS, new long[0]);
        if (tiled && offsets.length == 0) {
            offsets = numbers(STRIP_OFFSETS, new long[0]);
        }
        if (offsets.length < count) {
            throw damaged("it has %d of %d strips or tiles".formatted(offsets.length, count));
        }
        lengths = numbers(tiled && has(TILE_BYTES) ? TILE_BYTES : STRIP_BYTES, new long[0]);
        boolean measured = lengths.length < count
                || (count == 1 && compression == NO_COMPRESSION && lengths[0] > end - offsets[0]);
        if (measured) {
            lengths = distances();
        }
        long bytes = 0;
        for (int i = 0; i < count; i++) {
            if (lengths[i] == 0) {
                lengths[i] = end - offsets[i];
            }
            requireInside(offsets[i], lengths[i]);
            bytes += lengths[i];
        }
        if (bytes > end) {
            throw damaged("its strips or tiles have %d bytes, and it has %d".formatted(bytes, end));
        }
    }

    private long[] distances() {
        long[] sorted = offsets.clone();
        Arrays.sort(sorted);
        long[] distances = new long[offsets.length];
        for (int i = 0; i < distances.length; i++) {
            int next = Arrays.binarySearch(sorted, offsets[i]) + 1;
            while (next < sorted.length && sorted[next] == offsets[i]) {
                next++;
            }
            distances[i] = Math.max(0, (next < sorted.length ? Math.min(sorted[next], end) : end) - offsets[i]);
        }
        return distances;
    }

    private int side(int tag) throws ImageRefusedException {
        long side = number(tag, 0);
        if (side < 1) {
            throw damaged("its directory doesn't say how large it is");
        }
        return (int) Math.min(side, Integer.MAX_VALUE);
    }

    private void requireInside(long offset, long bytes) throws ImageRefusedException {
        if (offset < 0 || bytes < 0 || offset > end - bytes) {
            throw damaged("it points to %d bytes at %d, and has %d".formatted(bytes, offset, end));
        }
    }

    private long unsignedInt(int at) {
        return file.getInt(at) & 0xffffffffL;
    }

    static ImageRefusedException damaged(String how) {
        return new ImageRefusedException(ImageFault.DAMAGED, "the TIFF is damaged: " + how);
    }

    static ImageRefusedException unsupported(String how) {
        return new ImageRefusedException(ImageFault.UNSUPPORTED_LAYOUT, how);
    }
}
