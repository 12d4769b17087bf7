package io.twinstream.deploy.acceptance.rig;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.twinstream.deploy.broker.BrokerOptions;
import io.twinstream.deploy.broker.EmbeddedBroker;
import io.twinstream.deploy.broker.TemporaryFolder;
import io.twinstream.deploy.settings.AllSettings;
import io.twinstream.deploy.testkit.Wired;
import io.twinstream.schemas.kafka.TopicCreation;
import io.twinstream.schemas.record.Claim;
import io.twinstream.schemas.record.Identify;
import io.twinstream.schemas.record.Pair;
import io.twinstream.schemas.record.Probe;
import io.twinstream.schemas.record.Reference;
import io.twinstream.schemas.record.Region;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.verifier.VerifierService;
import io.twinstream.verifier.settings.Shard;
import io.twinstream.verifier.settings.VerifierSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * Holds a broker of its own with topics under one prefix, and a producer that writes what a check needs, bad bytes included.
 */
public final class Rig implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(90);

    private final TemporaryFolder folder = TemporaryFolder.create("twinstream-acceptance-");
    private final Map<String, String> properties;
    private EmbeddedBroker broker;
    private final String bootstrapServers;
    private final KafkaProducer<byte[], byte[]> producer;
    private final RecordSerde<Probe> probes = RecordSerde.of(Probe.class);
    private final RecordSerde<Reference> references = RecordSerde.of(Reference.class);

    public Rig() throws Exception {
        this(Map.of());
    }

    /** Starts a broker with further properties, by Kafka's names. */
    public Rig(Map<String, String> properties) throws Exception {
        this.properties = properties;
        broker = broker(0);
        bootstrapServers = broker.bootstrapServers();
        producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                        Topics.MAX_RECORD_BYTES,
                        ProducerConfig.LINGER_MS_CONFIG,
                        5),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    /** Returns the folder where the broker keeps its data. */
    public Path folder() {
        return folder.path();
    }

    public String bootstrapServers() {
        return bootstrapServers;
    }

    /** Stops the broker. What lies on its topics stays. */
    public void stopBroker() throws IOException {
        broker.close();
    }

    /** Starts the broker again, where it was. */
    public void startBroker() throws IOException {
        broker = broker(Integer.parseInt(bootstrapServers.substring(bootstrapServers.indexOf(':') + 1)));
    }

    /**
     * Returns the settings of a verifier on a free port whose topics and group carry the prefix; further keys and values
     * follow.
     */
    public Settings settings(String prefix, String... keysValues) {
        Map<String, String> values = new HashMap<>(Map.of(
                CommonSettings.BOOTSTRAP,
                bootstrapServers,
                CommonSettings.TOPIC_PREFIX,
                prefix,
                VerifierSettings.GROUP,
                prefix,
                VerifierSettings.HTTP_PORT,
                "0"));
        for (int i = 0; i < keysValues.length; i += 2) {
            values.put(keysValues[i], keysValues[i + 1]);
        }
        return Settings.parse(AllSettings.define(), values);
    }

    public Topics createTopics(String prefix) throws InterruptedException {
        return createTopics(settings(prefix));
    }

    /** Creates the topics that verifiers with these settings need. */
    public Topics createTopics(Settings settings) throws InterruptedException {
        try (Admin admin = Admin.create(settings.kafka())) {
            new TopicCreation(admin).create(Shard.of(settings).topics(Wired.topics(settings)));
        }
        return Wired.topics(settings);
    }

    /** Starts a verifier in this process and waits until it is ready, with whatever references it can use. */
    public static VerifierService verifier(Settings settings) throws Exception {
        VerifierService verifier = VerifierService.start(VerifierSettings.of(settings));
        Awaitility.await("the verifier is ready").atMost(START).until(verifier::ready);
        return verifier;
    }

    /** Starts a verifier in this process and waits until it is ready with so many references. */
    public static VerifierService verifier(Settings settings, int gallerySize) throws Exception {
        VerifierService verifier = VerifierService.start(VerifierSettings.of(settings));
        Awaitility.await("the verifier is ready")
                .atMost(START)
                .until(() ->
                        verifier.ready() && verifier.status().get("gallerySize").equals(gallerySize));
        return verifier;
    }

    public void enrol(Topics topics, String subject, String reference, byte[] image) {
        Reference record = new Reference(subject, reference, Instant.now(), ByteBuffer.wrap(image), null);
        producer.send(new ProducerRecord<>(
                topics.references(), (subject + "/" + reference).getBytes(UTF_8), references.encode(record)));
    }

    public void erase(Topics topics, String subject, String reference) {
        producer.send(new ProducerRecord<>(topics.references(), (subject + "/" + reference).getBytes(UTF_8), null));
        producer.flush();
    }

    public void identify(Topics topics, String id, byte[] image) {
        identify(topics, id, image, 1);
    }

    public void identify(Topics topics, String id, byte[] image, int candidates) {
        send(topics, id, image, new Identify(candidates), null);
    }

    public void claim(Topics topics, String id, byte[] image, String subject) {
        send(topics, id, image, new Claim(subject), null);
    }

    public void pair(Topics topics, String id, byte[] image, byte[] reference) {
        send(topics, id, image, new Pair(ByteBuffer.wrap(reference), null), null);
    }

    /**
     * Sends a probe.
     *
     * @param task what is asked: a {@link Pair}, {@link Claim} or {@link Identify}
     * @param region what its sender found in the image, or null
     */
    public void send(Topics topics, String id, byte[] image, Object task, @Nullable Region region) {
        Probe probe = new Probe(id, "acceptance", Instant.now(), ByteBuffer.wrap(image), task, region);
        // Keyed by the id, so that probes spread over the partitions.
        raw(topics, id, probes.encode(probe));
    }

    /** Sends any bytes at all as a probe. */
    public void raw(Topics topics, String key, byte @Nullable [] value) {
        producer.send(new ProducerRecord<>(topics.probes(), key.getBytes(UTF_8), value));
    }

    /** Waits until everything sent is acknowledged. */
    public void flush() {
        producer.flush();
    }

    @Override
    public void close() throws IOException {
        producer.close();
        broker.close();
        folder.close();
    }

    private EmbeddedBroker broker(int port) throws IOException {
        return EmbeddedBroker.start(new BrokerOptions(folder.path(), "127.0.0.1", port, 0, properties));
    }
}
