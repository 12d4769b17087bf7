package io.twinstream.deploy.acceptance.images;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;

/** Does what cameras, browsers and archives do to a file that a plain encoder wrote; every edit leaves all pixels in it. */
final class PictureEdits {
    private static final int SOI = 0xd8;
    private static final int SOS = 0xda;
    private static final int DHT = 0xc4;
    private static final int MOST_SEGMENT = 65_533;
    private static final String EXIF = "Exif\0\0";

    private PictureEdits() {}

    static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    static byte[] inserted(byte[] file, int at, byte[]... parts) {
        return joined(Arrays.copyOf(file, at), joined(parts), Arrays.copyOfRange(file, at, file.length));
    }

    // JPEG

    static byte[] withoutEnd(byte[] jpeg) {
        return Arrays.copyOf(jpeg, jpeg.length - 2);
    }

    /** Returns a segment with its marker and length. */
    static byte[] segment(int marker, byte[]... parts) {
        byte[] data = joined(parts);
        return joined(
                ByteBuffer.allocate(4)
                        .putShort((short) (0xff00 | marker))
                        .putShort((short) (data.length + 2))
                        .array(),
                data);
    }

    /**
     * Returns the file with segments right behind the start, or behind JFIF's where there is one, which has to be the first.
     */
    static byte[] withSegments(byte[] jpeg, byte[]... segments) {
        int at = (jpeg[3] & 255) == 0xe0 ? 4 + unsignedShort(jpeg, 4) : 2;
        return inserted(jpeg, at, segments);
    }

    static byte[] withExif(byte[] jpeg, byte[] tiff) {
        return inserted(jpeg, 2, segment(0xe1, EXIF.getBytes(ISO_8859_1), tiff));
    }

    /** Returns the file with a profile as Photoshop adds it: in segments, numbered. */
    static byte[] withProfile(byte[] jpeg, byte[] profile, int segments) {
        byte[][] parts = new byte[segments][];
        int share = (profile.length + segments - 1) / segments;
        for (int i = 0; i < segments; i++) {
            parts[i] = segment(
                    0xe2,
                    "ICC_PROFILE\0".getBytes(ISO_8859_1),
                    new byte[] {(byte) (i + 1), (byte) segments},
                    Arrays.copyOfRange(
                            profile, Math.min(i * share, profile.length), Math.min((i + 1) * share, profile.length)));
        }
        return withSegments(jpeg, parts);
    }

    /** Returns a profile that changes every colour where it is applied. */
    static byte[] profile(boolean gray) {
        return ICC_Profile.getInstance(gray ? ColorSpace.CS_GRAY : ColorSpace.CS_LINEAR_RGB)
                .getData();
    }

    /** Returns the file with a second picture behind the first and the index that says so (CIPA DC-007). */
    static byte[] withSecondPicture(byte[] jpeg, byte[] second) {
        ByteBuffer index = ByteBuffer.allocate(4 + 8 + 2 + 3 * 12 + 4 + 32);
        index.put("MPF\0".getBytes(ISO_8859_1))
                .put("MM\0*".getBytes(ISO_8859_1))
                .putInt(8);
        index.putShort((short) 3);
        index.putShort((short) 0xb000).putShort((short) 7).putInt(4).put("0100".getBytes(ISO_8859_1));
        index.putShort((short) 0xb001).putShort((short) 4).putInt(1).putInt(2);
        index.putShort((short) 0xb002).putShort((short) 7).putInt(32).putInt(50);
        index.putInt(0);
        int whole = jpeg.length + 4 + index.capacity();
        index.putInt(0x20030000).putInt(whole).putInt(0).putInt(0);
        index.putInt(0).putInt(second.length).putInt(whole - 20).putInt(0);
        return joined(withSegments(jpeg, segment(0xe2, index.array())), second);
    }

    /** Returns the file without Huffman tables, as the frames of an AVI: whoever reads them knows the standard's. */
    static byte[] withoutTables(byte[] jpeg) {
        return withoutSegments(jpeg, DHT);
    }

    static byte[] withoutSegments(byte[] jpeg, int marker) {
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        kept.write(jpeg, 0, 2);
        int at = 2;
        while ((jpeg[at + 1] & 255) != SOS) {
            int length = 2 + unsignedShort(jpeg, at + 2);
            if ((jpeg[at + 1] & 255) != marker) {
                kept.write(jpeg, at, length);
            }
            at += length;
        }
        kept.write(jpeg, at, jpeg.length - at);
        return kept.toByteArray();
    }

    /** Returns the file with so many fill bytes before each marker of the header (T.81, B.1.1.2). */
    static byte[] withFillBytes(byte[] jpeg, int count) {
        byte[] fill = new byte[count];
        Arrays.fill(fill, (byte) -1);
        byte[] filled = jpeg;
        int at = 2;
        boolean last = false;
        while (!last) {
            filled = inserted(filled, at, fill);
            at += count;
            last = (filled[at + 1] & 255) == SOS;
            at += 2 + unsignedShort(filled, at + 2);
        }
        return filled;
    }

    /** Returns the file with other ids of its components, in frame and scans. */
    static byte[] withComponents(byte[] jpeg, String ids) {
        byte[] file = jpeg.clone();
        int frame = frame(file);
        int count = file[frame + 9];
        byte[] before = new byte[count];
        for (int i = 0; i < count; i++) {
            before[i] = file[frame + 10 + 3 * i];
            file[frame + 10 + 3 * i] = (byte) ids.charAt(i);
        }
        for (int at = frame; at < file.length - 5; at++) {
            if (file[at] == -1 && (file[at + 1] & 255) == SOS) {
                for (int i = 0; i < file[at + 4]; i++) {
                    for (int j = 0; j < count; j++) {
                        if (file[at + 5 + 2 * i] == before[j]) {
                            file[at + 5 + 2 * i] = (byte) ids.charAt(j);
                            break;
                        }
                    }
                }
                at += 2 + unsignedShort(file, at + 2);
            }
        }
        return file;
    }

