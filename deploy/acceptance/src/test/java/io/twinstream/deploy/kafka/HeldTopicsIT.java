package io.twinstream.deploy.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.deploy.acceptance.rig.RawPublication;
import io.twinstream.deploy.drawing.DrawnCharacters;
import io.twinstream.deploy.testkit.OpenTransactor;
import io.twinstream.deploy.testkit.Releases;
import io.twinstream.deploy.testkit.SharedBroker;
import io.twinstream.deploy.testkit.Wired;
import io.twinstream.deploy.verdict.VerdictReader;
import io.twinstream.ingest.IngestService;
import io.twinstream.ingest.settings.IngestSettings;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.LabelOrigin;
import io.twinstream.schemas.record.LabelledImage;
import io.twinstream.schemas.record.ModelActivation;
import io.twinstream.schemas.record.ModelSlot;
import io.twinstream.schemas.record.Reference;
import io.twinstream.schemas.record.TrainingProgress;
import io.twinstream.schemas.record.TrainingState;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.trainer.dataset.ProblemList;
import io.twinstream.verifier.VerifierService;
import io.twinstream.verifier.settings.VerifierSettings;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Tries what a transaction does that somebody leaves open on one of the topics: it is said, waited for, and never guessed
 * about.
 */
@Execution(ExecutionMode.CONCURRENT)
class HeldTopicsIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final ModelId SECOND = new ModelId("letters", "1");

    @RegisterExtension
    static final SharedBroker broker = new SharedBroker();

    private final HttpClient http = HttpClient.newHttpClient();
    private final DrawnCharacters drawings = new DrawnCharacters(7);
    private Settings settings;
    private Topics topics;
    private String foreignId;

    @BeforeEach
    void prepare(TestInfo test) throws Exception {
        String prefix = test.getTestMethod().orElseThrow().getName().substring(0, 16);
        settings = broker.prepare(
                prefix,
                Map.of(
                        "verifier.group", prefix,
                        "verifier.threads", "1",
                        "verifier.http.port", "0",
                        "ingest.http.port", "0",
                        "topics.held.after.ms", "3000"));
        topics = Wired.topics(settings);
        foreignId = "foreign-" + prefix;
    }

    @Test
    void whatIsErasedStaysErasedWhenTheTransactionThatBroughtItEnds() throws Exception {
        try (IngestService ingest = IngestService.start(IngestSettings.of(settings));
                VerifierService verifier = VerifierService.start(VerifierSettings.of(settings))) {
            post(ingest, "/v1/references/ann?id=before", drawings.png(0, 0));
            post(ingest, "/v1/references/bob?id=before", drawings.png(1, 0));
            Awaitility.await().atMost(LIMIT).until(() -> verifier.ready() && gallery(verifier) == 2);
            try (OpenTransactor foreign = new OpenTransactor(settings, foreignId, LONG)) {
                foreign.write(topics.references(), 0, "ann/within", reference("ann", "within", drawings.png(0, 1)));
                post(ingest, "/v1/references/ann?id=behind", drawings.png(0, 2));
                post(ingest, "/v1/references/bob?id=behind", drawings.png(1, 1));
                foreign.write(topics.labelledImages(), 0, "ann/x", labelled("ann", drawings.png(0, 1)));

                HttpResponse<String> erased = delete(ingest, "/v1/references/ann");
                HttpResponse<String> labels = delete(ingest, "/v1/labelled-images/ann");
                HttpResponse<String> nobody = delete(ingest, "/v1/references/carol");

                assertEquals(202, erased.statusCode(), erased.body());
                assertTrue(erased.body().contains("\"erased\":3"), erased.body());
                assertTrue(erased.body().contains("--abort " + foreignId + "' ends it"), erased.body());
                assertTrue(labels.body().contains("\"erased\":1"), labels.body());
                assertEquals(404, nobody.statusCode(), nobody.body());
                foreign.write(topics.references(), 0, "ann/later", reference("ann", "later", drawings.png(0, 3)));
                foreign.commit();
            }
            // Enrolled after the erasure, so it stays.
            Awaitility.await().atMost(LIMIT).until(() -> gallery(verifier) == 3);
            HttpResponse<String> again = delete(ingest, "/v1/references/ann");
            assertTrue(again.body().contains("\"erased\":1"), again.body());
            assertFalse(again.body().contains("heldBack"), again.body());
            assertEquals(404, delete(ingest, "/v1/references/ann").statusCode());
            // Each partition learns of the commit by itself; until then it can't be told from an open transaction.
            Awaitility.await()
                    .until(() -> delete(ingest, "/v1/labelled-images/ann").statusCode() == 404);
            assertTrue(ImageSet.read(Wired.labelledImages(settings), 1, new ProblemList())
                    .classes()
                    .isEmpty());
        }
    }

    @Test
    void aVerifierThatStartsIsReadyWithTheGalleryThatOthersHaveAndSaysWhoseTransactionItIs() throws Exception {
        try (OpenTransactor foreign = new OpenTransactor(settings, foreignId, LONG);
                IngestService ingest = IngestService.start(IngestSettings.of(settings))) {
            post(ingest, "/v1/references/ann?id=before", drawings.png(0, 0));
            foreign.write(topics.references(), 0, "ann/within", reference("ann", "within", drawings.png(0, 1)));
            foreign.write(topics.deadLetters(), 0, "foreign", new byte[] {1});
            post(ingest, "/v1/references/bob?id=behind", drawings.png(1, 0));
            try (VerifierService verifier = VerifierService.start(VerifierSettings.of(settings))) {
                Awaitility.await().atMost(LIMIT).until(verifier::ready);
                assertEquals(1, gallery(verifier));
                Awaitility.await().atMost(LIMIT).until(() -> !held(verifier).isEmpty());
                HttpResponse<String> ready = get(verifier.port(), "/health/ready");
                String metrics = get(verifier.port(), "/metrics").body();

                assertEquals(200, ready.statusCode(), ready.body());
                assertTrue(
                        held(verifier).toString().contains("--abort " + foreignId + "' ends it"),
                        held(verifier)::toString);
                assertTrue(heldSeconds(metrics, topics.references()) > 3, metrics);
                assertEquals(0, heldSeconds(metrics, topics.verdicts()), metrics);
                Awaitility.await()
                        .atMost(LIMIT)
                        .until(() -> heldSeconds(get(ingest.port(), "/metrics").body(), topics.references()) > 0);
                Awaitility.await()
                        .atMost(LIMIT)
                        .until(() ->
                                held(verifier).toString().contains(topics.deadLetters() + "-0 has not been readable"));
                assertTrue(heldSeconds(get(verifier.port(), "/metrics").body(), topics.deadLetters()) > 3);

                foreign.commit();

                Awaitility.await().atMost(LIMIT).until(() -> gallery(verifier) == 3);
                Awaitility.await().atMost(LIMIT).until(() -> held(verifier).isEmpty());
                assertEquals(0, heldSeconds(get(verifier.port(), "/metrics").body(), topics.references()));
            }
        }
    }

    @Test
    void versionsPublishedBeforeAnOpenTransactionAreActivatedAndThoseBehindItComeWhenItEnds() throws Exception {
        Releases.publish(settings, "wide", SECOND);
        try (OpenTransactor foreign = new OpenTransactor(settings, foreignId, LONG)) {
            foreign.write(topics.modelReleases(), 0, "letters/9", new byte[] {1});
            ModelId behind = new ModelId("letters", "2");
            // The publisher itself waits, since it can't tell whether somebody else has published the version.
            new RawPublication(
                            settings,
                            KeyPairGenerator.getInstance("Ed25519")
                                    .generateKeyPair()
                                    .getPrivate())
                    .write(behind, Releases.renamed("wide", behind), chunks -> {}, release -> {});
            try (VerifierService verifier = VerifierService.start(VerifierSettings.of(settings))) {
                Awaitility.await().atMost(LIMIT).until(verifier::ready);
                Releases.activate(settings, ModelSlot.SERVING, SECOND, Duration.ofSeconds(2));
                Awaitility.await()
                        .atMost(LIMIT)
                        .until(() -> verifier.serving().id().equals(SECOND) && verifier.ready());

                // Whether there are others nobody can tell.
                HttpResponse<String> models = get(verifier.port(), "/v1/models");
                HttpResponse<String> shadow = order(verifier, "activations", "shadow", SECOND);
                HttpResponse<String> unknown = order(verifier, "activations", "serving", behind);
                assertEquals(200, models.statusCode(), models.body());
                assertTrue(models.body().contains("\"version\":\"1\""), models.body());
                assertTrue(models.body().contains("versions that were published last may be missing"), models.body());
                assertTrue(models.body().contains("--abort " + foreignId + "' ends it"), models.body());
                assertEquals(201, shadow.statusCode(), shadow.body());
                assertTrue(shadow.body().contains("--abort " + foreignId + "' ends it"), shadow.body());
                assertEquals(503, unknown.statusCode(), unknown.body());
                assertTrue(unknown.headers().firstValue("Retry-After").isPresent());
                assertTrue(unknown.body().contains("whether there is letters/2 can't be said"), unknown.body());

                foreign.commit();

                Awaitility.await()
                        .atMost(LIMIT)
                        .until(() -> get(verifier.port(), "/v1/models").body().contains("\"version\":\"2\""));
            }
        }
    }

    @Test
    void ordersAndListsGoOnWhileAnOpenTransactionHoldsWhatVerifiersReport() throws Exception {
        Releases.publish(settings, "wide", SECOND);
        try (VerifierService verifier = VerifierService.start(VerifierSettings.of(settings))) {
            ModelId own = verifier.serving().id();
            Awaitility.await().atMost(LIMIT).until(() -> ready(verifier, own) && ready(verifier, SECOND));
            try (OpenTransactor foreign = new OpenTransactor(settings, foreignId, LONG)) {
                foreign.write(topics.modelStates(), 0, "nobody", new byte[] {1});

                HttpResponse<String> activated = order(verifier, "activations", "serving", SECOND);
                Awaitility.await()
                        .atMost(LIMIT)
                        .until(() -> verifier.serving().id().equals(SECOND));
                // A list may be 2 s old, so that one that is asked for at once still knows all.
                HttpResponse<String> models = get(verifier.port(), "/v1/models");
                HttpResponse<String> back = order(verifier, "rollback", "", null);

                assertEquals(200, models.statusCode(), models.body());
                assertTrue(models.body().contains("what verifiers have reported last may be missing"), models.body());
                assertTrue(models.body().contains("--abort " + foreignId + "' ends it"), models.body());
                assertEquals(201, activated.statusCode(), activated.body());
                assertTrue(activated.body().contains("--abort " + foreignId + "' ends it"), activated.body());
                // What was reported before the transaction is known, so that the own model is found.
                assertEquals(201, back.statusCode(), back.body());
                assertTrue(back.body().contains("\"name\":\"%s\"".formatted(own.name())), back.body());
                foreign.commit();
            }
            Awaitility.await()
                    .atMost(LIMIT)
                    .until(() -> get(verifier.port(), "/v1/models").body().contains("\"mayBeMissing\":[]"));
        }
    }

    @Test
    void probesAreJudgedByTheActivationBehindTheOpenTransaction() throws Exception {
        Releases.publish(settings, "wide", SECOND);
        try (IngestService ingest = IngestService.start(IngestSettings.of(settings));
                VerifierService verifier = VerifierService.start(VerifierSettings.of(settings));
                VerdictReader reader = VerdictReader.open(CommonSettings.of(settings), true)) {
            Awaitility.await().atMost(LIMIT).until(verifier::ready);
            try (OpenTransactor foreign = new OpenTransactor(settings, foreignId, LONG)) {
                byte[] shadow = RecordSerde.of(ModelActivation.class)
                        .encode(new ModelActivation(ModelSlot.SHADOW, null, null, 0L, null, "a test", "a test"));
                foreign.write(topics.modelActivations(), 0, "SHADOW", shadow);
                Instant from = Releases.activate(settings, ModelSlot.SERVING, SECOND, Duration.ofSeconds(2));
                Awaitility.await().until(() -> Instant.now().isAfter(from.plusMillis(200)));
                post(ingest, "/v1/probes?id=behind", drawings.png(0, 0));
                Awaitility.await().atMost(LIMIT).until(() -> !held(verifier).isEmpty());
                assertEquals(List.of(), reader.poll(Duration.ofSeconds(1)));
                assertEquals(503, get(verifier.port(), "/health/ready").statusCode());
                foreign.commit();
            }
            List<Verdict> verdicts = new ArrayList<>();
            Awaitility.await().atMost(LIMIT).until(() -> {
                verdicts.addAll(reader.poll(Duration.ofMillis(100)));
                return !verdicts.isEmpty();
            });
            assertEquals("letters", verdicts.get(0).getModelName());
        }
    }

    @Test
    void probesAreJudgedOnWhileNoActivationThatIsPendingCouldConcernThem() throws Exception {
        try (IngestService ingest = IngestService.start(IngestSettings.of(settings));
                VerifierService verifier = VerifierService.start(VerifierSettings.of(settings));
                VerdictReader reader = VerdictReader.open(CommonSettings.of(settings), true);
                OpenTransactor foreign = new OpenTransactor(settings, foreignId, LONG)) {
            byte[] shadow = RecordSerde.of(ModelActivation.class)
                    .encode(new ModelActivation(ModelSlot.SHADOW, null, null, 0L, null, "a test", "a test"));
            foreign.write(topics.modelActivations(), 0, "SHADOW", shadow);
            foreign.write(topics.modelActivations(), 0, "SERVING", new byte[] {1});
            Awaitility.await()
                    .atMost(LIMIT)
                    .until(() -> verifier.ready() && !held(verifier).isEmpty());

            post(ingest, "/v1/probes?id=meanwhile", drawings.png(0, 0));

            List<Verdict> verdicts = new ArrayList<>();
            Awaitility.await().atMost(LIMIT).until(() -> {
                verdicts.addAll(reader.poll(Duration.ofMillis(100)));
                return !verdicts.isEmpty();
            });
            assertEquals("meanwhile", verdicts.get(0).getProbeId());
            assertEquals(200, get(verifier.port(), "/health/ready").statusCode());
        }
    }

    @Test
    void feedbackOnAVerdictBehindAnOpenTransactionIsToBeTriedAgain() throws Exception {
        try (IngestService ingest = IngestService.start(IngestSettings.of(settings));
                VerifierService verifier = VerifierService.start(VerifierSettings.of(settings))) {
            post(ingest, "/v1/references/ann?id=1", drawings.png(0, 0));
            Awaitility.await().atMost(LIMIT).until(() -> verifier.ready() && gallery(verifier) == 1);
            try (OpenTransactor foreign = new OpenTransactor(settings, foreignId, LONG)) {
                for (int partition = 0; partition < 4; partition++) {
                    foreign.write(topics.verdicts(), partition, "nobody", new byte[] {1});
                }
                post(ingest, "/v1/probes?task=claim&subject=ann&id=judged", drawings.png(0, 0));
                Awaitility.await()
                        .atMost(LIMIT)
                        .until(() -> feedback(ingest, "judged").statusCode() == 503);
                Awaitility.await().atMost(LIMIT).until(() -> !held(verifier).isEmpty());

                HttpResponse<String> held = feedback(ingest, "judged");
                HttpResponse<String> unknown = feedback(ingest, "unknown");

                assertEquals(503, held.statusCode());
                assertTrue(held.headers().firstValue("Retry-After").isPresent());
                assertTrue(held.body().contains("the verdict of the probe 'judged' is not committed yet"), held.body());
                assertTrue(held.body().contains("--abort " + foreignId + "' ends it"), held.body());
                assertEquals(404, unknown.statusCode(), unknown.body());
                foreign.commit();
            }
            Awaitility.await()
                    .atMost(LIMIT)
                    .until(() -> feedback(ingest, "judged").statusCode() == 202);
        }
    }

    @Test
    void whetherThereIsATrainingRunIsNotSaidWhileAnOpenTransactionMayHideIt() throws Exception {
        byte[] progress = RecordSerde.of(TrainingProgress.class)
                .encode(TrainingProgress.newBuilder()
                        .setRunId("held")
                        .setModelName("letters")
                        .setModelVersion("1")
                        .setState(TrainingState.TRAINING)
                        .setStep(1)
                        .setSteps(2)
                        .setTime(Instant.now())
                        .build());
        try (VerifierService verifier = VerifierService.start(VerifierSettings.of(settings))) {
            Awaitility.await().atMost(LIMIT).untilAsserted(() -> {
                HttpResponse<String> none = get(verifier.port(), "/v1/training-runs/held");
                assertEquals(404, none.statusCode(), none.body());
            });
            try (OpenTransactor foreign = new OpenTransactor(settings, foreignId, LONG)) {
                foreign.write(topics.trainingProgress(), 0, "held", progress);

                HttpResponse<String> held = get(verifier.port(), "/v1/training-runs/held");
                HttpResponse<String> unknown = get(verifier.port(), "/v1/training-runs/unknown");

                assertEquals(503, held.statusCode(), held.body());
                assertTrue(held.headers().firstValue("Retry-After").isPresent());
                assertTrue(held.body().contains("the training run 'held' may not be committed yet"), held.body());
                assertEquals(404, unknown.statusCode(), unknown.body());
                foreign.commit();
            }
            // Until the follower has read the run, the answer is to try again, and never that there is none.
            Awaitility.await().atMost(LIMIT).until(() -> {
                int status = get(verifier.port(), "/v1/training-runs/held").statusCode();
                assertTrue(status == 200 || status == 503, "" + status);
                return status == 200;
            });
        }
    }

    @Test
    void whetherAReferenceHasAPictureIsNotSaidWhileAnOpenTransactionMayHideIt() throws Exception {
        try (IngestService ingest = IngestService.start(IngestSettings.of(settings));
                VerifierService verifier = VerifierService.start(VerifierSettings.of(settings))) {
            post(ingest, "/v1/references/ann?id=before", drawings.png(0, 0));
            Awaitility.await().atMost(LIMIT).until(() -> verifier.ready() && gallery(verifier) == 1);
            try (OpenTransactor foreign = new OpenTransactor(settings, foreignId, LONG)) {
                foreign.write(topics.references(), 0, "nobody/none", null);
                post(ingest, "/v1/references/ann?id=behind", drawings.png(0, 1));

                HttpResponse<String> before = get(verifier.port(), picture("ann", "before"));
                HttpResponse<String> held = get(verifier.port(), picture("ann", "behind"));
                HttpResponse<String> unknown = get(verifier.port(), picture("ann", "unknown"));
                HttpResponse<String> erased = get(verifier.port(), picture("nobody", "none"));

                assertEquals(200, before.statusCode(), before.body());
                assertEquals(503, held.statusCode(), held.body());
                assertTrue(held.headers().firstValue("Retry-After").isPresent());
                assertTrue(held.body().contains("the reference ann/behind may not be committed yet"), held.body());
                assertEquals(404, unknown.statusCode(), unknown.body());
                assertEquals(404, erased.statusCode(), erased.body());
                foreign.commit();
            }
            Awaitility.await().atMost(LIMIT).until(() -> {
                int status = get(verifier.port(), picture("ann", "behind")).statusCode();
                assertTrue(status == 200 || status == 503, "" + status);
                return status == 200;
            });
        }
    }

    private static String picture(String subject, String reference) {
        return "/v1/subjects/%s/references/%s/image".formatted(subject, reference);
    }

    private static double heldSeconds(String metrics, String topic) {
        String row = "twinstream_topic_held_seconds{topic=\"%s\"}".formatted(topic);
        return metrics.lines()
                .filter(line -> line.startsWith(row))
                .mapToDouble(
                        line -> Double.parseDouble(line.substring(row.length()).trim()))
                .findFirst()
                .orElseThrow();
    }

    private static int gallery(VerifierService verifier) {
        return (Integer) verifier.status().get("gallerySize");
    }

    private static List<?> held(VerifierService verifier) {
        return (List<?>) verifier.status().get("heldTopics");
    }

    private static byte[] reference(String subject, String id, byte[] image) {
        return RecordSerde.of(Reference.class)
                .encode(new Reference(subject, id, Instant.now(), ByteBuffer.wrap(image), null));
    }

    private static byte[] labelled(String subject, byte[] image) {
        return RecordSerde.of(LabelledImage.class)
                .encode(new LabelledImage(
                        subject, "gate", Instant.now(), ByteBuffer.wrap(image), LabelOrigin.SUBMITTED, null, null));
    }

    /** Returns whether the verifier has reported that it could judge by a version. */
    private boolean ready(VerifierService verifier, ModelId model) throws Exception {
        return get(verifier.port(), "/v1/models/" + model).body().contains("\"state\":\"READY\"");
    }

    /** Orders that a version takes a slot, or where none is given, that the one before serves again. */
    private HttpResponse<String> order(VerifierService verifier, String what, String slot, @Nullable ModelId model)
            throws Exception {
        String body = model == null
                ? "{\"reason\": \"a test\"}"
                : "{\"slot\": \"%s\", \"name\": \"%s\", \"version\": \"%s\", \"reason\": \"a test\"}"
                        .formatted(slot, model.name(), model.version());
        return send(
                verifier.port(), "/v1/models/" + what, HttpRequest.newBuilder().POST(BodyPublishers.ofString(body)));
    }

    private HttpResponse<String> feedback(IngestService ingest, String probe) throws Exception {
        return send(
                ingest.port(),
                "/v1/verdicts/%s/feedback".formatted(probe),
                HttpRequest.newBuilder().POST(BodyPublishers.ofString("{\"subject\": \"ann\"}")));
    }

    private void post(IngestService ingest, String path, byte[] image) throws Exception {
        HttpResponse<String> answer =
                send(ingest.port(), path, HttpRequest.newBuilder().POST(BodyPublishers.ofByteArray(image)));
        assertEquals(202, answer.statusCode(), answer.body());
    }

    private HttpResponse<String> delete(IngestService ingest, String path) throws Exception {
        return send(ingest.port(), path, HttpRequest.newBuilder().DELETE());
    }

    private HttpResponse<String> get(int port, String path) throws Exception {
        return send(port, path, HttpRequest.newBuilder().GET());
    }

    private HttpResponse<String> send(int port, String path, HttpRequest.Builder request) throws Exception {
        return http.send(
                request.uri(URI.create("http://127.0.0.1:%d%s".formatted(port, path)))
                        .build(),
                BodyHandlers.ofString());
    }
}
