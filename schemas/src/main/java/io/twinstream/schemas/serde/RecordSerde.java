package io.twinstream.schemas.serde;

import io.twinstream.schemas.record.Probe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.message.MissingSchemaException;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.avro.util.ClassSecurityValidator;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Records in Avro's single-object encoding: marker {@code C3 01}, the writer schema's 8-byte fingerprint, the body.
 * Reads what any released schema wrote. Safe for many threads.
 *
 * @see <a href="https://avro.apache.org/docs/1.12.0/specification/#single-object-encoding">Avro specification</a>
 */
public final class RecordSerde<T extends SpecificRecordBase> implements Serde<T> {
    static {
        // Avro 1.12.2 instantiates no class that it isn't told to trust, generated records included.
        ClassSecurityValidator.setGlobal(ClassSecurityValidator.composite(
                ClassSecurityValidator.getGlobal(),
                type -> type.getPackageName().equals(Probe.class.getPackageName())));
    }

    private final BinaryMessageEncoder<T> encoder;
    private final BinaryMessageDecoder<T> decoder;
    private final String name;

    private RecordSerde(Class<T> type) {
        SpecificData model = SpecificData.getForClass(type);
        var schema = model.getSchema(type);
        name = type.getSimpleName();
        encoder = new BinaryMessageEncoder<>(model, schema);
        decoder = new BinaryMessageDecoder<>(model, schema, ReleasedSchemas.store());
    }

    public static <T extends SpecificRecordBase> RecordSerde<T> of(Class<T> type) {
        return new RecordSerde<>(type);
    }

    /** The record's bytes as they stand on the topic. */
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
     * @throws SerializationException if the bytes are no such record; the message is one line that says why
     */
    public T decode(byte[] bytes) {
        try {
            return decoder.decode(bytes);
        } catch (MissingSchemaException e) {
            throw new SerializationException("no released schema has the fingerprint of this " + name, e);
        } catch (IOException
                | AvroRuntimeException
                | IndexOutOfBoundsException
                | ClassCastException
                | NegativeArraySizeException e) {
            throw new SerializationException("the bytes are no " + name + ": " + e.getMessage(), e);
        }
    }

    /** What a field of type {@code bytes} holds; not to be changed. Copies nothing that {@link #decode} has read. */
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
