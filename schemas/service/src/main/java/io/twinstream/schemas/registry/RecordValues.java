package io.twinstream.schemas.registry;

import io.twinstream.schemas.serde.ReleasedSchemas;
import io.twinstream.schemas.serde.SingleObject;
import io.twinstream.schemas.settings.RegistrySettings;
import io.twinstream.schemas.topic.TopicDeclaration;
import io.twinstream.schemas.topic.Topics;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Converts values of topics. Within a process they are single objects; on the topic they have the form that the settings name.
 * With a registry that is the Confluent wire format: a zero, the registry's 4-byte id of the schema, the body. Both forms are
 * read, whatever the settings, and a header names the schema of values that were written here. Values on other topics, and
 * those that are no records, pass unchanged. Safe for many threads.
 */
public final class RecordValues implements Serde<byte[]> {
    /**
     * Names the header with the schema's id as it stands in the value and the schema's fingerprint: 4 and 8 bytes, big-endian.
     */
    static final String HEADER = "twinstream.schema";

    private static final int PREFIX_BYTES = 5;

    private final Set<String> topics;
    private final @Nullable SchemaRegistry registry;

    RecordValues(Topics topics, @Nullable SchemaRegistry registry) {
        this.topics = topics.all().stream()
                .map(TopicDeclaration::name)
                .filter(name ->
                        !Set.of(topics.modelChunks(), topics.deadLetters()).contains(name))
                .collect(Collectors.toUnmodifiableSet());
        this.registry = registry;
    }

    /** Makes the conversion that these settings name; connects to no registry yet. */
    public static RecordValues of(Topics topics, RegistrySettings settings) {
        return new RecordValues(
                topics,
                settings.url().map(url -> SchemaRegistry.of(url, settings)).orElse(null));
    }

    /** Makes a serde of records out of one for values and one from bytes to records. */
    public static <T> Serde<T> serde(Serde<byte[]> values, Serde<T> records) {
        return Serdes.serdeFrom(
                new Serializer<>() {
                    @Override
                    public byte @Nullable [] serialize(String topic, @Nullable T record) {
                        throw new UnsupportedOperationException("the schema goes into a header");
                    }

                    @Override
                    public byte @Nullable [] serialize(String topic, Headers headers, @Nullable T record) {
                        return values.serializer()
                                .serialize(topic, headers, records.serializer().serialize(topic, record));
                    }
                },
                records.deserializer());
    }

    /**
     * Returns the serializer of single objects.
     *
     * <p>The registry is asked once about each topic and schema. The serializer throws a {@link RetriableException} if the
     * registry doesn't answer, and an {@link ApiException} of another kind if it refuses the schema.
     */
    @Override
    public Serializer<byte[]> serializer() {
        return new Serializer<>() {
            @Override
            public byte[] serialize(String topic, byte[] bytes) {
                throw new UnsupportedOperationException("the schema goes into a header");
            }

            @Override
            public byte @Nullable [] serialize(String topic, Headers headers, byte @Nullable [] bytes) {
                return bytes == null || registry == null || !topics.contains(topic)
                        ? bytes
                        : framed(registry, topic, headers, bytes);
            }
        };
    }

    /**
     * Returns the deserializer to single objects. It throws a {@link RetriableException} if it needs the registry, as for
     * values that others have written, and the registry doesn't answer.
     */
    @Override
    public Deserializer<byte[]> deserializer() {
        return new Deserializer<>() {
            @Override
            public byte[] deserialize(String topic, byte[] bytes) {
                throw new UnsupportedOperationException("the schema is in a header");
            }

            @Override
            public byte @Nullable [] deserialize(String topic, Headers headers, byte @Nullable [] bytes) {
                return bytes == null || bytes.length < PREFIX_BYTES || bytes[0] != 0 || !topics.contains(topic)
                        ? bytes
                        : unframed(headers, bytes);
            }
        };
    }

    private static byte[] framed(SchemaRegistry registry, String topic, Headers headers, byte[] bytes) {
        OptionalLong fingerprint = SingleObject.fingerprint(bytes);
        Schema schema = fingerprint.isEmpty()
                ? null
                : ReleasedSchemas.byFingerprint(fingerprint.getAsLong()).orElse(null);
        if (schema == null) {
            return bytes;
        }
        int id = registry.id(topic, schema);
        headers.remove(HEADER);
        headers.add(
                HEADER,
                ByteBuffer.allocate(Integer.BYTES + Long.BYTES)
                        .putInt(id)
                        .putLong(fingerprint.getAsLong())
                        .array());
        int body = bytes.length - SingleObject.HEADER_BYTES;
        return ByteBuffer.allocate(PREFIX_BYTES + body)
                .put((byte) 0)
                .putInt(id)
                .put(bytes, SingleObject.HEADER_BYTES, body)
                .array();
    }

    private byte[] unframed(Headers headers, byte[] bytes) {
        int id = ByteBuffer.wrap(bytes).getInt(1);
        OptionalLong fingerprint = named(headers.lastHeader(HEADER), id);
        if (fingerprint.isEmpty() && registry != null) {
            fingerprint = registry.fingerprint(id);
        }
        return fingerprint.isEmpty() ? bytes : SingleObject.of(fingerprint.getAsLong(), bytes, PREFIX_BYTES);
    }

    /**
     * Returns the fingerprint in a header. A header that names another id belongs to another value and was copied, so it
     * doesn't count.
     */
    private static OptionalLong named(@Nullable Header header, int id) {
        if (header == null || header.value() == null || header.value().length != Integer.BYTES + Long.BYTES) {
            return OptionalLong.empty();
        }
        ByteBuffer value = ByteBuffer.wrap(header.value());
        return value.getInt() == id ? OptionalLong.of(value.getLong()) : OptionalLong.empty();
    }
}
