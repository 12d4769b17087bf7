package io.twinstream.deploy.kafka;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.deploy.testkit.SharedBroker;
import io.twinstream.deploy.testkit.Wired;
import io.twinstream.schemas.kafka.TopicCreation;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.verifier.VerifierService;
import io.twinstream.verifier.settings.VerifierSettings;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class LostProbesIT {
    @RegisterExtension
    static final SharedBroker broker = new SharedBroker();

    @Test
    void probesThatRetentionTookBeforeAVerifierCameAreCounted() throws Exception {

        Settings settings = broker.settings(
                "lost", Map.of("verifier.http.port", "0", "verifier.threads", "1", "topic.partitions", "2"));
        Topics topics = Wired.topics(settings);
        TopicPartition behind = new TopicPartition(topics.probes(), 0);
        TopicPartition keptUp = new TopicPartition(topics.probes(), 1);
        try (Admin admin = Admin.create(settings.kafka())) {
            new TopicCreation(admin).create(topics.all());
            append(settings, behind, 10);
            append(settings, keptUp, 10);
            admin.alterConsumerGroupOffsets(
                            settings.getString(VerifierSettings.GROUP),
                            Map.of(behind, new OffsetAndMetadata(2), keptUp, new OffsetAndMetadata(7)))
                    .all()
                    .get();
            admin.deleteRecords(
                            Map.of(behind, RecordsToDelete.beforeOffset(7), keptUp, RecordsToDelete.beforeOffset(7)))
                    .all()
                    .get();
        }

        try (VerifierService verifier = VerifierService.start(VerifierSettings.of(settings))) {
            String metrics = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/metrics".formatted(verifier.port())))
                                    .build(),
                            BodyHandlers.ofString())
                    .body();

            assertTrue(metrics.contains("\ntwinstream_lost_probes_total 5.0\n"), metrics);
        }
    }

    private static void append(Settings settings, TopicPartition partition, int records) throws Exception {
        try (var producer =
                new KafkaProducer<>(settings.kafka(), new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < records; i++) {
                producer.send(new ProducerRecord<>(partition.topic(), partition.partition(), null, new byte[] {7}))
                        .get();
            }
        }
    }
}
