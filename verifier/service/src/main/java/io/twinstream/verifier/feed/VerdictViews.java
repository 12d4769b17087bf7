package io.twinstream.verifier.feed;

import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.serde.RecordSerde;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Verdict views are made from records of the verdicts topic. A record that is no verdict is passed over, and counted by
 * the windows.
 */
final class VerdictViews {
    private final RecordSerde<Verdict> serde = RecordSerde.of(Verdict.class);

    Optional<VerdictView> of(ConsumerRecord<String, byte[]> record) {
        if (record.value() == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(VerdictView.of(serde.decode(record.value())));
        } catch (SerializationException e) {
            return Optional.empty();
        }
    }
}
