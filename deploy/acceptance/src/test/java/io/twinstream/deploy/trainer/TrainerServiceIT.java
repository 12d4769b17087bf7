package io.twinstream.deploy.trainer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.twinstream.deploy.drawing.DrawnCharacters;
import io.twinstream.deploy.testkit.Packages;
import io.twinstream.deploy.testkit.Ran;
import io.twinstream.deploy.testkit.SharedBroker;
import io.twinstream.deploy.testkit.Wired;
import io.twinstream.schemas.record.PublishPolicy;
import io.twinstream.schemas.record.Train;
import io.twinstream.schemas.record.TrainingProgress;
import io.twinstream.schemas.record.TrainingRequest;
import io.twinstream.schemas.record.TrainingState;
import io.twinstream.schemas.release.TrustedKeys;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.settings.ModelSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.trainer.publish.GatedPublication.PublishOrder;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class TrainerServiceIT {
    @RegisterExtension
    static final SharedBroker broker = new SharedBroker();

    private final ScriptedTrainer trainer = new ScriptedTrainer();

    @TempDir
    Path folder;

    @BeforeEach
    void makeFolders() throws IOException {
        Files.createDirectories(folder.resolve("data/images"));
        DrawnCharacters drawings = new DrawnCharacters(11);
        for (int character = 0; character < 8; character++) {
            Path target = Files.createDirectories(folder.resolve("data/validation/character" + character));
            for (int hand = 0; hand < 5; hand++) {
                Files.write(target.resolve(hand + ".png"), drawings.png(character, hand));
            }
        }
    }

    @Test
    void whatIsAskedForIsTrainedAndPublished() throws Exception {
        Settings settings = prepare("asked");
        trainer.letGo(1);
        try (TrainerRig rig = TrainerRig.start(settings, trainer)) {
            rig.taken("r1", "letters/1", "\"steps\":7,\"by\":\"Zoë\"");
            JsonNode run = rig.await("r1", "PUBLISHED");

            String reason = run.get("reason").asText();
            assertTrue(reason.startsWith("passed against compact/1.2 on the same pairs: EER 0."), reason);
            assertEquals("Zoë", run.get("requestedBy").asText());
            assertTrue(run.get("measures").has("eer"), run.toString());
            assertEquals(List.of("QUEUED", "READING", "TRAINING", "MEASURING", "PUBLISHED"), statesOf(run));
        }
        var release = Wired.published(settings)
                .latest("letters", TrustedKeys.of(ModelSettings.of(settings).trustedKeys()))
                .orElseThrow();
        assertEquals("r1", release.getRunId());
        assertEquals(700, release.getMeasured().get("impostorPairs"));
        assertFalse(Files.exists(folder.resolve("work/r1")));
    }

    @Test
    void teachersAreFetchedWhetherPublishedOrShipped() throws Exception {
        Settings settings = prepare("taught");
        publish(settings, "letters", "0", null);
        trainer.letGo(1);
        try (TrainerRig rig = TrainerRig.start(settings, trainer)) {
            rig.taken("r1", "letters/1", "\"teachers\":[\"compact/1.2\",\"letters/0\"],\"teacherViews\":2");

            rig.await("r1", "PUBLISHED");
        }

        assertEquals(List.of("compact/1.2", "letters/0"), trainer.teachers());
        assertFalse(Files.exists(folder.resolve("work/r1")));
    }

    @Test
    void runsWaitForEachOtherAndCanBeCancelledWaitingAndRunning() throws Exception {
        try (TrainerRig rig = TrainerRig.start(prepare("queue"), trainer)) {
            rig.taken("a", "letters/1", "");
            rig.await("a", "TRAINING");
            rig.taken("b", "letters/2", "");
            rig.taken("c", "letters/3", "");
            rig.await("b", run -> run.path("position").asInt() == 1);
            rig.await("c", run -> run.path("position").asInt() == 2);

            assertEquals(202, rig.cancel("b").statusCode());
            rig.await("b", "CANCELLED");
            assertEquals("TRAINING", rig.run("a").get("state").asText());
            assertEquals(202, rig.cancel("a").statusCode());
            rig.await("a", "CANCELLED");
            trainer.letGo(1);
            rig.await("c", "PUBLISHED");

            assertEquals(List.of("1", "3"), trainer.begun());
            assertEquals(409, rig.cancel("a").statusCode());
            assertEquals(404, rig.cancel("unknown").statusCode());
        }
    }

    @Test
    void theCommandLineAsksListsAndCancels() throws Exception {
        Settings settings = prepare("commands", "trainer.http.token", "operating-token");
        try (TrainerRig rig = TrainerRig.start(settings, trainer)) {
            String[] where = {
                "--trainer", "http://127.0.0.1:" + rig.port(), "--set", "trainer.http.token=operating-token"
            };
            Ran asked = runs(
                    where,
                    "ask",
                    "--id",
                    "a",
                    "--name",
                    "letters",
                    "--model-version",
                    "1",
                    "--images",
                    "images",
                    "--steps",
                    "7",
                    "--mean",
                    "400",
                    "--teacher",
                    "compact/1.2,wide/2.2",
                    "--photographs");
            assertEquals(0, asked.exitCode(), asked.err());
            assertEquals(
                    "run a is asked for; 'twinstream runs list' shows how it goes",
                    asked.out().strip());

            Ran wrong = runs(
                    where,
                    "ask",
                    "--name",
                    "letters",
                    "--model-version",
                    "2",
                    "--images",
                    "images",
                    "--symmetries",
                    "3");
            assertEquals(3, wrong.exitCode());
            assertEquals(
                    "twinstream: symmetries must be 1, 4 or 8, was 3",
                    wrong.err().strip());

            Awaitility.await()
                    .until(() -> runs(where, "list").out().contains("letters/1  compact  TRAINING, step 1 of 7"));
            assertEquals(
                    "run a is being cancelled", runs(where, "cancel", "a").out().strip());
            Awaitility.await().until(() -> runs(where, "list").out().contains("CANCELLED"));
            assertEquals(3, runs(where, "cancel", "a").exitCode());
            Ran stranger = Ran.run("runs", "list", "--trainer", where[1]);
            assertEquals(3, stranger.exitCode());
            assertTrue(stranger.err().contains("set trainer.http.token to the trainer's"), stranger.err());
        }
        assertEquals(
                4, Ran.run("runs", "list", "--trainer", "http://127.0.0.1:1").exitCode());
    }

    private static Ran runs(String[] where, String... arguments) {
        return Ran.run(Stream.of(Stream.of("runs"), Stream.of(arguments), Stream.of(where))
                .flatMap(each -> each)
                .toArray(String[]::new));
    }

    @Test
    void aRunThatItsServiceLeftIsTakenUpFromItsCheckpoint() throws Exception {
        Settings settings = prepare("left");
        try (TrainerRig rig = TrainerRig.start(settings, trainer)) {
            rig.taken("a", "letters/1", "");
            rig.await("a", "TRAINING");
        }
        ScriptedTrainer next = new ScriptedTrainer();
        next.letGo(1);
        try (TrainerRig rig = TrainerRig.start(settings, next)) {
            rig.await("a", "PUBLISHED");
        }
        assertEquals(List.of("1+"), next.begun());
    }

    @Test
    void ofTwoServicesOneTrainsAndTheOtherGoesOnWhereItEnds() throws Exception {
        Settings settings = prepare("two");
        ScriptedTrainer other = new ScriptedTrainer();
        other.letGo(1);
        TrainerRig leader = TrainerRig.start(settings, trainer);
        leader.taken("a", "letters/1", "");
        leader.await("a", "TRAINING");
        try (TrainerRig standby = TrainerRig.start(settings, other)) {
            assertEquals("TRAINING", standby.run("a").get("state").asText());
            // Answered and begun by the leader, not by the one that took it.
            standby.taken("b", "letters/2", "");
            leader.await("b", run -> run.path("position").asInt() == 1);
            assertEquals(List.of(), other.begun());

            leader.close();
            standby.await("a", "PUBLISHED");

            assertEquals(List.of("1+"), other.begun().subList(0, 1));
        }
        assertEquals(List.of("1"), trainer.begun());
    }

    @Test
    void aRequestThatCannotWorkIsRefusedWithTheReason() throws Exception {
        Settings settings = prepare("refused", "trainer.queue.max", "1");
        publish(settings, "letters", "0", null);
        try (TrainerRig rig = TrainerRig.start(settings, trainer)) {
            refused(400, "the body is no JSON at line 1, column 2: write it as in {", rig.post("{"));
            refused(400, "the field nmae is unknown, there are id, ", rig.post("{\"nmae\":1}"));
            refused(400, "the field steps must be a whole number", rig.post("{\"steps\":\"many\"}"));
            refused(
                    400,
                    "the field images is missing: write it as in {",
                    rig.post("{\"name\":\"a\",\"version\":\"1\"}"));
            refused(400, "a model's name is 1 to 100 of the characters", rig.ask("x", "a b/1", ""));
            refused(400, "steps must be positive, was 0", rig.ask("x", "a/1", "\"steps\":0"));
            refused(400, "a run's id is 1 to 100", rig.ask("../x", "a/1", ""));
            refused(
                    422,
                    "architecture: there is no 'big', there are compact, head, wide",
                    rig.ask("x", "a/1", "\"architecture\":\"big\""));
            refused(422, "parent: letters/9 is not published", rig.ask("x", "a/1", "\"parent\":\"letters/9\""));
            refused(400, "symmetries must be 1, 4 or 8, was 3", rig.ask("x", "a/1", "\"symmetries\":3"));
            refused(400, "splitShare must lie between 0 and 1, was 1.5", rig.ask("x", "a/1", "\"splitShare\":1.5"));
            refused(400, "split must be class or drawer, and is 'x'", rig.ask("x", "a/1", "\"split\":\"x\""));
            refused(400, "input '9' must be WIDTHxHEIGHT", rig.ask("x", "a/1", "\"input\":\"9\""));
            refused(400, "learningRate must lie between 0 and 1, was 2.0", rig.ask("x", "a/1", "\"learningRate\":2"));
            refused(400, "the field pairs must be a whole number", rig.ask("x", "a/1", "\"pairs\":1.5"));
            refused(400, "the field learningRate must be a number", rig.ask("x", "a/1", "\"learningRate\":\"x\""));
            refused(400, "epoch must be positive, was 0", rig.ask("x", "a/1", "\"epoch\":0"));
            refused(400, "schedule must be cosine, flat or tail", rig.ask("x", "a/1", "\"schedule\":\"slow\""));
            refused(400, "the field teachers must be a list of texts", rig.ask("x", "a/1", "\"teachers\":\"a/1\""));
            refused(422, "teachers: letters/9 is not published", rig.ask("x", "a/1", "\"teachers\":[\"letters/9\"]"));
            refused(400, "parent is missing: a head stands on", rig.ask("x", "a/1", "\"architecture\":\"head\""));
            refused(
                    400,
                    "photographs is not for a head",
                    rig.ask("x", "a/1", "\"architecture\":\"head\",\"parent\":\"letters/0\",\"photographs\":true"));
            refused(409, "letters/0 is published already", rig.ask("x", "letters/0", ""));
            Files.delete(folder.resolve("data/images"));
            refused(422, "images: there is no 'images' under the trainer's data root", rig.ask("x", "a/1", ""));
            Files.createDirectory(folder.resolve("data/images"));

            rig.taken("a", "letters/1", "\"parent\":\"letters/0\"");
            rig.await("a", "TRAINING");
            refused(409, "run a makes letters/1 already", rig.ask("x", "letters/1", ""));
            refused(409, "there is another run a: take another id", rig.ask("a", "letters/2", ""));
            rig.taken("a", "letters/1", "\"parent\":\"letters/0\"");
            rig.taken("b", "letters/2", "");
            rig.await("b", run -> run.path("position").asInt() == 1);
            refused(429, "1 runs wait already", rig.ask("x", "letters/3", ""));
            assertEquals(2, rig.runs().size());
        }
    }

    @Test
    void aRequestFromTheTopicThatCannotWorkFailsWithTheReasonOnRecord() throws Exception {
        Settings settings = prepare("refused-record");
        try (TrainerRig rig = TrainerRig.start(settings, trainer)) {
            send(settings, Wired.topics(settings).trainingRequests(), "x", new byte[] {1, 2, 3});
            sendRequest(settings, "a", "letters", "1", "../secrets");

            JsonNode run = rig.await("a", "FAILED");

            assertEquals(
                    "images: there is no '../secrets' under the trainer's data root",
                    run.get("reason").asText());
        }
    }

    @Test
    void aRunThatWasPublishedBeforeItsServiceDiedIsNotTrainedAgain() throws Exception {
        Settings settings = prepare("died");
        sendRequest(settings, "a", "letters", "1", "images");
        sendProgress(settings, "a", TrainingState.QUEUED);
        sendProgress(settings, "a", TrainingState.MEASURING);
        publish(settings, "letters", "1", "a");
        try (TrainerRig rig = TrainerRig.start(settings, trainer)) {
            rig.await("a", "PUBLISHED");
        }
        assertEquals(List.of(), trainer.begun());
    }

    @Test
    void aRunThatEndsItsServiceAgainAndAgainIsGivenUp() throws Exception {
        Settings settings = prepare("stalls");
        sendRequest(settings, "a", "letters", "1", "images");
        for (int i = 0; i < 5; i++) {
            sendProgress(settings, "a", TrainingState.READING);
        }
        try (TrainerRig rig = TrainerRig.start(settings, trainer)) {
            JsonNode run = rig.await("a", "FAILED");
            assertTrue(run.get("reason").asText().startsWith("begun 5 times without getting further"), run.toString());
        }
    }

    @Test
    void aRunWhoseFolderCantBeWrittenWaitsAndGoesOn() throws Exception {
        Settings settings = prepare("room");
        Path blocked = Files.createFile(folder.resolve("work"));
        trainer.letGo(1);
        try (TrainerRig rig = TrainerRig.start(settings, trainer)) {
            rig.taken("r1", "letters/1", "\"steps\":7");
            Awaitility.await().until(() -> rig.get("/health/ready").statusCode() == 503);
            assertTrue(rig.get("/health/ready").body().contains("\"runHasRoom\":false"));
            assertEquals("READING", rig.run("r1").get("state").asText());

            Files.delete(blocked);

            rig.await("r1", "PUBLISHED");
            assertEquals(200, rig.get("/health/ready").statusCode());
        }
    }

    private Settings prepare(String prefix, String... more) throws InterruptedException {
        Map<String, String> values = new HashMap<>(Map.of(
                "trainer.group",
                prefix,
                "trainer.http.port",
                "0",
                "trainer.data.root",
                folder.resolve("data").toString(),
                "trainer.work.dir",
                folder.resolve("work").toString()));
        for (int i = 0; i < more.length; i += 2) {
            values.put(more[i], more[i + 1]);
        }
        return broker.prepare(prefix, values);
    }

    private void publish(Settings settings, String name, String version, String runId) throws IOException {
        Path file = Files.write(folder.resolve("model.zip"), Packages.working(name, version));
        Wired.publication(settings).publish(new PublishOrder(file, null, "a test", runId));
    }

    private static void refused(int status, String reason, HttpResponse<String> answer) {
        assertEquals(status, answer.statusCode(), answer.body());
        assertTrue(answer.body().replace("\\\"", "\"").startsWith("{\"error\":\"" + reason), answer.body());
    }

    private static List<String> statesOf(JsonNode run) {
        List<String> states = new ArrayList<>();
        for (JsonNode each : run.get("history")) {
            String state = each.get("state").asText();
            if (states.isEmpty() || !states.get(states.size() - 1).equals(state)) {
                states.add(state);
            }
        }
        return states;
    }

    private static void sendRequest(Settings settings, String id, String name, String version, String images)
            throws Exception {
        Train train = Train.newBuilder()
                .setArchitecture("compact")
                .setModelName(name)
                .setModelVersion(version)
                .setImages(images)
                .setValidation("validation")
                .setSteps(10)
                .setSeed(1)
                .setPublish(PublishPolicy.GATE)
                .build();
        send(
                settings,
                Wired.topics(settings).trainingRequests(),
                id,
                RecordSerde.of(TrainingRequest.class).encode(new TrainingRequest(id, Instant.now(), "test", train)));
    }

    private static void sendProgress(Settings settings, String id, TrainingState state) throws Exception {
        TrainingProgress progress = TrainingProgress.newBuilder()
                .setRunId(id)
                .setState(state)
                .setModelName("letters")
                .setModelVersion("1")
                .setStep(0)
                .setSteps(10)
                .setTime(Instant.now())
                .build();
        send(
                settings,
                Wired.topics(settings).trainingProgress(),
                id,
                RecordSerde.of(TrainingProgress.class).encode(progress));
    }

    private static void send(Settings settings, String topic, String key, byte[] value) throws Exception {
        try (var producer = new KafkaProducer<>(settings.kafka(), new StringSerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic, key, value)).get();
        }
    }
}
