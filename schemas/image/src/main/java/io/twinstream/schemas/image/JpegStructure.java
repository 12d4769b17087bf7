package io.twinstream.schemas.image;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.plugins.jpeg.JPEGHuffmanTable;

/**
 * Walks the first picture in a JPEG file (ISO/IEC 10918-1, annex B) once and rebuilds it from what its pixels depend on:
 * tables, frame and scans, one marker that tells its colours, and an end. Profiles, previews, comments, later pictures and
 * trailing bytes are left out, and whatever libjpeg only warns about is repaired.
 *
 * <p>A fault in parts that pixels don't depend on does no harm. Bytes that begin no marker are skipped to the next one. A
 * comment or application segment whose length leads nowhere ends where the next segment begins. Where the end marker is
 * missing, the scans must give every coefficient; where it is there, every component.
 *
 * <p>Colours follow libjpeg: JFIF says YCbCr, otherwise Adobe's marker tells, otherwise the component ids R, G, B say RGB.
 * Four components are CMYK or YCCK as Adobe stores them, inverted.
 */
final class JpegStructure {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long LOWEST_BITS = 0x0101010101010101L;
    private static final long HIGHEST_BITS = LOWEST_BITS << 7;
    private static final int SOF0 = 0xc0;
    private static final int SOF2 = 0xc2;
    private static final int SOF9 = 0xc9;
    private static final int SOF10 = 0xca;
    private static final int SOF15 = 0xcf;
    private static final int DHT = 0xc4;
    private static final int JPG = 0xc8;
    private static final int DAC = 0xcc;
    private static final int RST0 = 0xd0;
    private static final int RST7 = 0xd7;
    private static final int SOI = 0xd8;
    private static final int EOI = 0xd9;
    private static final int SOS = 0xda;
    private static final int DQT = 0xdb;
    private static final int DNL = 0xdc;
    private static final int DRI = 0xdd;
    private static final int APP0 = 0xe0;
    private static final int APP1 = 0xe1;
    private static final int APP14 = 0xee;
    private static final int JPEG_LS = 0xf7;
    private static final byte[] JFIF = "JFIF\0".getBytes(StandardCharsets.ISO_8859_1);
    private static final byte[] ADOBE = "Adobe".getBytes(StandardCharsets.ISO_8859_1);
    private static final byte[] EXIF = "Exif\0".getBytes(StandardCharsets.ISO_8859_1);
    /** Bytes of a JFIF segment: its length and data up to the thumbnail. */
    private static final int JFIF_BYTES = 16;

    private static final int ADOBE_BYTES = 14;
    private static final int TRANSFORM = 15;

    /** Bytes that are put first: the start of the file, a marker and Adobe's segment. */
    private static final int PREFIX_BYTES = 2 + 2 + ADOBE_BYTES;

    /** Bytes, at most, of the tables that a file may take for granted and of the end of the file. */
    private static final int MOST_STANDARD_BYTES = 512;

    private static final int OMITTED_ZEROS = 3;
    private static final int FILL_BYTES = 64;
    private static final int BLOCK = 64;
    /** The most scans that are taken. Encoders write about ten, with tables before each; a scan costs a pass over all pixels. */
    private static final int MOST_SCANS = 100;

    private static final int MOST_TABLES = 1_000;
    /** The most pixels times scans that are taken: the default limit of pixels in 16 scans. */
    private static final long MOST_PASSES = 1L << 30;

    /** Says how the components are to be read. */
    enum Colors {
        GRAY(1),
        YCBCR(3),
        RGB(3),
        CMYK(4),
        YCCK(4);

        final int components;

        Colors(int components) {
            this.components = components;
        }
    }

    private final ByteBuffer file;
    /** The rebuilt file: room for the prefix, then the segments that are kept. */
    private final ByteBuffer body;

    /** The first and the last position of each scan's data in the body, the last one excluded. */
    private final List<int[]> scanData = new ArrayList<>();

    private int scans;
    private int tables;
    private boolean huffmanTables;
    /** A bit for each quantization table that holds a zero. Annex B.2.4.1 allows none, and what it divides is lost. */
    private int zeroTables;

    private boolean ended;
    private int orientation;

    private int frameMarker;
    private int width;
    private int height;
    /** The position of the frame in the body. */
    private int frameAt;

    private byte[] componentIds = {};
    /** The quantization tables of the components. */
    private byte[] tableIds = {};
    /** Coefficients in an MCU, of all components; below, of the component that has the most in each direction. */
    private int coefficients;

    private int mostCoefficients;

    /**
     * The largest factor by which a component is sampled coarser along one side of the picture than along the other; below, the
     * factor of the first component alone.
     */
    private int coarseness = 1;

