package io.twinstream.ingest.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.twinstream.ingest.NoiseImages;
import io.twinstream.ingest.answer.FakeResults;
import io.twinstream.ingest.publish.FakeKafka;
import io.twinstream.ingest.settings.Shrink;
import io.twinstream.schemas.metrics.Metric;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.tracing.Tracing;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class VerdictAnswersTest {
    private static final byte[] IMAGE = NoiseImages.png(1);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final FakeResults results = FakeResults.ready();
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        results.desk.endWaits();
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    @Test
    void theVerdictIsTheAnswerWhereItComesInTime() throws Exception {
        FakeKafka kafka = FakeKafka.acknowledging();
        Caller caller = serve(kafka);
        CompletableFuture<HttpResponse<String>> asked = caller.postLater("/v1/probes?id=p1&wait=60s", IMAGE);
        awaitWaiting(1);

        results.judged("p1", Outcome.MATCH, 0);

        HttpResponse<String> answer = asked.get(20, TimeUnit.SECONDS);
        assertEquals(200, answer.statusCode(), answer.body());
        JsonNode verdict = JSON.readTree(answer.body());
        assertEquals("p1", verdict.get("probe").asText());
        assertEquals("MATCH", verdict.get("outcome").asText());
        assertEquals("compact/1", verdict.get("model").asText());
        assertFalse(verdict.has("shrunk"), answer.body());
        awaitWaiting(0);
    }

    @Test
    void aVerdictOnAPictureThatWasMadeSmallerSaysSo() throws Exception {
        FakeKafka kafka = FakeKafka.taking(150_000, Shrink.FIT);
        Caller caller = serve(kafka);
        byte[] large = NoiseImages.of("png", 1, 300, 300);
        CompletableFuture<HttpResponse<String>> asked = caller.postLater("/v1/probes?id=p1&wait=60s", large);
        awaitWaiting(1);

        results.judged("p1", Outcome.MATCH, 0);

        HttpResponse<String> answer = asked.get(20, TimeUnit.SECONDS);
        assertEquals(200, answer.statusCode(), answer.body());
        JsonNode verdict = JSON.readTree(answer.body());
        assertEquals("p1", verdict.get("probe").asText());
        assertEquals(large.length, verdict.at("/shrunk/image/ofBytes").asInt(), answer.body());
    }

    @Test
    void aDeadLetterIsAnErrorWithItsReason() throws Exception {
        Caller caller = serve(FakeKafka.acknowledging());
        CompletableFuture<HttpResponse<String>> asked = caller.postLater("/v1/probes?id=p1&wait=60s", IMAGE);
        awaitWaiting(1);

        results.rejected("p1", "DAMAGED", 0);

        HttpResponse<String> answer = asked.get(20, TimeUnit.SECONDS);
        assertEquals(422, answer.statusCode());
        String body = "{\"error\":\"the image is damaged\",\"id\":\"p1\",\"reason\":\"DAMAGED\"}";
        assertEquals(body, answer.body());
        HttpResponse<String> later = caller.get("/v1/probes/p1/verdict");
        assertEquals(422, later.statusCode());
        assertEquals(body, later.body());
    }

    @Test
    void whereNothingComesInTimeTheAnswerSaysWhereToAskLater() throws Exception {
        Caller caller = serve(FakeKafka.acknowledging());

        HttpResponse<String> answer = caller.post("/v1/probes?id=J%C3%B6rg%20B&wait=1ms", IMAGE);

        assertEquals(202, answer.statusCode());
        assertEquals("{\"id\":\"J\u00f6rg B\"}", answer.body());
        String location = answer.headers().firstValue("Location").orElseThrow();
        assertEquals("/v1/probes/J%C3%B6rg%20B/verdict", location);
        assertEquals(404, caller.get(location).statusCode());
        results.judged("J\u00f6rg B", Outcome.MATCH, 0);
        HttpResponse<String> later = caller.get(location + "?wait=10s");
        assertEquals(200, later.statusCode());
        assertEquals("MATCH", JSON.readTree(later.body()).get("outcome").asText());
    }

    @Test
    void withoutWaitNothingIsReadOrSaid() throws Exception {
        Caller caller = serve(FakeKafka.acknowledging());

        HttpResponse<String> answer = caller.post("/v1/probes?id=p1", IMAGE);

        assertEquals(202, answer.statusCode());
        assertEquals(Optional.empty(), answer.headers().firstValue("Location"));
        assertEquals(0, results.begun.get());
    }

    @Test
    void nothingIsAnsweredBeforeTheBrokerHasTheProbe() throws Exception {
        FakeKafka kafka = FakeKafka.silent(10 << 20);
        Caller caller = serve(kafka);
        CompletableFuture<HttpResponse<String>> asked = caller.postLater("/v1/probes?id=p1&wait=1ms", IMAGE);
        await().until(() -> kafka.sent().size() == 1);
        awaitWaiting(0);
        assertFalse(asked.isDone());

        kafka.completeAll();

        assertEquals(202, asked.get(20, TimeUnit.SECONDS).statusCode());
    }

    @Test
    void whatIsRefusedIsNotWaitedFor() throws Exception {
        Caller caller = serve(FakeKafka.acknowledging());

        assertEquals(
                415, caller.post("/v1/probes?wait=60s", "no image".getBytes()).statusCode());

        awaitWaiting(0);
    }

    @Test
    void aFailureOfTheBrokerIsAnsweredAtOnce() throws Exception {
        FakeKafka kafka = FakeKafka.silent(10 << 20);
        Caller caller = serve(kafka);
        CompletableFuture<HttpResponse<String>> asked = caller.postLater("/v1/probes?id=p1&wait=60s", IMAGE);
        await().until(() -> kafka.sent().size() == 1);

        kafka.producer.errorNext(new org.apache.kafka.common.errors.TimeoutException("no broker"));

        assertEquals(503, asked.get(20, TimeUnit.SECONDS).statusCode());
        awaitWaiting(0);
    }

    @Test
    void whereVerdictsCantBeReadProbesAreSentAllTheSame() throws Exception {
        FakeKafka kafka = FakeKafka.acknowledging();
        Caller caller = serve(kafka);
        results.trouble("the topic test.verdicts doesn't exist: run 'twinstream topics create'");

        HttpResponse<String> answer = caller.post("/v1/probes?id=p1&wait=60s", IMAGE);

        assertEquals(202, answer.statusCode());
        assertEquals(
                "{\"id\":\"p1\",\"notWaited\":\"the topic test.verdicts doesn't exist: run 'twinstream topics create'\"}",
                answer.body());
        assertEquals("p1", kafka.probe(0).getProbeId());
        HttpResponse<String> later = caller.get("/v1/probes/p1/verdict?wait=60s");
        assertEquals(503, later.statusCode());
        assertTrue(later.body().contains("test.verdicts doesn't exist"), later.body());
    }

    @Test
    void whileNoBrokerAnswersNobodyIsToldThatNothingHasCome() throws Exception {
        Caller caller = serve(FakeKafka.acknowledging());
        results.silent("no broker answers since noon");

        HttpResponse<String> answer = caller.get("/v1/probes/p1/verdict");

        assertEquals(503, answer.statusCode());
        assertEquals("{\"error\":\"no broker answers since noon\"}", answer.body());
    }

    @Test
    void whileAPartitionHasNoLeaderTheAnswerIsToAskAgain() throws Exception {
        Caller caller = serve(FakeKafka.acknowledging());
        results.gap("test.verdicts-3 can't be read, as no broker leads it now");

        HttpResponse<String> answer = caller.get("/v1/probes/p1/verdict");

        assertEquals(503, answer.statusCode());
        assertEquals("{\"error\":\"test.verdicts-3 can't be read, as no broker leads it now\"}", answer.body());
        assertEquals("5", answer.headers().firstValue("Retry-After").orElseThrow());
    }

    @Test
    void aVerdictOnADecomposedIdIsFoundAndShownInTheFormThatIsAskedFor() throws Exception {
        Caller caller = serve(FakeKafka.acknowledging());
        assertEquals(404, caller.get("/v1/probes/Jos%C3%A9/verdict").statusCode());

        results.judged("Jose\u0301", Outcome.MATCH, 0);

        for (String path : List.of("/v1/probes/Jos%C3%A9/verdict", "/v1/probes/Jose%CC%81/verdict")) {
            HttpResponse<String> answer = caller.get(path);
            assertEquals(200, answer.statusCode(), answer.body());
            assertEquals("Jos\u00e9", JSON.readTree(answer.body()).get("probe").asText());
        }
    }

    @Test
    void ofAVerdictThatIsTooLargeTheAnswerSaysWhereItIs() throws Exception {
        Caller caller = serve(FakeKafka.acknowledging());
        CompletableFuture<HttpResponse<String>> asked = caller.postLater("/v1/probes?id=p1&wait=60s", IMAGE);
        awaitWaiting(1);

        results.large("p1", 0);

        HttpResponse<String> answer = asked.get(20, TimeUnit.SECONDS);
        assertEquals(202, answer.statusCode());
        JsonNode body = JSON.readTree(answer.body());
        String line = body.get("notWaited").asText();
        assertTrue(line.endsWith(": read it on the topic verdicts, partition 0, at offset 0"), line);
        HttpResponse<String> later = caller.get("/v1/probes/p1/verdict");
        assertEquals(422, later.statusCode());
        assertEquals("{\"error\":\"%s\",\"id\":\"p1\"}".formatted(line), later.body());
    }

    @Test
    void aPercentSignAloneIsNamedAsTheFault() throws Exception {
        Caller caller = serve(FakeKafka.acknowledging());

        // Java's own client refuses to ask so.
        String answer;
        try (Socket socket = new Socket("127.0.0.1", caller.port())) {
            socket.getOutputStream()
                    .write("GET /v1/probes/p1/verdict?wait=% HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                            .getBytes(UTF_8));
            answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
        }

        assertTrue(answer.startsWith("HTTP/1.1 400"), answer);
        assertTrue(
                answer.contains("the parameter wait is no text in the form of addresses: write a percent sign as %25"),
                answer);
        assertTrue(caller.post("/v1/probes?id=a&id=b", IMAGE).body().contains("must be given once"));
    }

    @Test
    void aWaitIsATimeOfUpToAMinute() throws Exception {
        FakeKafka kafka = FakeKafka.acknowledging();
        Caller caller = serve(kafka);

        for (String wrong : List.of("2", "2m", "-1s", "61s", "60001ms", "1.5s", "", "999999999999s", "s", "2s%20")) {
            HttpResponse<String> probe = caller.post("/v1/probes?wait=" + wrong, IMAGE);
            assertEquals(400, probe.statusCode(), wrong);
            assertTrue(probe.body().contains("from 0s to 60s"), probe.body());
            assertEquals(400, caller.get("/v1/probes/p1/verdict?wait=" + wrong).statusCode(), wrong);
        }
        assertEquals(0, kafka.sent().size());
        assertEquals(202, caller.post("/v1/probes?wait=0s", IMAGE).statusCode());
    }

    @Test
    void anIdThatNoProbeCanHaveIsRefused() throws Exception {
        Caller caller = serve(FakeKafka.acknowledging());

        HttpResponse<String> answer = caller.get("/v1/probes/%E2%80%AEx/verdict");

        assertEquals(400, answer.statusCode());
        assertTrue(answer.body().contains("probe id"), answer.body());
        assertEquals(400, caller.get("/v1/probes/p1/verdict?of=x").statusCode());
    }

    @Test
    void allWhoWaitAreAnsweredWhenTheServiceStops() throws Exception {
        Caller caller = serve(FakeKafka.acknowledging());
        List<CompletableFuture<HttpResponse<String>>> asked = new ArrayList<>();
        // Many more than there are threads, which waiting takes none of.
        for (int i = 0; i < 100; i++) {
            asked.add(caller.postLater("/v1/probes?wait=60s", IMAGE));
        }
        awaitWaiting(100);

        results.desk.endWaits();

        for (CompletableFuture<HttpResponse<String>> each : asked) {
            HttpResponse<String> answer = each.get(20, TimeUnit.SECONDS);
            assertEquals(202, answer.statusCode());
            assertTrue(answer.body().contains("\"notWaited\":\"the service stops"), answer.body());
        }
    }

    private void awaitWaiting(int count) {
        await().until(() ->
                results.registry.get(Metric.INGEST_WAITING.id()).gauge().value() == count);
    }

    private Caller serve(FakeKafka kafka) {
        Caller caller = Caller.of(kafka, results.desk, Optional.empty(), Tracing.off());
        open.add(caller);
        return caller;
    }
}