    /** Returns where the frame's marker stands. */
    static int frame(byte[] jpeg) {
        int at = 2;
        while ((jpeg[at + 1] & 0xf0) != 0xc0 || (jpeg[at + 1] & 255) == DHT || (jpeg[at + 1] & 255) == 0xcc) {
            at += 2 + unsignedShort(jpeg, at + 2);
        }
        return at;
    }

    /** Returns the file with a comment that says it is two bytes shorter than it is, as one maker's cameras write it. */
    static byte[] withShortComment(byte[] jpeg) {
        byte[] comment = segment(0xfe, "Dahua Technology: comment".getBytes(ISO_8859_1));
        comment[3] -= 2;
        return withSegments(jpeg, comment);
    }

    static byte[] withLongSegments(byte[] jpeg, int count) {
        byte[][] segments = new byte[count][];
        byte[] data = new byte[MOST_SEGMENT];
        for (int i = 0; i < data.length; i++) {
            // Holds what looks like markers and like whole headers.
            data[i] = (byte) (i % 7 == 0 ? -1 : i % 7 == 1 ? SOI : i % 7 == 3 ? DHT : i);
        }
        Arrays.fill(segments, segment(0xe7, data));
        return withSegments(jpeg, segments);
    }

    // EXIF

    /** Returns a directory of EXIF that holds the orientation among others (EXIF 2.32, 4.6). */
    static byte[] exif(int orientation, boolean bigEndian) {
        ByteBuffer exif = ByteBuffer.allocate(8 + 2 + 3 * 12 + 4 + 8)
                .order(bigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        exif.put((bigEndian ? "MM" : "II").getBytes(ISO_8859_1))
                .putShort((short) 42)
                .putInt(8);
        exif.putShort((short) 3);
        exif.putShort((short) 0x010f).putShort((short) 2).putInt(8).putInt(8 + 2 + 36 + 4);
        exif.putShort((short) 0x0112)
                .putShort((short) 3)
                .putInt(1)
                .putShort((short) orientation)
                .putShort((short) 0);
        exif.putShort((short) 0x0213)
                .putShort((short) 3)
                .putInt(1)
                .putShort((short) 1)
                .putShort((short) 0);
        exif.putInt(0).put("A phone\0".getBytes(ISO_8859_1));
        return exif.array();
    }

    // PNG

    /** Returns the file with a chunk before the first of a type. */
    static byte[] withChunk(byte[] png, String before, String type, byte[] data) {
        return inserted(png, find(png, before), chunk(type, data));
    }

    static byte[] chunk(String type, byte[] data) {
        byte[] checked = joined(type.getBytes(ISO_8859_1), data);
        CRC32 crc = new CRC32();
        crc.update(checked);
        return ByteBuffer.allocate(12 + data.length)
                .putInt(data.length)
                .put(checked)
                .putInt((int) crc.getValue())
                .array();
    }

    /** Returns where the first chunk of a type begins. */
    static int find(byte[] png, String type) {
        ByteBuffer file = ByteBuffer.wrap(png);
        int at = 8;
        while (!new String(png, at + 4, 4, ISO_8859_1).equals(type)) {
            at += 12 + file.getInt(at);
        }
        return at;
    }

    /** Returns the file with its data in chunks of so many bytes. */
    static byte[] withDataSplit(byte[] png, int bytes) {
        ByteArrayOutputStream split = new ByteArrayOutputStream();
        ByteBuffer file = ByteBuffer.wrap(png);
        split.write(png, 0, 8);
        int at = 8;
        while (at < png.length) {
            int length = file.getInt(at);
            String type = new String(png, at + 4, 4, ISO_8859_1);
            if (type.equals("IDAT")) {
                for (int from = 0; from < length; from += bytes) {
                    split.writeBytes(chunk(
                            type, Arrays.copyOfRange(png, at + 8 + from, at + 8 + Math.min(length, from + bytes))));
                }
            } else {
                split.write(png, at, 12 + length);
            }
            at += 12 + length;
        }
        return split.toByteArray();
    }

    /** Returns the file without the chunks that say what its colours are. */
    static byte[] withoutColorChunks(byte[] png) {
        byte[] bare = png;
        for (String type : List.of("gAMA", "cHRM", "sRGB", "iCCP")) {
            int at = 8;
            while (at < bare.length && !new String(bare, at + 4, 4, ISO_8859_1).equals(type)) {
                at += 12 + ByteBuffer.wrap(bare).getInt(at);
            }
            if (at < bare.length) {
                int end = at + 12 + ByteBuffer.wrap(bare).getInt(at);
                bare = joined(Arrays.copyOf(bare, at), Arrays.copyOfRange(bare, end, bare.length));
            }
        }
        return bare;
    }

    static byte[] withTrailer(byte[] file) {
        byte[] trailer = new byte[777];
        for (int i = 0; i < trailer.length; i++) {
            trailer[i] = (byte) (i * i >> 3);
        }
        return joined(file, trailer);
    }

    private static int unsignedShort(byte[] file, int at) {
        return (file[at] & 255) << 8 | file[at + 1] & 255;
    }
}
