package io.twinstream.schemas.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.record.Reference;
import io.twinstream.schemas.registry.SchemaRegistry.RegistryAwayException;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.serde.SingleObject;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.RegistrySettings;
import io.twinstream.schemas.settings.Settings;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class RecordValuesTest {
    private static final String TOPIC = "twinstream.references";
    private static final String CHUNKS = "twinstream.model-chunks";
    private static final int ID = 7;

    private final RecordSerde<Reference> serde = RecordSerde.of(Reference.class);
    private final byte[] single =
            serde.encode(new Reference("alice", "1", Instant.EPOCH, ByteBuffer.wrap(new byte[] {1, 2}), null));
    private final byte[] framed = framed(single);
    private final RecordValues plain = values();
    /** Values with a registry that never answers, since nothing listens on port 1. */
    private final RecordValues away = values(RegistrySettings.URL, "http://127.0.0.1:1/apis/registry/v3");

    @Test
    void withoutARegistryARecordIsWrittenAsItIs() {
        Headers headers = new RecordHeaders();

        assertArrayEquals(single, plain.serializer().serialize(TOPIC, headers, single));
        assertEquals(0, headers.toArray().length);
    }

    @Test
    void aRegistryRecordWithItsSchemaInTheHeaderIsReadWithoutARegistry() {
        assertArrayEquals(single, plain.deserializer().deserialize(TOPIC, header(ID), framed));
        assertArrayEquals(single, away.deserializer().deserialize(TOPIC, header(ID), framed));
    }

    @Test
    void aSingleObjectIsReadWhetherOrNotThereIsARegistry() {
        assertArrayEquals(single, away.deserializer().deserialize(TOPIC, new RecordHeaders(), single));
        assertArrayEquals(single, plain.deserializer().deserialize(TOPIC, header(ID), single));
    }

    @Test
    void aHeaderOfAnotherValueIsNotBelieved() {
        assertArrayEquals(framed, plain.deserializer().deserialize(TOPIC, header(ID + 1), framed));
    }

    @Test
    void aHeaderOfAnyOtherBytesIsNotBelieved() {
        Headers headers = new RecordHeaders().add(RecordValues.HEADER, "reference".getBytes(UTF_8));

        assertArrayEquals(framed, plain.deserializer().deserialize(TOPIC, headers, framed));
        assertArrayEquals(
                framed,
                plain.deserializer().deserialize(TOPIC, new RecordHeaders().add(RecordValues.HEADER, null), framed));
    }

    @Test
    void aRegistryRecordOfOthersNamesTheSettingThatItNeeds() {
        byte[] bytes = plain.deserializer().deserialize(TOPIC, new RecordHeaders(), framed);

        Exception refused = assertThrows(SerializationException.class, () -> serde.decode(bytes));

        assertEquals(
                "the bytes are no Reference: they begin as a schema registry's records do: a service of Twinstream reads them with schemas.registry.url, another program with Apicurio's deserializer",
                refused.getMessage());
    }

    @Test
    void aRegistryThatIsAwayIsToldAndMayBeAskedAgain() {
        RegistryAwayException reading = assertThrows(
                RegistryAwayException.class, () -> away.deserializer().deserialize(TOPIC, new RecordHeaders(), framed));
        RegistryAwayException writing = assertThrows(
                RegistryAwayException.class, () -> away.serializer().serialize(TOPIC, new RecordHeaders(), single));

        String start = "the schema registry http://127.0.0.1:1/apis/registry/v3 doesn't answer: ";
        assertTrue(String.valueOf(reading.getMessage()).startsWith(start), reading.getMessage());
        assertTrue(String.valueOf(writing.getMessage()).startsWith(start), writing.getMessage());
        assertEquals(1, String.valueOf(writing.getMessage()).lines().count());
    }

    @Test
    void whatIsNoRecordOrOnNoTopicOfRecordsPassesAsItIs() {
        byte[] chunk = {0, 1, 2, 3, 4, 5};

        assertArrayEquals(chunk, away.deserializer().deserialize(CHUNKS, new RecordHeaders(), chunk));
        assertArrayEquals(single, away.serializer().serialize(CHUNKS, new RecordHeaders(), single));
        assertArrayEquals(single, away.serializer().serialize("g-windows-changelog", new RecordHeaders(), single));
        assertArrayEquals(chunk, away.serializer().serialize(TOPIC, new RecordHeaders(), chunk));
        assertArrayEquals(new byte[4], away.deserializer().deserialize(TOPIC, new RecordHeaders(), new byte[4]));
        assertNull(away.serializer().serialize(TOPIC, new RecordHeaders(), null));
        assertNull(away.deserializer().deserialize(TOPIC, new RecordHeaders(), (byte[]) null));
    }

    private static byte[] framed(byte[] single) {
        int body = single.length - SingleObject.HEADER_BYTES;
        return ByteBuffer.allocate(5 + body)
                .put((byte) 0)
                .putInt(ID)
                .put(single, SingleObject.HEADER_BYTES, body)
                .array();
    }

    private Headers header(int id) {
        long fingerprint = SingleObject.fingerprint(single).orElseThrow();
        return new RecordHeaders()
                .add(
                        RecordValues.HEADER,
                        ByteBuffer.allocate(12).putInt(id).putLong(fingerprint).array());
    }

    private static RecordValues values(String... keyValue) {
        Map<String, String> values = keyValue.length == 0 ? Map.of() : Map.of(keyValue[0], keyValue[1]);
        CommonSettings common = Settings.read(CommonSettings.define(new ConfigDef()), CommonSettings::of, values);
        return RecordValues.of(common.topics(), common.registry());
    }
}
