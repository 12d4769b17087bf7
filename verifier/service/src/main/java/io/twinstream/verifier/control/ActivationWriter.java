package io.twinstream.verifier.control;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.record.ModelActivation;
import io.twinstream.schemas.release.Activated;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.topic.Topics;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/**
 * An activation writer appends activations to their topic, each once, acknowledged by every replica in sync. It opens
 * its producer at the first order, and another after a failure. Safe for many threads.
 */
public final class ActivationWriter implements AutoCloseable {
    private static final int ACKNOWLEDGED_WITHIN_MS = 30_000;
    private static final int REQUEST_MS = 10_000;
    private static final Duration STOP = Duration.ofSeconds(2);

    private final KafkaClients clients;
    private final String topic;
    private final RecordSerde<ModelActivation> serde = RecordSerde.of(ModelActivation.class);

    @GuardedBy("this")
    private @Nullable Producer<String, byte[]> kept;

    /** Creates a writer that connects to nothing before the first order. */
    public ActivationWriter(KafkaClients clients, Topics topics) {
        this.clients = clients;
        this.topic = topics.modelActivations();
    }

    /**
     * Writes an activation and returns it with the offset and the append time that the broker gave it.
     *
     * @throws KafkaException if it isn't acknowledged within 30 s; it may be on the topic nonetheless
     */
    Activated write(ModelActivation activation) {
        String key = activation.getSlot().name();
        byte[] value = serde.encode(activation);
        Producer<String, byte[]> producer = producer();
        boolean acknowledged = false;
        try {
            RecordMetadata written =
                    producer.send(new ProducerRecord<>(topic, 0, key, value)).get();
            acknowledged = true;
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
                    "the brokers did not acknowledge the activation in time: see 'models list' for whether it was written",
                    e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        } finally {
            if (!acknowledged) {
                giveUp(producer);
            }
        }
    }

    private synchronized Producer<String, byte[]> producer() {
        Producer<String, byte[]> producer = kept;
        if (producer == null) {
            producer = clients.producer(
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
            kept = producer;
        }
        return producer;
    }

    /** Closes a producer that failed, since after some failures it takes no record any more. */
    private void giveUp(Producer<String, byte[]> failed) {
        synchronized (this) {
            if (kept == failed) {
                kept = null;
            }
        }
        failed.close(Duration.ZERO);
    }

    @Override
    public void close() {
        Producer<String, byte[]> producer;
        synchronized (this) {
            producer = kept;
            kept = null;
        }
        if (producer != null) {
            producer.close(STOP);
        }
    }
}
