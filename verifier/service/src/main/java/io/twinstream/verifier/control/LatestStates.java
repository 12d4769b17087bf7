package io.twinstream.verifier.control;

import io.twinstream.schemas.kafka.PassedOver;
import io.twinstream.schemas.record.ModelState;
import io.twinstream.schemas.serde.RecordSerde;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The latest report of each verifier on each version, as they are read from the topic. For one thread. */
final class LatestStates {
    private static final Logger log = LoggerFactory.getLogger(LatestStates.class);

    private final RecordSerde<ModelState> serde = RecordSerde.of(ModelState.class);
    private final Map<String, InstanceState> byKey = new TreeMap<>();
    private Instant newest = Instant.MIN;

    /** Takes the topic's next record; passes over one that is none, see {@link PassedOver}. */
    void accept(ConsumerRecord<String, byte[]> next) {
        Instant appended = Instant.ofEpochMilli(next.timestamp());
        newest = appended.isAfter(newest) ? appended : newest;
        if (next.value() == null) {
            byKey.remove(next.key());
            return;
        }
        try {
            byKey.put(next.key(), InstanceState.of(serde.decode(next.value()), appended));
        } catch (SerializationException | IllegalArgumentException e) {
            PassedOver.RECORDS.tell(log, next, "a version's state", e.getMessage());
        }
    }

    /** Those that are no older than {@link ModelStates#SILENCE} by the local clock, or by the topic's where that is ahead. */
    ModelStates live(Instant clock) {
        Instant now = clock.isAfter(newest) ? clock : newest;
        return new ModelStates(byKey.values().stream()
                .filter(each -> each.reportedAt().plus(ModelStates.SILENCE).isAfter(now))
                .toList());
    }
}
