package io.twinstream.verifier.version;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.ModelRelease;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.threads.ServiceThreads;
import io.twinstream.schemas.topic.Topics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class ModelLogTest {
    private static final Topics TOPICS = new Topics("test", 1);
    private static final RecordSerde<ModelRelease> SERDE = RecordSerde.of(ModelRelease.class);

    private final MockConsumer<String, byte[]> consumer = new MockConsumer<>("earliest");

    @Test
    void aReleaseInThePlaceOfAnotherVersionIsPassedOver() {
        ModelRelease signed = Releases.shipped().build();
        ModelId id = new ModelId(signed.getName(), signed.getVersion());
        ModelId other = new ModelId(signed.getName(), "2");
        topic(TOPICS.modelReleases(), 2);
        topic(TOPICS.modelActivations(), 0);
        consumer.schedulePollTask(() -> {
            consumer.addRecord(release(0, id, signed));
            consumer.addRecord(release(1, other, signed));
        });

        try (ModelLog log = new ModelLog(TOPICS, new ServiceThreads(), consumer)) {
            log.start();

            await().until(log::caughtUp);
            assertEquals(Optional.of(signed), log.release(id));
            assertEquals(Optional.empty(), log.release(other));
            assertEquals(Optional.of(id), log.newest());
        }
    }

    private static ConsumerRecord<String, byte[]> release(long offset, ModelId key, ModelRelease release) {
        return new ConsumerRecord<>(TOPICS.modelReleases(), 0, offset, key.toString(), SERDE.encode(release));
    }

    private void topic(String name, long end) {
        Node node = new Node(0, "localhost", 9092);
        consumer.updatePartitions(name, List.of(new PartitionInfo(name, 0, node, new Node[0], new Node[0])));
        TopicPartition partition = new TopicPartition(name, 0);
        Map<TopicPartition, Long> offsets = new HashMap<>(Map.of(partition, 0L));
        consumer.updateBeginningOffsets(offsets);
        offsets.put(partition, end);
        consumer.updateEndOffsets(offsets);
    }
}
