package io.twinstream.deploy.testkit;

import io.twinstream.schemas.settings.Settings;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** This is a foreign program that writes in a transaction, and leaves it open for as long as it likes. */
public final class OpenTransactor implements AutoCloseable {
    private final KafkaProducer<String, byte[]> producer;

    /**
     * Begins a transaction.
     *
     * @param timeout time after which the broker aborts it
     */
    public OpenTransactor(Settings settings, String transactionalId, Duration timeout) {
        Map<String, Object> config = settings.kafka();
        config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
        config.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, (int) timeout.toMillis());
        producer = new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer());
        producer.initTransactions();
        producer.beginTransaction();
    }

    /** Writes a record, where null is a tombstone, and returns when every replica in sync has it. */
    public OpenTransactor write(String topic, int partition, String key, byte[] value) throws Exception {
        producer.send(new ProducerRecord<>(topic, partition, key, value)).get();
        return this;
    }

    public void commit() {
        producer.commitTransaction();
    }

    /** Goes without a word, as a process does that is killed. */
    @Override
    public void close() {
        producer.close(Duration.ZERO);
    }
}
