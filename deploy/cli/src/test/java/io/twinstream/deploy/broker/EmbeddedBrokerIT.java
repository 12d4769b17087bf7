package io.twinstream.deploy.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerIT {
    @TempDir
    Path folder;

    @Test
    void whatWasWrittenIsThereAfterARestartOnTheSameFolder() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(in(folder))) {
            try (Admin admin = Admin.create(client(broker))) {
                admin.createTopics(List.of(new NewTopic("t", Optional.of(1), Optional.empty())))
                        .all()
                        .get();
            }
            try (var producer = new KafkaProducer<>(client(broker), new StringSerializer(), new StringSerializer())) {
                producer.send(new ProducerRecord<>("t", "key", "value")).get();
            }
        }

        try (EmbeddedBroker again = EmbeddedBroker.start(in(folder));
                var consumer = new KafkaConsumer<>(client(again), new StringDeserializer(), new StringDeserializer())) {
            TopicPartition partition = new TopicPartition("t", 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            var records = consumer.poll(Duration.ofSeconds(10)).records(partition);
            assertEquals("value", records.get(0).value());
        }
    }

    @Test
    void aTemporaryFolderGoesWithTheBrokerAndStreamsGroupsAreOn() throws Exception {
        Path own;
        try (EmbeddedBroker broker = EmbeddedBroker.start(BrokerOptions.temporary());
                Admin admin = Admin.create(client(broker))) {
            own = Path.of(admin.describeLogDirs(List.of(BrokerProperties.NODE_ID))
                    .allDescriptions()
                    .get()
                    .get(BrokerProperties.NODE_ID)
                    .keySet()
                    .iterator()
                    .next());
            assertEquals(Path.of(System.getProperty("java.io.tmpdir")), own.getParent());
            assertTrue(Files.isDirectory(own), own::toString);
            var features = admin.describeFeatures().featureMetadata().get().finalizedFeatures();
            assertEquals(1, features.get("streams.version").maxVersionLevel());
        }
        assertFalse(Files.exists(own), own::toString);
    }

    @Test
    void aTakenPortIsSaidInOneLine() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            BindException refused = assertThrows(
                    BindException.class,
                    () -> EmbeddedBroker.start(
                            new BrokerOptions(folder, "127.0.0.1", taken.getLocalPort(), 0, Map.of())));
            assertTrue(String.valueOf(refused.getMessage()).contains(":" + taken.getLocalPort()));
            assertFalse(String.valueOf(refused.getMessage()).contains("\n"));
        }
    }

    @Test
    void aFolderInUseIsTakenFromNobody() throws Exception {
        try (EmbeddedBroker first = EmbeddedBroker.start(in(folder))) {
            for (int i = 0; i < 2; i++) {
                ConfigException refused = assertThrows(ConfigException.class, () -> EmbeddedBroker.start(in(folder)));
                assertTrue(String.valueOf(refused.getMessage()).contains(folder + " is in use"));
            }
            try (Admin admin = Admin.create(client(first))) {
                admin.createTopics(List.of(new NewTopic("t", Optional.of(1), Optional.empty())))
                        .all()
                        .get();
            }
        }
        EmbeddedBroker.start(in(folder)).close();
    }

    private static BrokerOptions in(Path folder) {
        return new BrokerOptions(folder, "127.0.0.1", 0, 0, Map.of());
    }

    private static Map<String, Object> client(EmbeddedBroker broker) {
        return Map.of("bootstrap.servers", broker.bootstrapServers());
    }
}
