package io.twinstream.ingest.publish;

import io.twinstream.ingest.publish.PublishException.PublishFault;
import io.twinstream.ingest.settings.SendSettings;
import io.twinstream.schemas.kafka.KafkaClients;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
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

    private static final String CLIENT_ID = "twinstream-ingest";

    private static final int LINGER_MS = 5;

    /** Longest time that a call may hold its thread while it waits for a broker or for room in the buffer. */
    private static final Duration BLOCK = Duration.ofSeconds(1);

    /** Room beside the pending bytes for batches that are not yet full, one for each partition. */
    private static final int BATCHES_BYTES = 8 << 20;

    private final Producer<String, byte[]> producer;
    private final int maxPendingBytes;
    private final Semaphore pendingBytes;
    private final Duration closeTimeout;
    private final LongSupplier nanoTime;
    private final RecentFailures failures;

    RecordSender(Producer<String, byte[]> producer, int maxPendingBytes, Duration closeTimeout) {
        this(producer, maxPendingBytes, closeTimeout, System::nanoTime);
    }

    RecordSender(Producer<String, byte[]> producer, int maxPendingBytes, Duration closeTimeout, LongSupplier nanoTime) {
        this.producer = producer;
        this.maxPendingBytes = maxPendingBytes;
        this.pendingBytes = new Semaphore(maxPendingBytes);
        this.closeTimeout = closeTimeout;
        this.nanoTime = nanoTime;
        this.failures = new RecentFailures(nanoTime);
    }

    /** Makes the producer that these settings need. */
    static Producer<String, byte[]> producer(KafkaClients clients, SendSettings settings) {
        return clients.producer(CLIENT_ID, properties(clients.properties().keySet(), settings));
    }

    /**
     * Returns the producer's properties: defaults that the operator may replace, then those that the guarantees rest on and
     * that nothing replaces.
     *
     * @param operators the names of the properties that the operator has set
     */
    static Map<String, Object> properties(Set<String> operators, SendSettings settings) {
        int ackTimeoutMs = Math.toIntExact(settings.ackTimeout().toMillis());
        int largest = settings.largestRecord();
        Map<String, Object> properties = new HashMap<>();
        properties.put(ProducerConfig.LINGER_MS_CONFIG, LINGER_MS);
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, BLOCK.toMillis());
        // Half of the time for one request, so that a request that gets lost is repeated at least once.
        properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (ackTimeoutMs - LINGER_MS) / 2);
        properties.keySet().removeAll(operators);
        properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none");
        // The limit that counts is the topic's, which is asked for; the producer's must only not be lower.
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, largest);
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, ackTimeoutMs);
        properties.put(
                ProducerConfig.BUFFER_MEMORY_CONFIG,
                Math.max((long) settings.pendingMaxBytes(), largest) + BATCHES_BYTES);
        return properties;
    }

    /**
     * Sends a record with its headers, or a tombstone.
     *
     * @return the result given, once every in-sync replica has the record
     */
    <T> CompletableFuture<T> send(ProducerRecord<String, byte[]> record, T result) {
        return send(record, unused -> result);
    }

    /**
     * Sends a record with its headers.
     *
     * @param result makes the result of what the broker says of the record; its offset is -1 where the broker has it twice
     * @return the result, once every in-sync replica has the record
     */
    <T> CompletableFuture<T> send(ProducerRecord<String, byte[]> record, Function<RecordMetadata, T> result) {
        String topic = record.topic();
        byte @Nullable [] value = record.value();
        // A record that is larger than the budget takes all of it.
        int bytes =
                Math.min(maxPendingBytes, OVERHEAD_BYTES + record.key().length() + (value == null ? 0 : value.length));
        if (!pendingBytes.tryAcquire(bytes)) {
            return CompletableFuture.failedFuture(new PublishException(
                    PublishFault.BUSY, "too many bytes wait for the broker's acknowledgement: try again", null));
        }
        Optional<PublishException> recent = failures.of(topic);
        if (recent.isPresent()) {
            pendingBytes.release(bytes);
            return CompletableFuture.failedFuture(recent.get());
        }
        long began = nanoTime.getAsLong();
        CompletableFuture<T> acknowledged = new CompletableFuture<>();
        Thread caller = Thread.currentThread();
        try {
            var unused = producer.send(record, (metadata, failure) -> {
                pendingBytes.release(bytes);
                if (failure == null) {
                    acknowledged.complete(result.apply(metadata));
                } else {
                    // The producer reports what it did not try to send on the caller's own thread.
                    boolean handedOver = Thread.currentThread() != caller;
                    PublishException translated = PublishException.of(topic, failure, handedOver);
                    if (!handedOver && nanoTime.getAsLong() - began >= BLOCK.toNanos()) {
                        failures.note(topic, translated);
                    }
                    acknowledged.completeExceptionally(translated);
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
