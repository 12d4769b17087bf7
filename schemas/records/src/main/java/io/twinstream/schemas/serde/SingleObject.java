package io.twinstream.schemas.serde;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.OptionalLong;

/**
 * Reads and writes Avro's single-object encoding: the marker {@code C3 01}, the writer schema's fingerprint (8 bytes,
 * little-endian), the body.
 *
 * @see <a href="https://avro.apache.org/docs/1.12.0/specification/#single-object-encoding">Avro specification</a>
 */
public final class SingleObject {
    /** Bytes before the body. */
    public static final int HEADER_BYTES = 10;

    private static final short MARKER = (short) 0xc301;

    private SingleObject() {}

    /** Returns the fingerprint that the bytes begin with, or none if they don't begin as a single object does. */
    public static OptionalLong fingerprint(byte[] bytes) {
        ByteBuffer header = ByteBuffer.wrap(bytes);
        return bytes.length < HEADER_BYTES || header.getShort() != MARKER
                ? OptionalLong.empty()
                : OptionalLong.of(header.order(ByteOrder.LITTLE_ENDIAN).getLong());
    }

    /** Makes a single object whose body is the given bytes without the first {@code skipped}. */
    public static byte[] of(long fingerprint, byte[] bytes, int skipped) {
        int body = bytes.length - skipped;
        return ByteBuffer.allocate(HEADER_BYTES + body)
                .putShort(MARKER)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(fingerprint)
                .put(bytes, skipped, body)
                .array();
    }
}
