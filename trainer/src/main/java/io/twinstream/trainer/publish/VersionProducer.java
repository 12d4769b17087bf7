package io.twinstream.trainer.publish;

import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.trainer.settings.TrainerSettings;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the records of one model version, in transactions. Opening it fences whoever else writes that version and
 * aborts what they left open, so what is read of the version after that stays so until this one writes.
 *
 *
 * <p>Maintainers: the transactional id is the version's.
 */
final class VersionProducer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(VersionProducer.class);

    /** The producer takes this much memory, whatever is written. */
    private static final int BUFFER_BYTES = 16 << 20;

    /**
     * A transaction ends after this time, within the brokers' default bound of 15 min; a writer that died holds back
     * readers of the chunks for so long.
     */
    private static final int TRANSACTION_TIMEOUT_MS = 300_000;

    /** Releases and chunks have this one partition each, so chunks lie in the order of their offsets. */
    static final int PARTITION = 0;

    private final KafkaProducer<String, byte[]> producer;
    private final ModelId id;

    private VersionProducer(KafkaProducer<String, byte[]> producer, ModelId id) {
        this.producer = producer;
        this.id = id;
    }

    static VersionProducer open(KafkaClients clients, Topics topics, ModelId id) {
        String transactionalId = TrainerSettings.publishing(topics) + id;
        KafkaProducer<String, byte[]> producer = clients.producer(
                transactionalId,
                Map.of(
                        ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                        transactionalId,
                        ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                        TRANSACTION_TIMEOUT_MS,
                        ProducerConfig.BUFFER_MEMORY_CONFIG,
                        BUFFER_BYTES,
                        ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                        Topics.MAX_RELEASE_BYTES,
                        // A package is a zip file.
                        ProducerConfig.COMPRESSION_TYPE_CONFIG,
                        "none"));
        try {
            producer.initTransactions();
            return new VersionProducer(producer, id);
        } catch (RuntimeException e) {
            producer.close();
            throw e;
        }
    }

    /** A transaction's body writes what the transaction shows together. */
    @FunctionalInterface
    interface TransactionBody {
        void write() throws IOException;
    }

    /** Makes all that the body sends visible when it ends, or none of it where it fails. */
    void transaction(TransactionBody body) throws IOException {
        producer.beginTransaction();
        boolean committed = false;
        try {
            body.write();
            producer.commitTransaction();
            committed = true;
        } finally {
            if (!committed) {
                abort();
            }
        }
    }

    Future<RecordMetadata> send(ProducerRecord<String, byte[]> record) {
        return producer.send(record);
    }

    /** Sends a tombstone; where it is refused, the transaction fails. */
    void bury(String topic, String key) {
        Future<RecordMetadata> unused = producer.send(new ProducerRecord<>(topic, PARTITION, key, null));
    }

    /** Waits until the brokers have acknowledged or refused all that was sent. */
    void flush() {
        producer.flush();
    }

    /**
     * Aborts the transaction, also where the writer was interrupted: left open, it would hold back every reader until
     * it times out.
     */
    private void abort() {
        boolean interrupted = Thread.interrupted();
        try {
            producer.abortTransaction();
        } catch (KafkaException e) {
            // What went wrong before is what the caller is told. The broker aborts it in the end.
            log.debug("{} could not be aborted: {}", id, e.getMessage());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        producer.close();
    }
}
