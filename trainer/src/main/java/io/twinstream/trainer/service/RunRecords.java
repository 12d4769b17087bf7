package io.twinstream.trainer.service;

import io.twinstream.schemas.record.TrainingProgress;
import io.twinstream.schemas.record.TrainingRequest;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.topic.Topics;
import java.util.concurrent.ExecutionException;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes requests and progress. It is for many threads; one run's records lie on the topic in the order of the calls.
 */
final class RunRecords implements AutoCloseable {
    /** Both topics have this one partition, so the order of the runs' records is that of the topic. */
    static final int PARTITION = 0;

    private static final Logger log = LoggerFactory.getLogger(RunRecords.class);
    private static final long BOARD_SECONDS = 10;

    private final RecordSerde<TrainingRequest> requestSerde = RecordSerde.of(TrainingRequest.class);
    private final RecordSerde<TrainingProgress> progressSerde = RecordSerde.of(TrainingProgress.class);
    private final Producer<String, byte[]> producer;
    private final Topics topics;
    private final RunBoard board;

    /** @param producer the producer, which this object closes */
    RunRecords(Producer<String, byte[]> producer, Topics topics, RunBoard board) {
        this.producer = producer;
        this.topics = topics;
        this.board = board;
    }

    /**
     * Writes a request and waits until it is on the topic.
     *
     * @throws KafkaException if the broker doesn't acknowledge it
     */
    void request(TrainingRequest request) throws InterruptedException {
        acknowledged(topics.trainingRequests(), request.getRunId(), requestSerde, request);
    }

    /**
     * Writes a progress record and waits until it is on the topic and on the board.
     *
     * @throws KafkaException if the broker doesn't acknowledge it
     */
    void report(TrainingProgress progress) throws InterruptedException {
        long offset = acknowledged(topics.trainingProgress(), progress.getRunId(), progressSerde, progress)
                .offset();
        if (!board.awaitProgress(offset, BOARD_SECONDS)) {
            log.warn(
                    "progress of run {} is written, but wasn't read back within {} s: it shows once the brokers answer",
                    progress.getRunId(),
                    BOARD_SECONDS);
        }
    }

    /** Writes a progress record that nothing depends on. It waits for nobody, and what can't be written is lost. */
    void mention(TrainingProgress progress) {
        var unused = producer.send(
                new ProducerRecord<>(
                        topics.trainingProgress(), PARTITION, progress.getRunId(), progressSerde.encode(progress)),
                (metadata, failure) -> {
                    if (failure != null) {
                        log.warn(
                                "one report on run {} can't be written, later ones make up for it: {}",
                                progress.getRunId(),
                                failure.getMessage());
                    }
                });
    }

    @Override
    public void close() {
        producer.close();
    }

    private <T extends SpecificRecordBase> RecordMetadata acknowledged(
            String topic, String runId, RecordSerde<T> serde, T record) throws InterruptedException {
        try {
            return producer.send(new ProducerRecord<>(topic, PARTITION, runId, serde.encode(record)))
                    .get();
        } catch (ExecutionException e) {
            throw new KafkaException("the topic %s can't be written".formatted(topic), e.getCause());
        }
    }
}
