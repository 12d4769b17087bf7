package io.twinstream.verifier;

import static java.util.stream.Collectors.toMap;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Group lag is how many probes all verifiers together have not judged yet, by the offsets that the group has committed.
 * Where the gallery has shards, a probe is judged once every shard has. Safe for many threads.
 */
final class GroupLag {
    private static final Logger log = LoggerFactory.getLogger(GroupLag.class);
    private static final long PATIENCE_SECONDS = 2;

    private final Admin admin;
    private final String topic;
    private final List<String> groups;

    /**
     * Creates a look that asks nobody yet.
     *
     * @param groups the ids of the applications that judge, one for each shard
     */
    GroupLag(Admin admin, String topic, List<String> groups) {
        this.admin = admin;
        this.topic = topic;
        this.groups = List.copyOf(groups);
    }

    /**
     * Partition lag is how far one partition of the probes is.
     *
     * @param end the offset behind its last record
     * @param waiting how many offsets are behind the committed one
     */
    record PartitionLag(long end, long waiting) {}

    /** Returns the number of offsets behind the committed ones, or empty where the brokers don't say within seconds. */
    OptionalLong probes() {
        return partitions()
                .map(all -> OptionalLong.of(
                        all.values().stream().mapToLong(PartitionLag::waiting).sum()))
                .orElseGet(OptionalLong::empty);
    }

    /** Returns how far each partition is, or empty where the brokers don't say within seconds. */
    Optional<Map<TopicPartition, PartitionLag>> partitions() {
        try {
            return Optional.of(look());
        } catch (ExecutionException | TimeoutException e) {
            log.debug("the lag of the group isn't known now", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Optional.empty();
    }

    private Map<TopicPartition, PartitionLag> look() throws ExecutionException, InterruptedException, TimeoutException {
        List<TopicPartition> partitions = admin
                .describeTopics(List.of(topic))
                .allTopicNames()
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .values()
                .stream()
                .flatMap(each -> each.partitions().stream())
                .map(each -> new TopicPartition(topic, each.partition()))
                .toList();
        Map<TopicPartition, Long> begins = offsets(partitions, OffsetSpec.earliest());
        Map<TopicPartition, Long> judged = new HashMap<>();
        for (String group : groups) {
            Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            for (TopicPartition partition : partitions) {
                long begin = begins.getOrDefault(partition, 0L);
                OffsetAndMetadata offset = committed.get(partition);
                judged.merge(partition, offset == null ? begin : Math.max(begin, offset.offset()), Math::min);
            }
        }
        return offsets(partitions, OffsetSpec.latest()).entrySet().stream()
                .collect(toMap(
                        Map.Entry::getKey,
                        end -> new PartitionLag(
                                end.getValue(), Math.max(0, end.getValue() - judged.getOrDefault(end.getKey(), 0L)))));
    }

    private Map<TopicPartition, Long> offsets(List<TopicPartition> partitions, OffsetSpec spec)
            throws ExecutionException, InterruptedException, TimeoutException {
        return admin
                .listOffsets(partitions.stream().collect(toMap(each -> each, each -> spec)))
                .all()
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .entrySet()
                .stream()
                .collect(toMap(Map.Entry::getKey, each -> each.getValue().offset()));
    }
}
