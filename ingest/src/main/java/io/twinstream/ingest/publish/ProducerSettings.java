package io.twinstream.ingest.publish;

import io.twinstream.ingest.settings.SendSettings;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * Makes the producer's properties: first defaults that {@code kafka.} keys may replace, then those that the guarantees rest on
 * and that nothing replaces.
 */
final class ProducerSettings {
    static final String CLIENT_ID = "twinstream-ingest";

    private static final int LINGER_MS = 5;

    /** Longest time that a call may hold its thread while it waits for a broker or for room in the buffer. */
    private static final int MAX_BLOCK_MS = 1_000;

    /** Room beside the pending bytes for batches that are not yet full, one for each partition. */
    private static final int BATCHES_BYTES = 8 << 20;

    private ProducerSettings() {}

    /** @param kafka the operator's properties of every client */
    static Map<String, Object> of(Map<String, Object> kafka, SendSettings settings) {
        int ackTimeoutMs = Math.toIntExact(settings.ackTimeout().toMillis());
        long pendingBytes = settings.pendingMaxBytes();
        int largest = settings.largestRecord();
        Map<String, Object> properties = new HashMap<>();
        properties.put(ProducerConfig.CLIENT_ID_CONFIG, CLIENT_ID);
        properties.put(ProducerConfig.LINGER_MS_CONFIG, LINGER_MS);
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, MAX_BLOCK_MS);
        // Half of the time for one request, so that a request that gets lost is repeated at least once.
        properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (ackTimeoutMs - LINGER_MS) / 2);
        properties.putAll(kafka);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none");
        // The limit that counts is the topic's, which is asked for; the producer's must only not be lower.
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, largest);
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, ackTimeoutMs);
        properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, Math.max(pendingBytes, largest) + BATCHES_BYTES);
        return properties;
    }
}
