package io.twinstream.trainer.service;

import io.twinstream.schemas.kafka.PassedOver;
import io.twinstream.schemas.record.TrainingProgress;
import io.twinstream.schemas.record.TrainingRequest;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.threads.ServiceThreads;
import io.twinstream.schemas.topic.TopicEnds;
import io.twinstream.schemas.topic.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a {@link RunBoard} equal to the two topics: reads both from the beginning on a thread of its own, then follows.
 * Tries for ever while the brokers are away; a record that is none is passed over and logged.
 */
final class RunFollower implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RunFollower.class);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration STOP = Duration.ofSeconds(10);

    private final RecordSerde<TrainingRequest> requestSerde = RecordSerde.of(TrainingRequest.class);
    private final RecordSerde<TrainingProgress> progressSerde = RecordSerde.of(TrainingProgress.class);
    private final Consumer<String, byte[]> consumer;
    private final TopicEnds topicEnds;
    private final TopicPartition requests;
    private final TopicPartition progress;
    private final RunBoard board;
    private final Thread thread;
    private volatile boolean caughtUp;
    private volatile boolean stopped;

    /**
     * Starts nothing yet.
     *
     * @param consumer handed over, as the ends are: used and closed by this object's thread
     */
    RunFollower(
            ServiceThreads threads, Consumer<String, byte[]> consumer, TopicEnds ends, Topics topics, RunBoard board) {
        this.thread = threads.thread("training-runs", this::follow);
        this.consumer = consumer;
        this.topicEnds = ends;
        this.requests = new TopicPartition(topics.trainingRequests(), RunRecords.PARTITION);
        this.progress = new TopicPartition(topics.trainingProgress(), RunRecords.PARTITION);
        this.board = board;
    }

    void start() {
        thread.start();
    }

    boolean alive() {
        return thread.isAlive();
    }

    /** True once all that stood on the topics at the start is on the board. */
    boolean caughtUp() {
        return caughtUp;
    }

    @Override
    public void close() {
        stopped = true;
        if (thread.getState() == Thread.State.NEW) {
            consumer.close();
            topicEnds.close();
            return;
        }
        consumer.wakeup();
        topicEnds.wakeup();
        try {
            thread.join(STOP.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void follow() {
        consumer.assign(List.of(requests, progress));
        consumer.seekToBeginning(List.of(requests, progress));
        Map<TopicPartition, Long> ends = null;
        while (!stopped) {
            try {
                ends = ends == null ? topicEnds.of(List.of(requests, progress)) : ends;
                apply(consumer.poll(POLL));
                board.progressRead(consumer.position(progress));
                caughtUp = caughtUp
                        || ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
            } catch (WakeupException e) {
                log.debug("woken to stop");
            } catch (KafkaException e) {
                log.warn("the training topics can't be read, trying again: {}", e.getMessage());
            }
        }
        consumer.close();
        topicEnds.close();
    }

    private void apply(ConsumerRecords<String, byte[]> records) {
        for (ConsumerRecord<String, byte[]> each : records.records(requests)) {
            TrainingRequest request = read(requestSerde, each);
            if (request != null) {
                board.apply(request);
            }
        }
        for (ConsumerRecord<String, byte[]> each : records.records(progress)) {
            TrainingProgress report = read(progressSerde, each);
            if (report != null) {
                board.apply(report);
            }
        }
    }

    private static <T extends SpecificRecordBase> @Nullable T read(
            RecordSerde<T> serde, ConsumerRecord<String, byte[]> each) {
        try {
            return each.value() == null ? null : serde.decode(each.value());
        } catch (SerializationException e) {
            PassedOver.RECORDS.tell(log, each, "a request or a report", e.getMessage());
            return null;
        }
    }
}
