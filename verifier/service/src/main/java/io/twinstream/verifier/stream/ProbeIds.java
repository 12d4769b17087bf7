package io.twinstream.verifier.stream;

import io.twinstream.schemas.record.Probe;
import io.twinstream.schemas.serde.ReleasedSchemas;
import io.twinstream.schemas.serde.SingleObject;
import io.twinstream.schemas.topic.Ids;
import io.twinstream.schemas.topic.Topics;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.jspecify.annotations.Nullable;

/**
 * Holds a probe's id and its source's id, each of 1 to {@value Topics#MAX_ID_LENGTH} characters. They are read from the head
 * of a probe's record, so that even a record with a broken picture or a missing end is named; no picture is copied for it.
 */
public record ProbeIds(String probeId, String sourceId) {
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

    /**
     * Reads the ids in the bytes of a record, whatever follows them. Returns empty where there are none, or none that could be
     * ids.
     */
    public static Optional<ProbeIds> of(byte @Nullable [] value) {
        GenericDatumReader<GenericRecord> reader = value == null
                ? null
                : SingleObject.fingerprint(value).stream()
                        .mapToObj(READERS::get)
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(null);
        if (value == null || reader == null) {
            return Optional.empty();
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
        return of(head.get("probeId"), head.get("sourceId"));
    }

    private static Optional<ProbeIds> of(@Nullable Object probeId, @Nullable Object sourceId) {
        return isId(probeId) && isId(sourceId)
                ? Optional.of(new ProbeIds(String.valueOf(probeId), String.valueOf(sourceId)))
                : Optional.empty();
    }

    private static boolean isId(@Nullable Object field) {
        String text = field == null ? "" : field.toString();
        return Ids.isOfLength(text) && text.indexOf(BROKEN) < 0;
    }
}
