package io.twinstream.deploy.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.twinstream.schemas.record.ModelState;
import io.twinstream.schemas.record.VersionState;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.settings.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Holds topics of a test's own, with the published versions letters/1 and letters/2, and verifiers that only say they are. */
public final class ModelsRig {
    private static final JsonMapper JSON = new JsonMapper();

    private final Settings settings;

    private ModelsRig(Settings settings) {
        this.settings = settings;
    }

    /** Prepares the topics. The states topic takes its records' own times, so that a test can write what is old. */
    public static ModelsRig prepare(SharedBroker broker, String prefix, Path folder) throws Exception {
        try (Admin admin = broker.admin()) {
            admin.createTopics(List.of(new NewTopic(prefix + ".model-states", 1, (short) 1)))
                    .all()
                    .get();
        }
        ModelsRig rig = new ModelsRig(broker.prepare(prefix, Map.of()));
        for (String version : List.of("1", "2")) {
            Path file = Files.write(folder.resolve(version + ".zip"), Packages.working("letters", version));
            Ran published = rig.run("publish", file.toString(), "--force", "a test");
            assertEquals(0, published.exitCode(), published.err());
        }
        return rig;
    }

    public Settings settings() {
        return settings;
    }

    public Ran run(String... arguments) {
        return Ran.on(settings, arguments);
    }

    public List<JsonNode> list() throws Exception {
        Ran ran = run("models", "list", "--json");
        assertEquals(0, ran.exitCode(), ran.err());
        return new JsonMapper()
                .readerFor(JsonNode.class)
                .<JsonNode>readValues(ran.out())
                .readAll();
    }

    public JsonNode show(String model) throws Exception {
        Ran ran = run("models", "show", model, "--json");
        assertEquals(0, ran.exitCode(), ran.err());
        return JSON.readTree(ran.out());
    }

    /** Says of a verifier what it would say itself. */
    public void report(String instance, String name, String version, VersionState state, Instant time)
            throws Exception {
        ModelState value = new ModelState(
                instance,
                name,
                version,
                "ab".repeat(32),
                state,
                state == VersionState.REFUSED ? "the model fails its self-test" : null,
                3,
                1,
                List.of("Zoë/left-1: no image"),
                time,
                null);
        try (var producer = new KafkaProducer<>(settings.kafka(), new StringSerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(
                            Wired.topics(settings).modelStates(),
                            0,
                            time.toEpochMilli(),
                            "%s/%s/%s".formatted(instance, name, version),
                            RecordSerde.of(ModelState.class).encode(value)))
                    .get();
        }
    }

    public void report(String instance, String version, VersionState state) throws Exception {
        report(instance, "letters", version, state, Instant.now());
    }
}
