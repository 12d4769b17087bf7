package io.twinstream.verifier.stream;

import io.twinstream.schemas.serde.ProbeIds;
import io.twinstream.schemas.topic.DeadLetterNote;
import io.twinstream.verifier.lookahead.RejectedProbe;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;

/** A record that can't be judged, as it goes to the dead letters: key, value and headers as they came, and whose it is and why. */
public final class DeadLetter {
    private DeadLetter() {}

    /**
     * Makes it.
     *
     * @param ids of the probe, where they could be read
     */
    public static Record<byte[], byte[]> of(
            Record<byte[], byte[]> original,
            TopicPartition partition,
            long offset,
            RejectedProbe rejected,
            Optional<ProbeIds> ids) {
        Headers headers = new RecordHeaders(original.headers());
        new DeadLetterNote(
                        rejected.reason(),
                        rejected.message(),
                        ids.map(ProbeIds::probeId).orElse(null),
                        ids.map(ProbeIds::sourceId).orElse(null),
                        partition.topic(),
                        partition.partition(),
                        offset)
                .writeTo(headers);
        return original.withHeaders(headers);
    }
}
