package io.twinstream.verifier.version;

import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.threads.ServiceThreads;
import io.twinstream.schemas.topic.TopicEnds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads topics from the beginning on a thread of its own, then follows them, partitions that are added later too.
 *
 * <p>Maintainers: a plain assigned consumer, not a global store, which would block the start of Streams and take it
 * down on any error. Ends are high watermarks: while a transaction is open the follower hasn't caught up. A failure of Kafka's is
 * retried for ever and logged when it is another than before; one of ours, or an {@link Error}, ends the thread and shows in
 * {@link #failure}.
 */
public final class TopicFollower implements AutoCloseable {
    /** Takes what was read, in order, on the follower's thread. */
    public interface Handler {
        void apply(ConsumerRecords<String, byte[]> records);

        /** When, by {@link System#nanoTime}, it last got on within {@link #apply}; for any thread. */
        default OptionalLong movedNanos() {
            return OptionalLong.empty();
        }

        /** All that stood on the topics at the start has been applied; once, on the follower's thread. */
        default void caughtUp() {}
    }

    private static final Logger log = LoggerFactory.getLogger(TopicFollower.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration STOP = Duration.ofSeconds(10);

    private final Consumer<String, byte[]> consumer;
    private final TopicEnds topicEnds;
    private final List<String> topics;
    private final Duration poll;
    private final Handler handler;
    private final Thread thread;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile boolean caughtUp;
    private volatile long completeAsOf;
    private volatile long movedNanos = System.nanoTime();
    private volatile long applyingSinceNanos;
    private volatile boolean applying;
    private volatile String failure = "";
    private volatile String trouble = "";

    /**
     * Starts nothing yet.
     *
     * @param consumer handed over, as the ends are: used and closed by this object's thread
     * @param poll between two looks for the topics' ends
     */
    TopicFollower(
            String name,
            ServiceThreads threads,
            Consumer<String, byte[]> consumer,
            TopicEnds ends,
            List<String> topics,
            Duration poll,
            Handler handler) {
        this.consumer = consumer;
        this.topicEnds = ends;
        this.topics = List.copyOf(topics);
        this.poll = poll;
        this.handler = handler;
        this.thread = threads.thread(name, this::follow);
    }

    /** One that reads what is committed, with the settings' own consumer; starts nothing yet. */
    public static TopicFollower of(
            String name,
            ServiceThreads threads,
            Settings settings,
            List<String> topics,
            Duration poll,
            Handler handler) {
        return new TopicFollower(
                name,
                threads,
                CommittedRecords.consumer(settings, poll),
                TopicEnds.of(settings.kafka()),
                topics,
                poll,
                handler);
    }

    public void start() {
        movedNanos = System.nanoTime();
        thread.start();
    }

    /** What it is called in logs: {@code gallery acme/7}. */
    public String name() {
        return thread.getName();
    }

    /** True once all that stood on the topics at the start has been applied. */
    public boolean caughtUp() {
        return caughtUp;
    }

    /** Once it has caught up: all that stood on the topics at this value of {@link System#nanoTime} has been applied. */
    public long completeAsOf() {
        return completeAsOf;
    }

    /**
     * How long the follower has neither applied a record nor stood at the topics' ends, whatever the reason. Zero where it isn't
     * started.
     */
    public Duration stoodFor() {
        return thread.getState() == Thread.State.NEW
                ? Duration.ZERO
                : since(Math.max(movedNanos - System.nanoTime(), handledNanos() - System.nanoTime()));
    }

    /** How long the handler has been at one thing, which only a restart ends if it never does. */
    public Duration handlingFor() {
        return applying ? since(handledNanos() - System.nanoTime()) : Duration.ZERO;
    }

    /** Why the follower has ended, or an empty text. */
    public String failure() {
        return failure;
    }

    /** Why the topics can't be read now, or an empty text. */
    public String trouble() {
        return trouble;
    }

    @Override
    public void close() {
        stopped.countDown();
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
        try (consumer;
                topicEnds) {
            retrying(this::assign);
            long asOf = System.nanoTime();
            Map<TopicPartition, Long> ends = retrying(this::ends);
            while (ends != null && stopped.getCount() > 0) {
                retrying(this::assign);
                ConsumerRecords<String, byte[]> records = retrying(() -> consumer.poll(poll));
                if (records != null && !records.isEmpty()) {
                    applyingSinceNanos = System.nanoTime();
                    applying = true;
                    handler.apply(records);
                    applying = false;
                    movedNanos = System.nanoTime();
                }
                Map<TopicPartition, Long> wanted = ends;
                if (Boolean.TRUE.equals(retrying(() -> reached(wanted)))) {
                    completeAsOf = asOf;
                    movedNanos = System.nanoTime();
                    if (!caughtUp) {
                        caughtUp = true;
                        handler.caughtUp();
                    }
                    asOf = System.nanoTime();
                    ends = retrying(this::ends);
                }
            }
        } catch (RuntimeException e) {
            failure = "the topics %s can't be followed: %s".formatted(topics, e.getMessage());
            log.error(failure, e);
        } catch (Error e) {
            failure = "the topics %s can't be followed: %s".formatted(topics, e);
            throw e;
        }
    }

    private long handledNanos() {
        long began = applying ? applyingSinceNanos : movedNanos;
        long moved = handler.movedNanos().orElse(began);
        return moved - began > 0 ? moved : began;
    }

    private static Duration since(long negativeNanos) {
        return Duration.ofNanos(Math.max(0, -negativeNanos));
    }

    /** Assigns what isn't yet; once the topics are known this asks only what the consumer knows of them by itself. */
    private boolean assign() {
        List<TopicPartition> partitions = new ArrayList<>();
        for (String topic : topics) {
            int before = partitions.size();
            consumer.partitionsFor(topic).forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
            if (partitions.size() == before) {
                throw new KafkaException("there is no topic %s: run 'twinstream topics create'".formatted(topic));
            }
        }
        if (partitions.size() > consumer.assignment().size()) {
            List<TopicPartition> added = new ArrayList<>(partitions);
            added.removeAll(consumer.assignment());
            consumer.assign(partitions);
            consumer.seekToBeginning(added);
        }
        return true;
    }

    private Map<TopicPartition, Long> ends() {
        return topicEnds.of(consumer.assignment());
    }

    private boolean reached(Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    /** The call's result, or null when it is time to stop. */
    private <T> @Nullable T retrying(Supplier<T> call) {
        while (stopped.getCount() > 0) {
            try {
                T result = call.get();
                trouble = "";
                return result;
            } catch (WakeupException e) {
                log.debug("woken to stop");
            } catch (KafkaException e) {
                String why = String.valueOf(e.getMessage());
                if (!why.equals(trouble)) {
                    log.warn("{} can't be read, trying again: {}", topics, why);
                }
                trouble = why;
                try {
                    if (stopped.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
                        return null;
                    }
                } catch (InterruptedException interrupt) {
                    Thread.currentThread().interrupt();
                    return null;
                }
            }
        }
        return null;
    }
}
