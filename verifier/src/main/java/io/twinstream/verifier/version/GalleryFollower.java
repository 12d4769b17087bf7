package io.twinstream.verifier.version;

import io.twinstream.verifier.gallery.Gallery;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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
 * Keeps a {@link Gallery} equal to the references topic: reads it from the beginning on a thread of its own, then
 * follows. An erased reference is gone as soon as its tombstone is read, which a waiting poll returns at once.
 *
 * <p>Maintainers: a plain assigned consumer, not a global store, which would block the start of Streams and take it
 * down on any error. An error of Kafka's is retried for ever; one of ours ends the thread and shows in {@link #failure}.
 */
public final class GalleryFollower implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(GalleryFollower.class);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration STOP = Duration.ofSeconds(10);

    private final Consumer<String, byte[]> consumer;
    private final String topic;
    private final GalleryUpdate update;
    private final Thread thread;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile boolean caughtUp;
    private volatile String failure = "";

    /**
     * Starts nothing yet.
     *
     * @param consumer handed over: used and closed by this object's thread
     */
    public GalleryFollower(Consumer<String, byte[]> consumer, String topic, GalleryUpdate update) {
        this.consumer = consumer;
        this.topic = topic;
        this.update = update;
        this.thread = new Thread(this::follow, "gallery-follower");
    }

    public void start() {
        thread.start();
    }

    /** True once all that stood on the topic at the start is in the gallery. */
    public boolean caughtUp() {
        return caughtUp;
    }

    /** Why the follower has ended, or an empty text. */
    public String failure() {
        return failure;
    }

    @Override
    public void close() {
        stopped.countDown();
        if (thread.getState() == Thread.State.NEW) {
            consumer.close();
            return;
        }
        consumer.wakeup();
        try {
            thread.join(STOP.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void follow() {
        try (consumer) {
            Map<TopicPartition, Long> ends = retrying(this::assign);
            while (ends != null && stopped.getCount() > 0) {
                ConsumerRecords<String, byte[]> records = retrying(() -> consumer.poll(POLL));
                if (records != null) {
                    update.apply(records);
                }
                if (!caughtUp) {
                    caughtUp = Boolean.TRUE.equals(retrying(() -> reached(ends)));
                }
            }
        } catch (RuntimeException e) {
            failure = "the gallery can't be kept: " + e.getMessage();
            log.error(failure, e);
        }
    }

    private Map<TopicPartition, Long> assign() {
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
        if (partitions.isEmpty()) {
            throw new KafkaException("there is no topic " + topic);
        }
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        return consumer.endOffsets(partitions);
    }

    private boolean reached(Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    /** The call's result, or null when it is time to stop. */
    private <T> @Nullable T retrying(Supplier<T> call) {
        while (stopped.getCount() > 0) {
            try {
                return call.get();
            } catch (WakeupException e) {
                log.debug("woken to stop");
            } catch (KafkaException e) {
                log.warn("references can't be read, trying again: {}", e.getMessage());
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
