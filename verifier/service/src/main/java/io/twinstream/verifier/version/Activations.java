package io.twinstream.verifier.version;

import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.kafka.PassedOver;
import io.twinstream.schemas.kafka.TopicReader;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The activations topic. What is no activation there is passed over, see {@link PassedOver}. */
public final class Activations {
    private static final Logger log = LoggerFactory.getLogger(Activations.class);

    private Timeline timeline = Timeline.EMPTY;

    private Activations() {}

    /**
     * All that was committed when this was called.
     *
     * @throws org.apache.kafka.common.KafkaException if the topic can't be read to its end
     */
    public static Timeline read(Settings settings) {
        Activations read = new Activations();
        try (TopicReader<String> reader = TopicReader.of(
                KafkaClients.of(settings),
                "twinstream-models",
                CommonSettings.topics(settings).modelActivations())) {
            reader.read(reader.all(), read::add);
        }
        return read.timeline;
    }

    private void add(ConsumerRecord<String, byte[]> record) {
        try {
            timeline = timeline.with(Activated.of(record));
        } catch (SerializationException e) {
            PassedOver.RECORDS.tell(log, record, "an activation", e.getMessage());
        }
    }
}
