package io.twinstream.deploy.acceptance.models;

import io.twinstream.deploy.testkit.Wired;
import io.twinstream.schemas.kafka.TopicReader;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.ModelState;
import io.twinstream.schemas.record.VersionState;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.settings.Settings;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Records when the one verifier there is came to each state of a version, as it reported, which it does within 200 ms. */
final class StateTimes {
    private final RecordSerde<ModelState> serde = RecordSerde.of(ModelState.class);
    private final Map<VersionState, Instant> first = new EnumMap<>(VersionState.class);
    private final ModelId id;

    private StateTimes(ModelId id) {
        this.id = id;
    }

    static StateTimes read(Settings settings, ModelId id) {
        StateTimes times = new StateTimes(id);
        String topic = Wired.topics(settings).modelStates();
        try (TopicReader<String> reader = TopicReader.of(Wired.clients(settings), "state-times", topic)) {
            reader.read(reader.all(), times::add);
        }
        return times;
    }

    boolean isReady() {
        return first.containsKey(VersionState.READY);
    }

    /** Returns the seconds from a state to the next that was reported after it; 0 where it was too short to be reported. */
    double secondsIn(VersionState state) {
        Instant from = first.get(state);
        return from == null
                ? 0
                : first.values().stream()
                        .filter(time -> time.isAfter(from))
                        .min(Instant::compareTo)
                        .map(to -> seconds(from, to))
                        .orElse(0.0);
    }

    /** Returns the seconds from another moment of the same clock until the version was ready. */
    double secondsUntilReady(Instant from) {
        return seconds(from, first.get(VersionState.READY));
    }

    private static double seconds(Instant from, Instant to) {
        return Duration.between(from, to).toMillis() / 1e3;
    }

    private void add(ConsumerRecord<String, byte[]> record) {
        if (record.value() != null) {
            ModelState state = serde.decode(record.value());
            if (state.getModelName().equals(id.name())
                    && state.getModelVersion().equals(id.version())) {
                first.putIfAbsent(state.getState(), state.getTime());
            }
        }
    }
}
