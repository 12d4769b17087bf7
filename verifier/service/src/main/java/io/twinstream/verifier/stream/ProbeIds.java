package io.twinstream.verifier.stream;

import io.twinstream.schemas.record.Probe;
import io.twinstream.schemas.serde.ReleasedSchemas;
import io.twinstream.schemas.serde.SingleObject;
import io.twinstream.schemas.topic.Ids;
import io.twinstream.schemas.topic.Topics;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.jspecify.annotations.Nullable;

/**
 * Holds a probe's id and its source's id, as they stand in the probe's record. Each is there by itself, where its bytes can be
 * read and have the length of an id. They are read from the head of the record, so that even a record with a broken picture or a
 * missing end is named; no picture is copied for it.
 *
 * @param probeId the probe's id, of 1 to {@value Topics#MAX_ID_LENGTH} characters once it is composed; null where it can't be read
 * @param sourceId the source's id in the same way; who waits for the probe is told its end without one, too
 */
public record ProbeIds(@Nullable String probeId, @Nullable String sourceId) {
    /** Are the ids of a record that names none. */
    public static final ProbeIds NONE = new ProbeIds(null, null);

    private static final Schema READ = SchemaBuilder.record(Probe.class.getSimpleName())
            .namespace(Probe.class.getPackageName())
            .fields()
            .requiredString("probeId")
            .requiredString("sourceId")
            .endRecord();

    private static final Map<Long, GenericDatumReader<GenericRecord>> READERS =
            ReleasedSchemas.of(READ.getFullName()).entrySet().stream()
                    .collect(Collectors.toUnmodifiableMap(
                            Map.Entry::getKey, each -> new GenericDatumReader<>(each.getValue(), READ)));

    private static final char BROKEN = '\ufffd';

    /** Reads the ids in the bytes of a record, whatever follows them. */
    public static ProbeIds of(byte @Nullable [] value) {
        GenericDatumReader<GenericRecord> reader = value == null
                ? null
                : SingleObject.fingerprint(value).stream()
                        .mapToObj(READERS::get)
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(null);
        if (value == null || reader == null) {
            return NONE;
        }
        GenericRecord head = new GenericData.Record(READ);
        try {
            reader.read(
                    head,
                    DecoderFactory.get()
                            .binaryDecoder(
                                    value, SingleObject.HEADER_BYTES, value.length - SingleObject.HEADER_BYTES, null));
        } catch (IOException | RuntimeException e) {
            // The fields that were read before the failure stay in the head.
        }
        return new ProbeIds(id(head.get("probeId")), id(head.get("sourceId")));
    }

    private static @Nullable String id(@Nullable Object field) {
        String text = field == null ? "" : field.toString();
        return Ids.isOfLength(Ids.normal(text)) && text.indexOf(BROKEN) < 0 ? text : null;
    }
}
