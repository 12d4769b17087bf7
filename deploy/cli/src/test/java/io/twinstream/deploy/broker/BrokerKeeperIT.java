package io.twinstream.deploy.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.internals.Exit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokerKeeperIT {
    private static final TopicPartition PARTITION = new TopicPartition("t", 0);

    @TempDir
    Path folder;

    @Test
    void whatKafkaWouldHaltForIsFollowedByAStartThatHasAllThatWasAcknowledged() throws Exception {
        try (BrokerKeeper keeper = start()) {
            Map<String, Object> client = Map.of("bootstrap.servers", keeper.bootstrapServers());
            try (Admin admin = Admin.create(client)) {
                admin.createTopics(List.of(new NewTopic(PARTITION.topic(), 1, (short) 1)))
                        .all()
                        .get();
            }
            try (var producer = new KafkaProducer<>(client, new StringSerializer(), new StringSerializer())) {
                producer.send(new ProducerRecord<>(PARTITION.topic(), "before")).get();

                halt();

                producer.send(new ProducerRecord<>(PARTITION.topic(), "after")).get();
            }
            try (var consumer = new KafkaConsumer<>(client, new StringDeserializer(), new StringDeserializer())) {
                consumer.assign(List.of(PARTITION));
                consumer.seekToBeginning(List.of(PARTITION));
                assertEquals(2, consumer.endOffsets(List.of(PARTITION)).get(PARTITION));
                assertEquals(
                        "before",
                        consumer.poll(Duration.ofSeconds(10))
                                .records(PARTITION)
                                .get(0)
                                .value());
            }
        }
    }

    @Test
    void aBrokerThatFailsAgainAndAgainOnADiskThatIsWellEnds() throws Exception {
        try (BrokerKeeper keeper = start()) {
            Thread failing = new Thread(() -> {
                while (!Thread.currentThread().isInterrupted()) {
                    halt();
                }
            });
            failing.start();

            String failure = assertTimeoutPreemptively(Duration.ofSeconds(90), keeper::awaitEnd);

            failing.interrupt();
            failing.join();
            assertTrue(failure.contains("again and again"), failure);
        }
    }

    private BrokerKeeper start() throws Exception {
        return BrokerKeeper.start(new BrokerOptions(
                folder,
                "127.0.0.1",
                0,
                0,
                Map.of("broker.session.timeout.ms", "1000", "broker.heartbeat.interval.ms", "400")));
    }

    private static void halt() {
        assertThrows(IllegalStateException.class, () -> Exit.halt(1));
    }
}
