package io.twinstream.verifier.window;

import io.twinstream.schemas.kafka.KafkaClients;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * First offsets are where counting begins for the first time: at the first verdict that is young enough, or at the
 * present end.
 *
 * <p>Maintainers: Streams could look for the first verdict itself. If there is none it takes the end, but as it is at a
 * later poll, and so passes over what is committed between the two (Kafka Streams 4.4.0, {@code
 * StreamThread.resetOffsets}). So the end is asked for first.
 */
final class FirstOffsets {
    private static final Logger log = LoggerFactory.getLogger(FirstOffsets.class);
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private FirstOffsets() {}

    /**
     * Commits the first offsets for a group that has none. If brokers don't answer within some seconds, or somebody of
     * the group runs, they are left to Streams.
     *
     * @param age the age of the oldest verdict that is counted
     */
    static void commit(KafkaClients clients, String group, String topic, Duration age) {
        try (Consumer<String, byte[]> consumer =
                clients.consumer("twinstream-windows-begin", Map.of(ConsumerConfig.GROUP_ID_CONFIG, group))) {
            Set<TopicPartition> partitions = consumer.partitionsFor(topic, LIMIT).stream()
                    .map(each -> new TopicPartition(topic, each.partition()))
                    .collect(Collectors.toSet());
            Map<TopicPartition, OffsetAndMetadata> known = consumer.committed(partitions, LIMIT);
            partitions.removeIf(each -> known.get(each) != null);
            Map<TopicPartition, Long> offsets = new HashMap<>(consumer.endOffsets(partitions, LIMIT));
            long oldest = System.currentTimeMillis() - age.toMillis();
            Map<TopicPartition, OffsetAndTimestamp> young = consumer.offsetsForTimes(
                    partitions.stream().collect(Collectors.toMap(each -> each, each -> oldest)), LIMIT);
            young.forEach((partition, first) -> {
                if (first != null) {
                    offsets.put(partition, first.offset());
                }
            });
            consumer.commitSync(
                    offsets.entrySet().stream()
                            .collect(Collectors.toMap(
                                    Map.Entry::getKey, each -> new OffsetAndMetadata(each.getValue()))),
                    LIMIT);
        } catch (KafkaException e) {
            log.debug("where counting begins is left to Streams", e);
        }
    }
}
