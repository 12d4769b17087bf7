package io.twinstream.schemas.image;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The segments of the first picture in a JPEG file (ISO/IEC 10918-1, annex B), walked once. What its pixels depend on is kept:
 * tables, frame, scans, and the two segments that tell its colours. Profiles, previews, comments and later pictures are left out.
 */
final class JpegStructure {
    private static final int SOF0 = 0xc0;
    private static final int SOF15 = 0xcf;
    private static final int DHT = 0xc4;
    private static final int JPG = 0xc8;
    private static final int DAC = 0xcc;
    private static final int RST7 = 0xd7;
    private static final int EOI = 0xd9;
    private static final int SOS = 0xda;
    private static final int DQT = 0xdb;
    private static final int DRI = 0xdd;
    private static final int APP0 = 0xe0;
    private static final int APP14 = 0xee;
    private static final int FIRST_NAMELESS = 0x01;
    private static final byte[] JFIF = "JFIF\0".getBytes(StandardCharsets.ISO_8859_1);
    private static final byte[] ADOBE = "Adobe".getBytes(StandardCharsets.ISO_8859_1);
    /** Length and data up to the thumbnail's sides. */
    private static final int JFIF_BYTES = 14;

    private static final int ADOBE_BYTES = 14;

    /** Encoders write about ten scans, and tables before each; a scan costs a pass over all pixels. */
    private static final int MOST_SCANS = 100;

    private static final int MOST_TABLES = 1_000;
    /** Pixels times scans: the most that is taken by default, in 16 scans. */
    private static final long MOST_PASSES = 1L << 28;

    private final ByteBuffer file;
    private final ByteBuffer essentials;
    private int scans;
    private int tables;
    private long pixels = -1;
    private boolean jfif;
    private boolean adobe;

    private JpegStructure(byte[] file) {
        this.file = ByteBuffer.wrap(file);
        this.essentials = ByteBuffer.allocate(file.length);
    }

    static byte[] essentials(byte[] file) throws ImageRefusedException {
        return new JpegStructure(file).essentials();
    }

    private byte[] essentials() throws ImageRefusedException {
        keep(0, 2);
        int at = 2;
        while (at + 1 < file.limit()) {
            int marker = file.get(at + 1) & 255;
            if (file.get(at) != -1 || marker == 0) {
                throw damaged("no marker stands at byte " + at);
            }
            if (marker == 255) {
                at++;
            } else if (marker == EOI) {
                keep(at, 2);
                at = file.limit();
            } else {
                at = segment(marker, at);
            }
        }
        if (scans > MOST_SCANS || scans * pixels > MOST_PASSES) {
            throw new ImageRefusedException(
                    ImageFault.UNSUPPORTED_LAYOUT,
                    "the JPEG has %d scans, at most %d are taken".formatted(scans, mostScans()));
        }
        return essentials.hasRemaining()
                ? Arrays.copyOf(essentials.array(), essentials.position())
                : essentials.array();
    }

    private long mostScans() {
        return Math.min(MOST_SCANS, MOST_PASSES / Math.max(1, pixels));
    }

    /** Returns where the next marker stands. */
    private int segment(int marker, int at) throws ImageRefusedException {
        if (marker == FIRST_NAMELESS || (marker > SOF15 && marker < EOI)) {
            throw damaged("marker %x stands where none of its kind belongs".formatted(marker));
        }
        if (at + 4 > file.limit()) {
            throw damaged("it ends within a segment");
        }
        int length = file.getShort(at + 2) & 0xffff;
        int end = at + 2 + length;
        if (length < 2 || end > file.limit()) {
            throw damaged("a segment of %d bytes doesn't fit it".formatted(length));
        }
        if (marker == SOS) {
            scans++;
            end = scanEnd(end);
            keep(at, end - at);
        } else if (marker == DHT || marker == DQT || marker == DRI || marker == DAC) {
            if (++tables > MOST_TABLES) {
                throw damaged("it has more than %d tables".formatted(MOST_TABLES));
            }
            keep(at, end - at);
        } else if (marker >= SOF0 && marker <= SOF15 && marker != JPG) {
            frame(at, length);
            keep(at, end - at);
        } else if (marker == APP0 && !jfif && length >= 2 + JFIF_BYTES && begins(at + 4, JFIF)) {
            jfif = true;
            keepWithoutThumbnail(at);
        } else if (marker == APP14 && !adobe && length >= ADOBE_BYTES && begins(at + 4, ADOBE)) {
            adobe = true;
            keep(at, end - at);
        }
        return end;
    }

    private void frame(int at, int length) throws ImageRefusedException {
        if (pixels >= 0 || length < 8) {
            throw damaged(pixels >= 0 ? "it has two frames" : "its frame is too short");
        }
        pixels = (long) (file.getShort(at + 5) & 0xffff) * (file.getShort(at + 7) & 0xffff);
    }

    /** A scan's data ends at the first marker that is neither a stuffed byte nor a restart. */
    private int scanEnd(int start) throws ImageRefusedException {
        if (pixels < 0) {
            throw damaged("a scan stands before its frame");
        }
        byte[] bytes = file.array();
        for (int at = start; at + 1 < bytes.length; at++) {
            if (bytes[at] == -1) {
                int next = bytes[at + 1] & 255;
                if (next != 0 && next != 255 && (next <= SOF15 || next > RST7)) {
                    return at;
                }
            }
        }
        return bytes.length;
    }

    private void keep(int at, int length) {
        essentials.put(file.array(), at, length);
    }

    private void keepWithoutThumbnail(int at) {
        int start = essentials.position();
        keep(at, 2 + 2 + JFIF_BYTES);
        essentials.putShort(start + 2, (short) (2 + JFIF_BYTES)).putShort(essentials.position() - 2, (short) 0);
    }

    private boolean begins(int at, byte[] name) {
        return Arrays.equals(file.array(), at, at + name.length, name, 0, name.length);
    }

    private static ImageRefusedException damaged(String how) {
        return new ImageRefusedException(ImageFault.DAMAGED, "the JPEG is damaged: " + how);
    }
}
