package io.twinstream.verifier.standstill;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.twinstream.schemas.kafka.TopicFollower;
import io.twinstream.schemas.record.Standstill;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.threads.ServiceThreads;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StandstillsTest {
    private static final TopicPartition PARTITION = new TopicPartition("standstills", 0);
    private static final ProbePlace PROBE = new ProbePlace(2, 7);

    private final MockConsumer<String, byte[]> consumer = new MockConsumer<>("earliest");
    private final MockConsumer<String, byte[]> uncommitted = new MockConsumer<>("earliest");
    private final Standstills standstills = new Standstills(
            PARTITION.topic(),
            "verifiers",
            handler -> new TopicFollower(
                    "standstills",
                    new ServiceThreads(),
                    consumer,
                    uncommitted,
                    List.of(PARTITION.topic()),
                    Duration.ofMillis(10),
                    handler),
            () -> {
                throw new IllegalStateException("nothing is noted here");
            },
            Clock.systemUTC());

    @BeforeEach
    void anEmptyTopic() {
        Node node = new Node(0, "localhost", 1);
        consumer.updatePartitions(
                PARTITION.topic(),
                List.of(new PartitionInfo(PARTITION.topic(), 0, node, new Node[] {node}, new Node[] {node})));
        consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
        consumer.updateEndOffsets(Map.of(PARTITION, 0L));
        uncommitted.updateEndOffsets(Map.of(PARTITION, 0L));
    }

    @AfterEach
    void close() {
        standstills.close();
    }

    @Test
    void notesBehindAnOpenTransactionCountAtOnceAndRemovalsOnceTheyAreCommitted() {
        uncommitted.updateEndOffsets(Map.of(PARTITION, 2L));
        uncommitted.schedulePollTask(() -> {
            uncommitted.addRecord(record(0, note(2)));
            uncommitted.addRecord(record(1, null));
        });
        standstills.start();

        standstills.await(System.nanoTime());

        assertEquals(2, standstills.times(PROBE));

        consumer.schedulePollTask(() -> {
            consumer.addRecord(record(0, note(2)));
            consumer.addRecord(record(1, null));
        });
        consumer.updateEndOffsets(Map.of(PARTITION, 2L));

        await().until(() -> standstills.times(PROBE) == 0);
    }

    private static byte[] note(int times) {
        return RecordSerde.of(Standstill.class).encode(new Standstill("host:1", times, 60_000L, Instant.EPOCH));
    }

    private static ConsumerRecord<String, byte[]> record(long offset, byte[] value) {
        return new ConsumerRecord<>(PARTITION.topic(), 0, offset, "verifiers/" + PROBE, value);
    }
}
