package io.twinstream.schemas.serde;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Encodes and decodes records in Avro's {@link SingleObject single-object encoding}. It reads whatever any released schema of
 * the record wrote, but nothing that a schema registry's serializer wrote. Safe for many threads.
 *
 * <p>Maintainers: Avro's own {@code BinaryMessageDecoder} reads from a stream and so allocates whatever length a field claims
 * before it looks for the bytes; a decoder over the array refuses a length that the array doesn't have.
 */
public final class RecordSerde<T extends SpecificRecordBase> implements Serde<T> {
    private final String name;
    private final BinaryMessageEncoder<T> encoder;
    private final Map<Long, DatumReader<T>> readers = new HashMap<>();

    private RecordSerde(Class<T> type) {
        SpecificData model = SpecificData.getForClass(type);
        Schema schema = model.getSchema(type);
        name = type.getSimpleName();
        // The result lies in a buffer of the thread, until the thread encodes again.
        encoder = new BinaryMessageEncoder<>(model, schema, false);
        ReleasedSchemas.of(schema.getFullName())
                .forEach((fingerprint, writer) ->
                        readers.put(fingerprint, new SpecificDatumReader<>(writer, schema, model)));
    }

    public static <T extends SpecificRecordBase> RecordSerde<T> of(Class<T> type) {
        return new RecordSerde<>(type);
    }

    /** Returns the record's bytes as they stand on the topic. */
    public byte[] encode(T record) {
        try {
            ByteBuffer bytes = encoder.encode(record);
            byte[] copy = new byte[bytes.remaining()];
            bytes.get(copy);
            return copy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads a record.
     *
     * @throws SerializationException if the bytes, from the first to the last, are no such record; the message is one line
     *     that says why
     */
    public T decode(byte[] bytes) {
        DatumReader<T> reader = reader(bytes);
        try {
            BinaryDecoder body = DecoderFactory.get()
                    .binaryDecoder(bytes, SingleObject.HEADER_BYTES, bytes.length - SingleObject.HEADER_BYTES, null);
            T record = reader.read(null, body);
            if (body.isEnd()) {
                return record;
            }
        } catch (IOException | RuntimeException e) {
            // Broken bytes make Avro throw index, cast and state exceptions as well as its own.
            throw new SerializationException("the bytes are no %s: %s".formatted(name, firstLine(e)), e);
        }
        throw new SerializationException("the bytes go on behind the " + name);
    }

    private DatumReader<T> reader(byte[] bytes) {
        long fingerprint = SingleObject.fingerprint(bytes)
                .orElseThrow(() -> new SerializationException("the bytes are no %s: %s"
                        .formatted(
                                name,
                                bytes.length > 0 && bytes[0] == 0
                                        ? "they begin as a schema registry's records do: a service of Twinstream reads them with schemas.registry.url, another program with Apicurio's deserializer"
                                        : "they don't begin as Avro's single-object encoding does")));
        DatumReader<T> reader = readers.get(fingerprint);
        if (reader == null) {
            // As it stands in the bytes, and in the index of released schemas.
            throw new SerializationException("no released schema of %s has the fingerprint %s"
                    .formatted(name, HexFormat.of().toHexDigits(Long.reverseBytes(fingerprint))));
        }
        return reader;
    }

    private static String firstLine(Exception e) {
        String message = e.getMessage();
        return message == null
                ? e.getClass().getSimpleName()
                : message.lines().findFirst().orElse("");
    }

    /**
     * Returns the content of a field of type {@code bytes}, which must not be changed. Nothing is copied of a field that
     * {@link #decode} has read.
     */
    public static byte[] content(ByteBuffer field) {
        if (field.hasArray() && field.arrayOffset() == 0 && field.remaining() == field.array().length) {
            return field.array();
        }
        byte[] copy = new byte[field.remaining()];
        field.duplicate().get(copy);
        return copy;
    }

    @Override
    public Serializer<T> serializer() {
        return (topic, record) -> record == null ? null : encode(record);
    }

    @Override
    public Deserializer<@Nullable T> deserializer() {
        return (topic, bytes) -> bytes == null ? null : decode(bytes);
    }
}
