package io.twinstream.ingest.publish;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads stretches of a topic, up to offsets that are known before. Fails with a {@link PublishException} where the topic is
 * missing or nothing comes for as long as the timeout. For one thread.
 *
 * @param consumer used, not closed
 * @param timeout of one call without progress
 */
public record TopicScan(Consumer<String, byte[]> consumer, String topic, Duration timeout) {
    private static final Duration POLL = Duration.ofMillis(200);

    public List<TopicPartition> partitions() {
        var infos = consumer.partitionsFor(topic, timeout);
        if (infos == null || infos.isEmpty()) {
            throw new PublishException(
                    PublishFault.MISSING_TOPIC,
                    "the topic %s doesn't exist: run `twinstream topics create`".formatted(topic),
                    null);
        }
        return infos.stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
    }

    /** Shows each record from the consumer's positions on up to, and without, these offsets; perhaps a few after them. */
    public void readTo(
            Map<TopicPartition, Long> ends, java.util.function.Consumer<ConsumerRecord<String, byte[]>> reader) {
        long progressNanos = System.nanoTime();
        while (!isAt(ends)) {
            for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                reader.accept(record);
                progressNanos = System.nanoTime();
            }
            if (System.nanoTime() - progressNanos > timeout.toNanos()) {
                throw new PublishException(
                        PublishFault.BUSY, "the topic %s can't be read to its end".formatted(topic), null);
            }
        }
    }

    private boolean isAt(Map<TopicPartition, Long> ends) {
        return ends.keySet().stream()
                .allMatch(partition -> consumer.position(partition) >= requireNonNull(ends.get(partition)));
    }
}
