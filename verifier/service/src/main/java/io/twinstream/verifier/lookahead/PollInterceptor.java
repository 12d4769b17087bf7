package io.twinstream.verifier.lookahead;

import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Shows every poll of Streams' main consumer to the thread's {@link LookAhead} before Streams processes it. Changes no
 * record. Kafka makes it from its class name, so it finds its {@link LookAheads} in the consumer's settings.
 */
public final class PollInterceptor implements ConsumerInterceptor<byte[], byte[]> {
    private @Nullable LookAheads lookAheads;

    @Override
    public void configure(Map<String, ?> settings) {
        lookAheads = (LookAheads) settings.get(LookAheads.CONFIG);
    }

    @Override
    public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
        Objects.requireNonNull(lookAheads, LookAheads.CONFIG).ofThisThread().remember(records);
        return records;
    }

    @Override
    public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {}

    @Override
    public void close() {}
}
