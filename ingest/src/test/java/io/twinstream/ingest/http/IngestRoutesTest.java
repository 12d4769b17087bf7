package io.twinstream.ingest.http;

import static io.twinstream.ingest.publish.FakeKafka.LIMITS;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.ingest.NoiseImages;
import io.twinstream.ingest.publish.FakeKafka;
import io.twinstream.schemas.http.HttpServer;
import io.twinstream.schemas.metrics.Metric;
import io.twinstream.schemas.record.Claim;
import io.twinstream.schemas.record.Identify;
import io.twinstream.schemas.record.Pair;
import io.twinstream.schemas.record.Point;
import io.twinstream.schemas.record.Region;
import io.twinstream.schemas.tracing.Tracing;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class IngestRoutesTest {
    private static final byte[] IMAGE = NoiseImages.png(1);

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    @Test
    void aRawBodyIsAProbeToBeIdentified() throws Exception {
        FakeKafka kafka = FakeKafka.acknowledging();
        Caller caller = serve(kafka);

        HttpResponse<String> answer = caller.post("/v1/probes?source=gate&candidates=3&id=p1", IMAGE);

        assertEquals(202, answer.statusCode());
        assertEquals("{\"id\":\"p1\"}", answer.body());
        assertEquals("gate", kafka.probe(0).getSourceId());
        assertArrayEquals(IMAGE, kafka.probe(0).getImage().array());
        assertEquals(
                3, assertInstanceOf(Identify.class, kafka.probe(0).getTask()).getCandidates());
    }

    @Test
    void everyTypeOfImageIsTaken() throws Exception {
        FakeKafka kafka = FakeKafka.acknowledging();
        Caller caller = serve(kafka);

        for (String format : List.of("png", "jpg", "bmp", "gif", "tiff")) {
            byte[] image = NoiseImages.of(format, 1, 24, 24);
            assertEquals(202, caller.post("/v1/probes", image).statusCode(), format);
        }
    }

    @Test
    void aClaimNamesItsSubject() throws Exception {
        FakeKafka kafka = FakeKafka.acknowledging();
        Caller caller = serve(kafka);

        HttpResponse<String> answer = caller.post("/v1/probes?task=claim&subject=J%C3%B6rg%20B", IMAGE);

        assertEquals(202, answer.statusCode());
        assertEquals("http", kafka.probe(0).getSourceId());
        assertEquals(
                "J\u00f6rg B",
                assertInstanceOf(Claim.class, kafka.probe(0).getTask()).getSubjectId());
    }

    @Test
    void aPairIsAFormOfTwoParts() throws Exception {
        FakeKafka kafka = FakeKafka.acknowledging();
        Caller caller = serve(kafka);
        byte[] other = NoiseImages.png(2);

        HttpResponse<String> answer =
                caller.postForm("/v1/probes?task=pair", Map.of("image", IMAGE, "reference", other));

        assertEquals(202, answer.statusCode(), answer.body());
        assertArrayEquals(IMAGE, kafka.probe(0).getImage().array());
        assertArrayEquals(
                other,
                assertInstanceOf(Pair.class, kafka.probe(0).getTask())
                        .getImage()
                        .array());
        HttpResponse<String> raw = caller.post("/v1/probes?task=pair", IMAGE);
        assertEquals(400, raw.statusCode());
        assertTrue(raw.body().contains("multipart/form-data"), raw.body());
    }

    @Test
    void aProbeAReferenceAndALabelledImageCarryTheRegionOfTheirSender() throws Exception {
        FakeKafka kafka = FakeKafka.acknowledging();
        Caller caller = serve(kafka);
        String region = "region=4,5.5,20,18,0.9&points=8,9;20,9";
        String encoded = "region=4%2C5.5%2C20%2C18%2C0.9&points=8%2C9%3B20%2C9";

        for (String path : List.of("/v1/probes?", "/v1/references/ann?", "/v1/labelled-images/ann?")) {
            HttpResponse<String> answer = caller.post(path + region, IMAGE);
            assertEquals(202, answer.statusCode(), answer.body());
        }
        assertEquals(202, caller.post("/v1/probes?" + encoded, IMAGE).statusCode());

        Region expected = new Region(4f, 5.5f, 20f, 18f, 0.9f, List.of(new Point(8f, 9f), new Point(20f, 9f)));
        assertEquals(expected, kafka.probe(0).getRegion());
        assertEquals(expected, kafka.reference(1).getRegion());
        assertEquals(expected, kafka.labelled(2).getRegion());
        assertEquals(expected, kafka.probe(3).getRegion());
    }

    @Test
    void eachPictureOfAPairHasItsOwnRegion() throws Exception {
        FakeKafka kafka = FakeKafka.acknowledging();
        Caller caller = serve(kafka);
        Map<String, byte[]> parts = Map.of("image", IMAGE, "reference", IMAGE);

        HttpResponse<String> both = caller.postForm(
                "/v1/probes?task=pair&region=1,2,3,4&referenceRegion=5,6,7,8&referencePoints=6,7", parts);
        HttpResponse<String> other = caller.postForm("/v1/probes?task=pair&referenceRegion=5,6,7,8", parts);

        assertEquals(202, both.statusCode(), both.body());
        assertEquals(202, other.statusCode(), other.body());
        assertEquals(new Region(1f, 2f, 3f, 4f, 1f, List.of()), kafka.probe(0).getRegion());
        assertEquals(
                new Region(5f, 6f, 7f, 8f, 1f, List.of(new Point(6f, 7f))),
                assertInstanceOf(Pair.class, kafka.probe(0).getTask()).getRegion());
        assertNull(kafka.probe(1).getRegion());
        HttpResponse<String> alone = caller.post("/v1/probes?referenceRegion=5,6,7,8", IMAGE);
        assertEquals(400, alone.statusCode());
        assertTrue(alone.body().contains("unknown parameter 'referenceRegion'"), alone.body());
    }

    @Test
    void aRegionThatIsNoneIsRefusedBeforeTheImageIsRead() throws Exception {
        FakeKafka kafka = FakeKafka.acknowledging();
        Caller caller = serve(kafka);

        for (String wrong : List.of(
                "region=1,2,3",
                "region=",
                "region=1,2,3,4,",
                "region=1,2,NaN,4",
                "region=1,2,1e400,4",
                "region=1,2,-3,4",
                "region=10%25,20%25,30%25,40%25",
                "region=1,5,2,5,3,0,4,0",
                "points=1,2;3,4",
                "region=1,2,8,8&points=1,2;3",
                "region=1,2,8,8&region=1,2,8,8",
                "region=1,2,8,8&points=1,2&points=3,4",
                "region=1,2,8,8&points=" + "1,2%3B".repeat(1_001),
                "Region=1,2,8,8")) {
            for (String path : List.of("/v1/probes?", "/v1/references/ann?", "/v1/labelled-images/ann?")) {
                HttpResponse<String> answer = caller.post(path + wrong, new byte[0]);

                assertEquals(400, answer.statusCode(), wrong + ": " + answer.body());
                assertTrue(answer.body().contains("{\"error\":\""), answer.body());
                assertFalse(answer.body().contains("image"), answer.body());
            }
        }
        assertTrue(kafka.sent().isEmpty());
    }

    @Test
    void aRegionBesideThePictureIsRefused() throws Exception {
        FakeKafka kafka = FakeKafka.acknowledging();
        Caller caller = serve(kafka);

        for (String beside : List.of("32,4,20,20", "-20,4,20,20", "4,-30,5,30", "4,31.6,5,5")) {
            HttpResponse<String> answer = caller.post("/v1/references/ann?region=" + beside, IMAGE);

            assertEquals(400, answer.statusCode(), beside);
            assertTrue(answer.body().contains("the picture is 32 x 32 pixels when upright"), answer.body());
        }
        assertTrue(kafka.sent().isEmpty());
        assertEquals(
                202,
                caller.post("/v1/references/ann?region=-19,31,20,500", IMAGE).statusCode());
    }

    @Test
    void aReferenceIsEnrolledFromABodyOrAForm() throws Exception {
        FakeKafka kafka = FakeKafka.acknowledging();
        Caller caller = serve(kafka);

        HttpResponse<String> raw = caller.post("/v1/references/ann", IMAGE);
        HttpResponse<String> form = caller.postForm("/v1/references/ann?id=left", Map.of("image", IMAGE));

        assertEquals(202, raw.statusCode());
        assertEquals("{\"id\":\"%s\"}".formatted(kafka.reference(0).getReferenceId()), raw.body());
        assertEquals("{\"id\":\"left\"}", form.body());
        assertEquals("ann/left", kafka.sent().get(1).key());
    }

    @Test
    void aLabelledImageIsTakenWithItsSource() throws Exception {
        FakeKafka kafka = FakeKafka.acknowledging();
        Caller caller = serve(kafka);

        HttpResponse<String> answer = caller.post("/v1/labelled-images/ann?source=gate", IMAGE);
        HttpResponse<String> form = caller.postForm("/v1/labelled-images/ann", Map.of("image", IMAGE));

        assertEquals(202, answer.statusCode(), answer.body());
        assertEquals(answer.body(), form.body());
        assertEquals("ann", kafka.labelled(0).getSubjectId());
        assertEquals("gate", kafka.labelled(0).getSourceId());
        assertEquals("http", kafka.labelled(1).getSourceId());
        assertEquals(
                415,
                caller.post("/v1/labelled-images/ann", "no image".getBytes(UTF_8))
                        .statusCode());
        assertEquals(400, caller.post("/v1/labelled-images/ann?sorce=x", IMAGE).statusCode());
    }

    @Test
    void feedbackThatSaysNothingIsToldTheForm() throws Exception {
        Caller caller = serve(FakeKafka.acknowledging());

        for (String body : List.of(
                "",
                "[]",
                "true",
                "{}",
                "{\"correct\":null}",
                "{\"correct\":\"false\"}",
                "{\"correct\":true,\"subject\":\"ann\"}",
                "{\"subject\":7}",
                "{\"subject\":\"ann\"} {}",
                "{\"subject\":\"" + "x".repeat(5000) + "\"}",
                "{\"subject\":")) {
            HttpResponse<String> answer = caller.post("/v1/verdicts/p1/feedback", body.getBytes(UTF_8));

            assertEquals(400, answer.statusCode(), body);
            assertTrue(answer.body().contains("write it as in {"), answer.body());
        }
        HttpResponse<String> badId = caller.post("/v1/verdicts/p1/feedback", "{\"subject\":\"a/b\"}".getBytes(UTF_8));
        assertEquals(400, badId.statusCode());
        assertTrue(badId.body().contains("a subject id holds no '/'"), badId.body());
    }

    @Test
    void deletingErasesTheSubjectOrOneReferenceAndMissesAreSaid() throws Exception {
        FakeKafka kafka = FakeKafka.holding(List.of(
                FakeKafka.reference(0, "ann/r1", Optional.of(IMAGE)),
                FakeKafka.reference(1, "ann/r2", Optional.of(IMAGE))));
        Caller caller = serve(kafka);

        HttpResponse<String> one = caller.delete("/v1/references/ann?reference=r2");
        HttpResponse<String> missing = caller.delete("/v1/references/ann?reference=r9");
        HttpResponse<String> all = caller.delete("/v1/references/ann");
        HttpResponse<String> none = caller.delete("/v1/references/bob");

        assertEquals(202, all.statusCode());
        assertTrue(all.body().contains("\"erased\":2"), all.body());
        assertEquals(202, one.statusCode());
        assertTrue(one.body().contains("\"id\":\"r2\""), one.body());
        assertEquals("ann/r2", kafka.sent().get(0).key());
        assertEquals(404, missing.statusCode());
        assertTrue(missing.body().contains("the subject 'ann' has no reference 'r9'"), missing.body());
        assertEquals(404, none.statusCode());
        assertEquals(3, kafka.sent().size());
    }

    @Test
    void nothingIsAnsweredBeforeTheBrokerHasAcknowledged() throws Exception {
        FakeKafka kafka = FakeKafka.silent(10 << 20);
        Caller caller = serve(kafka);

        CompletableFuture<HttpResponse<String>> answer = caller.postLater("/v1/probes", IMAGE);
        await().until(() -> kafka.sent().size() == 1);

        assertFalse(answer.isDone());
        kafka.producer.completeNext();
        assertEquals(202, answer.get().statusCode());
    }

    @Test
    void aBrokerThatIsSilentIsToldInTimeWithTheIdToSendAgainAndTheRecordGoesOn() throws Exception {
        FakeKafka kafka = FakeKafka.silent(10 << 20);
        Caller caller = Caller.of(
                kafka, kafka.publisher.answeringWithin(Duration.ofMillis(200)), Optional.empty(), Tracing.off());
        open.add(caller);

        HttpResponse<String> answer = caller.post("/v1/probes?id=p1", IMAGE);

        assertEquals(503, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains("the broker has not acknowledged the record within 0.2 s"), answer.body());
        assertTrue(answer.body().contains("send it again under the same id, p1"), answer.body());
        assertEquals("5", answer.headers().firstValue("Retry-After").orElseThrow());
        kafka.producer.completeNext();
        assertEquals(
                1.0,
                Metric.INGEST_RECORDS
                        .counter(kafka.registry, "accepted", "none")
                        .count());
    }

    @Test
    void waitingForAcknowledgementsHoldsNoThreads() throws Exception {
        FakeKafka kafka = FakeKafka.silent(10 << 20);
        Caller caller = serve(kafka);
        int many = 4 * HttpServer.MAX_THREADS;

        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            answers.add(caller.postLater("/v1/probes", IMAGE));
        }
        await().until(() -> kafka.sent().size() == many);

        assertEquals(200, caller.get("/health/live").statusCode());
        kafka.completeAll();
        for (CompletableFuture<HttpResponse<String>> answer : answers) {
            assertEquals(202, answer.get().statusCode());
        }
    }

    @Test
    void pastTheBudgetTheAnswerIs503AtOnceAndNothingMoreIsHeld() throws Exception {
        FakeKafka kafka = FakeKafka.silent(3 * (IMAGE.length + 300));
        Caller caller = serve(kafka);
        List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            waiting.add(caller.postLater("/v1/probes", IMAGE));
        }
        await().until(() -> kafka.sent().size() == 3);

        for (int i = 0; i < 50; i++) {
            HttpResponse<String> busy = caller.post("/v1/probes", IMAGE);
            assertEquals(503, busy.statusCode());
            assertEquals("5", busy.headers().firstValue("Retry-After").orElseThrow());
        }

        assertEquals(3, kafka.sent().size());
        assertTrue(waiting.stream().noneMatch(CompletableFuture::isDone));
        kafka.producer.completeNext();
        await().until(() -> waiting.stream().anyMatch(CompletableFuture::isDone));
        CompletableFuture<HttpResponse<String>> next = caller.postLater("/v1/probes", IMAGE);
        await().until(() -> kafka.sent().size() == 4);
        assertFalse(next.isDone());
        kafka.completeAll();
    }

    @Test
    void aBrokerThatGoesAwayIs503AndARecordThatItRefusesIs413() throws Exception {
        FakeKafka kafka = FakeKafka.silent(10 << 20);
        Caller caller = serve(kafka);

        CompletableFuture<HttpResponse<String>> lost = caller.postLater("/v1/probes", IMAGE);
        await().until(() -> kafka.producer.errorNext(new TimeoutException("Expiring 1 record(s)")));
        assertEquals(503, lost.get().statusCode());
        assertTrue(lost.get().headers().firstValue("Retry-After").isPresent());

        CompletableFuture<HttpResponse<String>> large = caller.postLater("/v1/probes", IMAGE);
        await().until(() -> kafka.producer.errorNext(new RecordTooLargeException("max.message.bytes")));
        assertEquals(413, large.get().statusCode());
    }

    @Test
    void badParametersAre400WithTheRule() throws Exception {
        Caller caller = serve(FakeKafka.acknowledging());

        for (String query : List.of(
                "task=guess",
                "task=claim",
                "candidates=0",
                "candidates=x",
                "tsak=claim",
                "task=identify&subject=ann",
                "source=",
                "source=a&source=b",
                "id=a%0Ab")) {
            HttpResponse<String> answer = caller.post("/v1/probes?" + query, IMAGE);
            assertEquals(400, answer.statusCode(), query + answer.body());
            assertTrue(answer.body().matches("\\{\"error\":\"[^\n]+\"}"), answer.body());
        }
        assertEquals(
                400, caller.post("/v1/references/" + "x".repeat(201), IMAGE).statusCode());
        assertEquals(400, caller.post("/v1/references/a%2Fb", IMAGE).statusCode());
        assertEquals(400, caller.post("/v1/references/a%09b", IMAGE).statusCode());
        assertEquals(400, caller.post("/v1/probes", new byte[0]).statusCode());
        assertEquals(
                400, caller.postForm("/v1/probes", Map.of("picture", IMAGE)).statusCode());
        assertEquals(
                400,
                caller.postForm("/v1/probes?task=pair", Map.of("image", IMAGE)).statusCode());
        assertEquals(
                400,
                caller.post("/v1/probes", IMAGE, "Content-Type", "multipart/form-data; boundary=x")
                        .statusCode());
        assertEquals(
                400,
                caller.post("/v1/probes", IMAGE, "Content-Type", "multipart/form-data")
                        .statusCode());
    }

    @Test
    void imagesThatAreNotTakenAreToldApart() throws Exception {
        FakeKafka kafka = FakeKafka.acknowledging();
        Caller caller = serve(kafka);
        byte[] damaged = IMAGE.clone();
        Arrays.fill(damaged, 16, 24, (byte) 0xff);

        assertEquals(415, caller.post("/v1/probes", "no image".getBytes(UTF_8)).statusCode());
        assertEquals(422, caller.post("/v1/probes", damaged).statusCode());
        assertEquals(
                422, caller.post("/v1/probes", NoiseImages.of("png", 1, 4, 4)).statusCode());
        assertEquals(
                422, caller.post("/v1/probes", NoiseImages.flat(2000, 2000)).statusCode());
        assertEquals(
                422,
                caller.postForm("/v1/probes?task=pair", Map.of("image", IMAGE, "reference", damaged))
                        .statusCode());
        assertTrue(kafka.sent().isEmpty());
    }

    @Test
    void bodiesOverTheLimitAre413WhateverTheySayOfTheirLength() throws Exception {
        FakeKafka kafka = FakeKafka.acknowledging();
        Caller caller = serve(kafka);
        byte[] large = new byte[LIMITS.maxBytes() + 1];

        assertEquals(413, caller.post("/v1/probes", large).statusCode());
        assertEquals(
                413,
                caller.send("/v1/probes", BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large)))
                        .statusCode());
        assertEquals(413, caller.postForm("/v1/probes", Map.of("image", large)).statusCode());
        byte[] form = Caller.form(Map.of("image", new byte[3 * LIMITS.maxBytes()]));
        assertEquals(
                413,
                caller.send(
                                "/v1/probes",
                                BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(form)),
                                "Content-Type",
                                Caller.FORM_TYPE)
                        .statusCode());
        assertTrue(kafka.sent().isEmpty());
        assertEquals(
                4,
                kafka.registry
                        .get(Metric.INGEST_RECORDS.id())
                        .tags("result", "refused", "reason", "TOO_MANY_BYTES")
                        .counter()
                        .count());
    }

    @Test
    void whoStillSendsABodyOverTheLimitLearnsOfItAndMayGoOn() throws Exception {
        Caller caller = serve(FakeKafka.acknowledging());
        byte[] large = new byte[7 << 20];

        for (int i = 0; i < 20; i++) {
            HttpResponse<String> answer = caller.post("/v1/probes", large);

            assertEquals(413, answer.statusCode());
            assertEquals(Optional.empty(), answer.headers().firstValue("Connection"));
        }
    }

    @Test
    void aChunkedUploadWithoutEndIsCutOff() throws Exception {
        try (EndlessUpload upload =
                new EndlessUpload(serve(FakeKafka.acknowledging()).port())) {
            String status = upload.untilAnswered();

            assertTrue(status.startsWith("HTTP/1.1 413 ") || status.equals(EndlessUpload.HUNG_UP), status);
            // The limit, what is passed over after it, and what the two sockets and the server's own buffers hold.
            assertTrue(upload.bytesSent() < LIMITS.maxBytes() + (48 << 20), upload.bytesSent() + " bytes");
        }
    }

    @Test
    void withATokenOnlyItsBearerPasses() throws Exception {
        FakeKafka kafka = FakeKafka.acknowledging();
        Caller caller = serve(kafka, Optional.of("s3cret"));

        HttpResponse<String> none = caller.post("/v1/probes", IMAGE);
        HttpResponse<String> wrong = caller.post("/v1/probes", IMAGE, "Authorization", "Bearer s3cre");
        HttpResponse<String> scheme = caller.post("/v1/probes", IMAGE, "Authorization", "Basic s3cret");
        HttpResponse<String> right = caller.post("/v1/probes", IMAGE, "Authorization", "bearer s3cret");

        assertEquals(
                List.of(401, 401, 401, 202),
                List.of(none, wrong, scheme, right).stream()
                        .map(HttpResponse::statusCode)
                        .toList());
        assertEquals("Bearer", none.headers().firstValue("WWW-Authenticate").orElseThrow());
        assertEquals(401, caller.delete("/v1/references/ann").statusCode());
        assertEquals(200, caller.get("/health/live").statusCode());
        assertEquals(1, kafka.sent().size());
    }

    @Test
    void withoutATokenAWebPageIsKeptOut() throws Exception {
        Caller caller = serve(FakeKafka.acknowledging());

        assertEquals(
                403,
                caller.post("/v1/probes", IMAGE, "Origin", "https://example.org")
                        .statusCode());
    }

    @Test
    void unknownPathsAndMethodsAreErrorsInJson() throws Exception {
        Caller caller = serve(FakeKafka.acknowledging());

        assertEquals(404, caller.get("/v1/nothing").statusCode());
        assertEquals(405, caller.get("/v1/probes").statusCode());
        assertTrue(caller.get("/v1/nothing").body().startsWith("{\"error\":"));
    }

    @Test
    void closingAnswersTheRequestsThatAreUnderWay() throws Exception {
        FakeKafka kafka = FakeKafka.silent(10 << 20);
        Caller caller = serve(kafka);
        CompletableFuture<HttpResponse<String>> answer = caller.postLater("/v1/probes", IMAGE);
        await().until(() -> kafka.sent().size() == 1);

        CompletableFuture<Void> closed =
                CompletableFuture.runAsync(() -> caller.server().close());
        await().until(() -> caller.refusesRequests());
        kafka.producer.completeNext();

        assertEquals(202, answer.get().statusCode());
        closed.get();
    }

    private Caller serve(FakeKafka kafka) {
        return serve(kafka, Optional.empty());
    }

    private Caller serve(FakeKafka kafka, Optional<String> token) {
        Caller caller = Caller.of(kafka, token, Tracing.off());
        open.add(caller);
        return caller;
    }
}
