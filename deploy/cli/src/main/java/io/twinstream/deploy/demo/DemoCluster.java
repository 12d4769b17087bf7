package io.twinstream.deploy.demo;

import io.twinstream.deploy.broker.BrokerOptions;
import io.twinstream.deploy.broker.EmbeddedBroker;
import io.twinstream.deploy.broker.TemporaryFolder;
import io.twinstream.deploy.settings.AllSettings;
import io.twinstream.ingest.IngestService;
import io.twinstream.ingest.publish.ImagePublisher;
import io.twinstream.ingest.settings.IngestSettings;
import io.twinstream.schemas.http.HttpSettings;
import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.kafka.TopicCreation;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.verifier.VerifierService;
import io.twinstream.verifier.settings.VerifierSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs Twinstream in one process, in a temporary folder that goes with it: broker, topics, ingest and verifier. */
final class DemoCluster implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DemoCluster.class);

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final IngestSettings ingestSettings;
    private final KafkaClients clients;
    private final Topics topics;
    private final VerifierService verifier;
    private final IngestService ingest;

    private DemoCluster(Map<String, String> given, int brokerPort) throws IOException, InterruptedException {
        try {
            Path folder = part(TemporaryFolder.create("twinstream-demo-")).path();
            EmbeddedBroker broker = part(EmbeddedBroker.start(
                    new BrokerOptions(folder.resolve("kafka"), "127.0.0.1", brokerPort, 0, Map.of())));
            Map<String, String> own = Map.of(
                    CommonSettings.BOOTSTRAP,
                    broker.bootstrapServers(),
                    VerifierSettings.STATE_DIR,
                    folder.resolve("streams").toString());
            ingestSettings = Settings.read(AllSettings.define(), IngestSettings::of, given, own);
            clients = KafkaClients.of(ingestSettings.common());
            topics = ingestSettings.common().topics();
            try (Admin admin = clients.admin("twinstream-demo")) {
                new TopicCreation(admin).create(topics.all());
            }
            ingest = part(IngestService.start(ingestSettings));
            VerifierSettings settings = Settings.read(
                    AllSettings.define(),
                    VerifierSettings::of,
                    given,
                    own,
                    enrolment(ingestSettings.http(), ingest.port()));
            verifier = part(VerifierService.start(settings));
        } catch (IOException | InterruptedException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Returns the settings that let a caller enrol through the verifier. */
    private static Map<String, String> enrolment(HttpSettings settings, int ingestPort) {
        return Map.of(
                VerifierSettings.INGEST_URL,
                "http://127.0.0.1:" + ingestPort,
                VerifierSettings.INGEST_TOKEN,
                settings.token().orElse(""));
    }

    /** Starts all of it, and returns before the verifier is ready. */
    static DemoCluster start(Map<String, String> given, int brokerPort) throws IOException, InterruptedException {
        return new DemoCluster(given, brokerPort);
    }

    /** Returns a publisher of the caller's own, which sends as ingest does. */
    ImagePublisher publisher() {
        return ImagePublisher.open(clients, topics, ingestSettings.sending());
    }

    /** Returns the settings that the parts share. */
    CommonSettings common() {
        return ingestSettings.common();
    }

    VerifierService verifier() {
        return verifier;
    }

    /** Returns in one line where the parts can be reached from outside. */
    String addresses() {
        return "broker %s, ingest %s, page %s/".formatted(common().bootstrap(), ingestUri(), verifierUri());
    }

    URI ingestUri() {
        return URI.create("http://127.0.0.1:" + ingest.port());
    }

    URI verifierUri() {
        return URI.create("http://127.0.0.1:" + verifier.port());
    }

    @Override
    public void close() {
        while (!parts.isEmpty()) {
            try {
                parts.removeLast().close();
            } catch (Exception e) {
                log.warn("a part of the demo was not closed cleanly: {}", e.getMessage());
            }
        }
    }

    private <T extends AutoCloseable> T part(T part) {
        parts.addLast(part);
        return part;
    }
}
