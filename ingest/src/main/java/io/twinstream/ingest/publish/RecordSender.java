package io.twinstream.ingest.publish;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Sends records as long as no more bytes than a budget wait for acknowledgements; past it, a call fails at once. Futures
 * complete on the producer's thread, with a result or a {@link PublishException}. For many threads.
 */
final class RecordSender implements AutoCloseable {
    /** Bytes that Kafka keeps of a record beside key and value. */
    private static final int OVERHEAD_BYTES = 128;

    /** A key that belongs to nobody's image, since no id holds a control character. */
    private static final String NOBODY = "\0/nobody";

    private final Producer<String, byte[]> producer;
    private final int maxPendingBytes;
    private final Semaphore pendingBytes;
    private final Duration closeTimeout;

    RecordSender(Producer<String, byte[]> producer, int maxPendingBytes, Duration closeTimeout) {
        this.producer = producer;
        this.maxPendingBytes = maxPendingBytes;
        this.pendingBytes = new Semaphore(maxPendingBytes);
        this.closeTimeout = closeTimeout;
    }

    /**
     * Sends a record with its headers, or a tombstone.
     *
     * @return the result given, once every in-sync replica has the record
     */
    <T> CompletableFuture<T> send(ProducerRecord<String, byte[]> record, T result) {
        String topic = record.topic();
        byte @Nullable [] value = record.value();
        // A record that is larger than the budget takes all of it.
        int bytes =
                Math.min(maxPendingBytes, OVERHEAD_BYTES + record.key().length() + (value == null ? 0 : value.length));
        if (!pendingBytes.tryAcquire(bytes)) {
            return CompletableFuture.failedFuture(new PublishException(
                    PublishException.Fault.BUSY,
                    "too many bytes wait for the broker's acknowledgement: try again",
                    null));
        }
        CompletableFuture<T> acknowledged = new CompletableFuture<>();
        Thread caller = Thread.currentThread();
        try {
            var unused = producer.send(record, (metadata, failure) -> {
                pendingBytes.release(bytes);
                if (failure == null) {
                    acknowledged.complete(result);
                } else {
                    // The producer reports what it did not try to send on the caller's own thread.
                    boolean handedOver = Thread.currentThread() != caller;
                    acknowledged.completeExceptionally(PublishException.of(topic, failure, handedOver));
                }
            });
        } catch (KafkaException | IllegalStateException e) {
            pendingBytes.release(bytes);
            acknowledged.completeExceptionally(PublishException.of(topic, e, false));
        }
        return acknowledged;
    }

    /**
     * Appends a tombstone with a key that belongs to no image to each partition of a topic.
     *
     * @throws KafkaException if no broker names the partitions in time
     */
    CompletableFuture<Void> touch(String topic) {
        return erase(topic, NOBODY);
    }

    /**
     * Appends a key's tombstone to each partition of a topic, since the key may have lain on another one before partitions
     * were added.
     *
     * @throws KafkaException if no broker names the partitions in time
     */
    CompletableFuture<Void> erase(String topic, String key) {
        return CompletableFuture.allOf(producer.partitionsFor(topic).stream()
                .map(info -> send(new ProducerRecord<>(topic, info.partition(), key, null), topic))
                .toArray(CompletableFuture<?>[]::new));
    }

    /** Returns the bytes that wait for the broker's acknowledgement. */
    int pending() {
        return maxPendingBytes - pendingBytes.availablePermits();
    }

    /** Closes the producer after waiting for the pending records, at most for the timeout. */
    @Override
    public void close() {
        producer.close(closeTimeout);
    }
}
