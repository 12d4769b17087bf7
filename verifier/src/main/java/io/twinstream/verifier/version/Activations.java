package io.twinstream.verifier.version;

import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SerializationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The activations topic. A record that can't be read is passed over, with a warning in the log. */
public final class Activations {
    private static final Logger log = LoggerFactory.getLogger(Activations.class);

    private Activations() {}

    /**
     * All that stands on the topic by now.
     *
     * @throws KafkaException if the topic can't be read to its end
     */
    public static Timeline read(Settings settings) {
        List<Activated> read = new ArrayList<>();
        CommittedRecords.readAll(
                settings,
                CommonSettings.topics(settings).modelActivations(),
                each -> read(each).ifPresent(read::add));
        Timeline timeline = Timeline.EMPTY;
        for (Activated each : read) {
            timeline = timeline.with(each);
        }
        return timeline;
    }

    private static Optional<Activated> read(ConsumerRecord<String, byte[]> next) {
        try {
            return Optional.of(Activated.of(next));
        } catch (SerializationException e) {
            log.warn("the activation at offset {} is passed over: {}", next.offset(), e.getMessage());
            return Optional.empty();
        }
    }
}
