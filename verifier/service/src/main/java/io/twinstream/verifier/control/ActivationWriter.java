package io.twinstream.verifier.control;

import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.record.ModelActivation;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.verifier.version.Activated;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/** Appends activations to their topic, each once, acknowledged by every replica in sync. */
final class ActivationWriter {
    private static final int ACKNOWLEDGED_WITHIN_MS = 30_000;
    private static final int REQUEST_MS = 10_000;

    private final Settings settings;
    private final String topic;
    private final RecordSerde<ModelActivation> serde = RecordSerde.of(ModelActivation.class);

    ActivationWriter(Settings settings) {
        this.settings = settings;
        this.topic = CommonSettings.topics(settings).modelActivations();
    }

    /**
     * Writes one and returns it with the offset and the append time that the broker gave it.
     *
     * @throws KafkaException if it isn't acknowledged within 30 s; it may stand on the topic nonetheless
     */
    Activated write(ModelActivation activation) {
        String key = activation.getSlot().name();
        byte[] value = serde.encode(activation);
        try (KafkaProducer<String, byte[]> producer = producer()) {
            RecordMetadata written =
                    producer.send(new ProducerRecord<>(topic, 0, key, value)).get();
            return Activated.of(new ConsumerRecord<>(
                    topic,
                    written.partition(),
                    written.offset(),
                    written.timestamp(),
                    TimestampType.LOG_APPEND_TIME,
                    ConsumerRecord.NULL_SIZE,
                    value.length,
                    key,
                    value,
                    new RecordHeaders(),
                    Optional.empty()));
        } catch (ExecutionException e) {
            throw new KafkaException(
                    "the activation was not acknowledged, 'models list' says whether it stands", e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    private KafkaProducer<String, byte[]> producer() {
        return KafkaClients.of(settings)
                .producer(
                        "twinstream-activations",
                        Map.of(
                                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                                ACKNOWLEDGED_WITHIN_MS,
                                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                                ACKNOWLEDGED_WITHIN_MS,
                                ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                                REQUEST_MS,
                                ProducerConfig.LINGER_MS_CONFIG,
                                0));
    }
}