    private int firstCoarseness = 1;
    private boolean multiScan;
    /** The bits that are still to come, by component and coefficient, or -1 before any has come. */
    private byte[][] missingBits = {};

    private boolean jfif;
    private int adobe = -1;

    private JpegStructure(byte[] file) {
        this.file = ByteBuffer.wrap(file);
        this.body = ByteBuffer.allocate(PREFIX_BYTES + file.length + MOST_STANDARD_BYTES)
                .position(PREFIX_BYTES);
    }

    /** @throws ImageRefusedException unless the file bears out what its structure claims */
    static JpegStructure of(byte[] file) throws ImageRefusedException {
        JpegStructure structure = ofStrip(file);
        if (structure.componentIds.length == 2) {
            throw unsupported("has 2 components, not 1, 3 or 4");
        }
        return structure;
    }

    /** Reads the JPEG of a strip or tile in another file, which says what the components are. */
    static JpegStructure ofStrip(byte[] file) throws ImageRefusedException {
        JpegStructure structure = new JpegStructure(file);
        structure.walk();
        structure.checkWhole();
        return structure;
    }

    int components() {
        return componentIds.length;
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    /**
     * Returns how much coarser the components in use are sampled along one side than along the other. libjpeg reduces without
     * loss only a picture that is sampled alike along both.
     */
    int coarseness(int channels) {
        return channels == 1 && colors() == Colors.YCBCR ? firstCoarseness : coarseness;
    }

    /** Returns the orientation as EXIF numbers it, from 1, which is upright, to 8. */
    int orientation() {
        return Math.max(1, orientation);
    }

    boolean arithmetic() {
        return frameMarker >= SOF9;
    }

    Colors colors() {
        return switch (componentIds.length) {
            case 1 -> Colors.GRAY;
            case 3 -> rgb() ? Colors.RGB : Colors.YCBCR;
            default -> adobe > 0 ? Colors.YCCK : Colors.CMYK;
        };
    }

    /**
     * Returns the bytes that decoding takes: the samples, and where there are several scans also all coefficients of two bytes
     * each, which libjpeg keeps.
     */
    long samples() {
        long pixels = (long) width * height;
        return pixels * componentIds.length + (multiScan ? 2 * pixels * coefficients / mostCoefficients : 0);
    }

    /** Returns the rebuilt file. */
    byte[] essentials() {
        return built(
                switch (colors()) {
                    case GRAY -> -1;
                    case RGB, CMYK -> 0;
                    case YCBCR -> 1;
                    case YCCK -> 2;
                });
    }

    /**
     * Returns the rebuilt file with its samples marked as colours that need no conversion, so that a reader leaves them as
     * they are.
     */
    byte[] unconverted() {
        return built(colors() == Colors.GRAY ? -1 : 0);
    }

    /**
     * Returns whether the decoder can't tell if pixels are missing: arithmetic coding takes the end of its data for an endless
     * row of zeros. An end marker proves nothing, as it may stand behind data that is cut off.
     */
    boolean mayBeCutOff() {
        return arithmetic();
    }

    /** Returns the rebuilt file with other bytes behind its data, which a decoder reads only where pixels are missing. */
    byte[] filledUp() {
        byte[] whole = essentials();
        byte[] filled = Arrays.copyOf(whole, whole.length + FILL_BYTES);
        // Encoders may leave out zeros at the end of the data.
        int from = whole.length - 2;
        Arrays.fill(filled, from, from + OMITTED_ZEROS, (byte) 0);
        Arrays.fill(filled, from + OMITTED_ZEROS, filled.length - 2, (byte) 0x5a);
        filled[filled.length - 2] = -1;
        filled[filled.length - 1] = (byte) EOI;
        return filled;
    }

    /**
     * Returns the rebuilt file without the zeros that some writers put before each marker in the scans' data, of which a
     * decoder warns each time. If the zeros were data and no filling, it warns even more without them, as data is then
     * missing.
     */
    byte[] withoutFilling(byte[] built) {
        int shift = body.position() - built.length;
        ByteBuffer trimmed = ByteBuffer.allocate(built.length);
        int from = 0;
        for (int[] data : scanData) {
            int start = data[0] - shift;
            for (int at = start; at <= data[1] - shift; at++) {
                boolean marker = built[at] == -1 && built[at + 1] != 0;
                if (marker) {
                    int end = at;
                    while (end > start && built[end - 1] == 0 && !(end > start + 1 && built[end - 2] == -1)) {
                        end--;
                    }
                    trimmed.put(built, from, end - from);
                    from = at;
                    start = at + 2;
                }
            }
        }
        trimmed.put(built, from, built.length - from);
        return Arrays.copyOf(trimmed.array(), trimmed.position());
    }

    private byte[] built(int transform) {
        int start = transform < 0 ? PREFIX_BYTES - 2 : 0;
        ByteBuffer prefix = body.duplicate().position(start);
        prefix.put((byte) -1).put((byte) SOI);
        if (transform >= 0) {
            prefix.put((byte) -1)
                    .put((byte) APP14)
                    .putShort((short) ADOBE_BYTES)
                    .put(ADOBE);
            prefix.putShort((short) 100).putInt(0).put((byte) transform);
        }
        return Arrays.copyOfRange(body.array(), start, body.position());
    }

    private boolean rgb() {
        if (jfif) {
            return false;
        }
        return adobe >= 0 ? adobe == 0 : Arrays.equals(componentIds, new byte[] {'R', 'G', 'B'});
    }

    private void walk() throws ImageRefusedException {
        int at = marker(2);
        while (at >= 0) {
            int marker = file.get(at + 1) & 255;
            if (marker == EOI || (marker == SOI && scans > 0)) {
                ended = marker == EOI;
                return;
            }
            at = marker(marker == SOI ? behindPicture(at) : segment(marker, at));
        }
    }

    /** Returns where the next marker stands, or -1. Fill bytes before a marker belong to no segment. */
    private int marker(int from) {
        byte[] bytes = file.array();
        for (int at = from; at + 1 < bytes.length; at++) {
            if (bytes[at] == -1 && bytes[at + 1] != -1 && bytes[at + 1] != 0) {
                return at;
            }
        }
        return -1;
    }

    /** Returns where a preview ends whose own segment has a wrong length. */
    private int behindPicture(int start) {
        int at = marker(start + 2);
        while (at >= 0 && (file.get(at + 1) & 255) != EOI) {
            at = marker(at + 2);
        }
        return at < 0 ? file.limit() : at + 2;
    }

    /** Returns where to look for the next marker. */
    private int segment(int marker, int at) throws ImageRefusedException {
        if (isMetadata(marker)) {
            return metadata(marker, at);
        } else if (marker < SOF0 || (marker >= RST0 && marker <= RST7)) {
            return at + 2;
        }
        if (at + 4 > file.limit()) {
            throw damaged("it ends within a segment");
        }
        int end = end(at);
        if (end < at + 4 || end > file.limit()) {
            throw damaged("a segment of %d bytes doesn't fit it".formatted(end - at - 2));
        }
        switch (marker) {
            case SOS -> {
                return scan(at, end);
            }
            case DHT, DQT, DRI, DAC -> table(marker, at, end);
            case DNL -> lines(at, end);
            case JPEG_LS -> throw unsupported("is JPEG-LS");
            default -> {
                if (marker <= SOF15) {
                    frame(marker, at, end);
                }
            }
        }
        return end;
    }

    private int end(int at) {
        return at + 2 + (file.getShort(at + 2) & 0xffff);
    }

    private static boolean isMetadata(int marker) {
        return marker == JPG || (marker >= APP0 && marker != JPEG_LS);
    }

    private int metadata(int marker, int at) {
        if (at + 4 > file.limit()) {
            return file.limit();
        }
        int end = end(at);
        if (end < at + 4 || end > file.limit() || !isFollowed(end)) {
            int next = segmentWithin(at + 4, Math.min(end, file.limit()));
            if (next >= 0) {
                return next;
            } else if (end < at + 4 || end > file.limit()) {
                return at + 4;
            }
        }
        int length = end - at - 2;
        if (marker == APP0 && scans == 0 && length >= JFIF_BYTES && begins(at + 4, JFIF)) {
            jfif = true;
        } else if (marker == APP14 && scans == 0 && length >= ADOBE_BYTES && begins(at + 4, ADOBE)) {
            adobe = file.get(at + TRANSFORM) & 255;
        } else if (marker == APP1 && orientation == 0 && length > EXIF.length && begins(at + 4, EXIF)) {
            orientation = Orientation.ofExif(file.array(), at + 4 + EXIF.length + 1, end);
        }
        return end;
    }

    private boolean isFollowed(int at) {
        return at + 1 < file.limit() && file.get(at) == -1 && file.get(at + 1) != 0;
    }

    /**
     * Returns where a segment begins that was swallowed by one with too long a length: its own length leads to a marker.
     * Previews hold segments too.
     */
    private int segmentWithin(int from, int to) {
        for (int at = marker(from); at >= 0 && at < to; at = marker(at + 1)) {
            int marker = file.get(at + 1) & 255;
            if (marker == SOI) {
                return -1;
            }
            if (marker >= SOF0 && (marker < RST0 || marker > EOI) && at + 4 <= file.limit()) {
                int end = end(at);
                if (end >= at + 4 && (marker == SOS || isFollowed(end))) {
                    return at;
                }
            }
        }
        return -1;
    }

    private void table(int marker, int at, int end) throws ImageRefusedException {
        if (++tables > MOST_TABLES) {
            throw damaged("it has more than %d tables".formatted(MOST_TABLES));
        }
        huffmanTables |= marker == DHT;
        if (marker == DQT) {
            quantization(at + 4, end);
        }
        keep(at, end);
    }

    /** Notes which tables hold a zero. What is wrong with their lengths the decoder finds. */
    private void quantization(int from, int end) {
        int at = from;
        while (at < end) {
            int name = file.get(at) & 255;
            int bytes = name >> 4 == 0 ? 1 : 2;
            int behind = Math.min(at + 1 + BLOCK * bytes, end);
            boolean zero = false;
            for (int value = at + 1; value + bytes <= behind; value += bytes) {
                zero |= (bytes == 1 ? file.get(value) : file.getShort(value)) == 0;
            }
            int bit = 1 << (name & 15);
            zeroTables = zero ? zeroTables | bit : zeroTables & ~bit;
            at = behind;
        }
    }

    /** Reads the height, where the frame left it open. */
    private void lines(int at, int end) throws ImageRefusedException {
        if (height == 0 && scans == 1 && end - at >= 6) {
            height = file.getShort(at + 4) & 0xffff;
        }
    }

    private void frame(int marker, int at, int end) throws ImageRefusedException {
        if (frameMarker != 0) {
            throw damaged("it has two frames");
        }
        if (marker > SOF2 && marker != SOF9 && marker != SOF10) {
            throw unsupported((marker & 3) == 3 ? "is lossless" : "is hierarchical");
        }
        int components = end - at < 10 ? 0 : file.get(at + 9) & 255;
        if (end - at < 10 + 3 * components) {
            throw damaged("its frame is too short");
        }
        int bits = file.get(at + 4) & 255;
        if (bits != 8) {
            throw unsupported("has %d bits a sample, not 8".formatted(bits));
        }
        if (components < 1 || components > 4) {
            throw unsupported("has %d components, not 1, 3 or 4".formatted(components));
        }
        frameMarker = marker;
        height = file.getShort(at + 5) & 0xffff;
        width = file.getShort(at + 7) & 0xffff;
        componentIds = new byte[components];
        tableIds = new byte[components];
        missingBits = new byte[components][BLOCK];
        int across = 1;
        int down = 1;
        for (int i = 0; i < components; i++) {
            componentIds[i] = file.get(at + 10 + 3 * i);
            tableIds[i] = file.get(at + 12 + 3 * i);
            Arrays.fill(missingBits[i], (byte) -1);
            int sampling = file.get(at + 11 + 3 * i) & 255;
            across = Math.max(across, sampling >> 4);
            down = Math.max(down, sampling & 15);
            coefficients += (sampling >> 4) * (sampling & 15);
        }
        mostCoefficients = across * down;
        for (int i = components - 1; i >= 0; i--) {
            int sampling = file.get(at + 11 + 3 * i) & 255;
            int columns = Math.max(1, down * (sampling >> 4));
            int rows = Math.max(1, across * (sampling & 15));
            firstCoarseness = Math.max(columns, rows) / Math.min(columns, rows);
            coarseness = Math.max(coarseness, firstCoarseness);
        }
        frameAt = body.position();
        keep(at, end);
    }

    private boolean progressive() {
        return frameMarker == SOF2 || frameMarker == SOF10;
    }

    private int scan(int at, int header) throws ImageRefusedException {
        if (frameMarker == 0) {
            throw damaged("a scan stands before its frame");
        }
        int components = file.get(at + 4) & 255;
        if (header - at < 8 + 2 * components) {
            throw damaged("a scan's header is too short");
        }
        scans++;
        multiScan |= progressive() || components < componentIds.length;
        if (!huffmanTables && !progressive() && !arithmetic()) {
            huffmanTables = true;
            putStandardTables();
        }
        int end = scanEnd(header);
        int start = body.position();
        keep(at, end);
        scanData.add(new int[] {start + header - at, body.position()});
        int parameters = at + 5 + 2 * components;
        int first = file.get(parameters) & 255;
        int last = file.get(parameters + 1) & 255;
        int missing = file.get(parameters + 2) & 15;
        if (!progressive()) {
            first = 0;
            last = BLOCK - 1;
            missing = 0;
            makeSequential(start + parameters - at);
        }
        boolean[] inScan = new boolean[componentIds.length];
        for (int i = 0; i < components; i++) {
            cover(file.get(at + 5 + 2 * i), inScan, first, Math.min(last, BLOCK - 1), missing);
        }
        return end;
    }

    /** Mends a sequential scan that claims to be part of a progression, of which libjpeg would only warn. */
    private void makeSequential(int parameters) {
        body.put(parameters, (byte) 0).put(parameters + 1, (byte) (BLOCK - 1)).put(parameters + 2, (byte) 0);
    }

    private void cover(byte component, boolean[] inScan, int first, int last, int missing)
            throws ImageRefusedException {
        for (int i = 0; i < componentIds.length; i++) {
            // Components with the same name are taken in turn, as in libjpeg.
            if (componentIds[i] == component && !inScan[i]) {
                inScan[i] = true;
                if ((zeroTables & 1 << (tableIds[i] & 15)) != 0) {
                    throw damaged("a quantization table holds a zero");
                }
                if (first <= last) {
                    Arrays.fill(missingBits[i], first, last + 1, (byte) missing);
                }
                return;
            }
        }
    }

    /** Returns where a scan's data ends: at the first marker that is neither a stuffed byte nor a restart. */
    private int scanEnd(int start) {
        byte[] bytes = file.array();
        int at = start;
        while (at + 1 < bytes.length) {
            // Eight bytes without an 0xff are skipped at once.
            if (at + Long.BYTES < bytes.length) {
                long eight = (long) LONGS.get(bytes, at);
                if (((~eight - LOWEST_BITS) & eight & HIGHEST_BITS) == 0) {
                    at += Long.BYTES;
                    continue;
                }
            }
            if (bytes[at] == -1) {
                int next = bytes[at + 1] & 255;
                if (next != 0 && next != 255 && (next < RST0 || next > RST7)) {
                    return at;
                }
            }
            at++;
        }
        return bytes.length;
    }

    private void checkWhole() throws ImageRefusedException {
        if (scans == 0) {
            throw damaged(frameMarker == 0 ? "it has no frame" : "it has no pixels");
        }
        if (scans > MOST_SCANS || scans * (long) width * height > MOST_PASSES) {
            throw new ImageRefusedException(
                    ImageFault.UNSUPPORTED_LAYOUT,
                    "the JPEG has %d scans, at most %d are taken: save it without the progressive option"
                            .formatted(scans, mostScans()));
        }
        for (byte[] missing : missingBits) {
            if (missing[0] < 0) {
                throw damaged("a component has no pixels");
            }
            for (byte bits : missing) {
                if (bits != 0 && !ended) {
                    throw damaged("it ends before its last scan");
                }
            }
        }
        body.putShort(frameAt + 5, (short) height);
        body.put((byte) -1).put((byte) EOI);
    }

    private long mostScans() {
        return Math.min(MOST_SCANS, MOST_PASSES / Math.max(1, (long) width * height));
    }

    private void keep(int from, int to) {
        body.put(file.array(), from, to - from);
    }

    /** Adds the tables of ISO/IEC 10918-1, annex K.3, which frames of Motion JPEG take for granted. */
    private void putStandardTables() {
        JPEGHuffmanTable[] standard = {
            JPEGHuffmanTable.StdDCLuminance,
            JPEGHuffmanTable.StdACLuminance,
            JPEGHuffmanTable.StdDCChrominance,
            JPEGHuffmanTable.StdACChrominance
        };
        for (int i = 0; i < standard.length; i++) {
            short[] lengths = Arrays.copyOf(standard[i].getLengths(), 16);
            short[] values = standard[i].getValues();
            body.put((byte) -1).put((byte) DHT).putShort((short) (2 + 1 + lengths.length + values.length));
            body.put((byte) (i / 2 | i % 2 << 4));
            put(lengths);
            put(values);
        }
    }

    private void put(short[] bytes) {
        for (short each : bytes) {
            body.put((byte) each);
        }
    }

    private boolean begins(int at, byte[] name) {
        return Arrays.equals(file.array(), at, at + name.length, name, 0, name.length);
    }

    private static ImageRefusedException unsupported(String what) {
        return new ImageRefusedException(
                ImageFault.UNSUPPORTED_LAYOUT, "the JPEG %s: save it as an ordinary one".formatted(what));
    }

    static ImageRefusedException damaged(String how) {
        return new ImageRefusedException(ImageFault.DAMAGED, "the JPEG is damaged: " + how);
    }
}
