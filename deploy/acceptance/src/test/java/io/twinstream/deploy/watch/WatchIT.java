package io.twinstream.deploy.watch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.twinstream.deploy.drawing.DrawnCharacters;
import io.twinstream.deploy.testkit.SharedBroker;
import io.twinstream.schemas.record.Alarm;
import io.twinstream.schemas.record.AlarmKind;
import io.twinstream.schemas.record.AlarmState;
import io.twinstream.schemas.record.Pair;
import io.twinstream.schemas.record.Probe;
import io.twinstream.schemas.record.TrainingProgress;
import io.twinstream.schemas.record.TrainingState;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import javax.imageio.ImageIO;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WatchIT {
    private static final String PNG = "image/png";

    private final DrawnCharacters drawn = new DrawnCharacters(7);

    @RegisterExtension
    static final SharedBroker broker = new SharedBroker();

    private WatchRig rig;
    private OpenApiFile file;

    @BeforeAll
    void start() throws Exception {
        rig = WatchRig.start(broker, "watch");
        file = OpenApiFile.parse(rig.get("/openapi.yaml").body());
    }

    @AfterAll
    void stop() throws Exception {
        rig.close();
    }

    @Test
    void whatIsServedIsWhatTheFileSays() {
        Set<String> served = new TreeSet<>(rig.verifier().routes());
        served.removeIf(route ->
                !route.contains("/v1/") && !route.matches("GET /(health/(live|ready)|status|metrics|openapi.yaml)"));
        assertEquals(file.operations(), served);
    }

    @Test
    void everyAnswerIsAsTheFileSays() throws Exception {
        String reference = rig.enrol("zoe", drawn.png(1, 0));
        JsonNode verdict = rig.judge("task=identify&source=gate-1&candidates=2", PNG, drawn.png(1, 1));
        rig.write(rig.topics().trainingProgress(), "run-1", TrainingProgress.class, progress(1));
        rig.write(rig.topics().trainingProgress(), "run-1", TrainingProgress.class, progress(2));
        rig.write(rig.topics().alarms(), "a-1", Alarm.class, alarm("a-1", AlarmState.CLEARED));
        rig.write(rig.topics().alarms(), "a-2", Alarm.class, alarm("a-2", AlarmState.RAISED));
        Awaitility.await().until(() -> rig.read("/v1/alarms").path("alarms").size() == 2);
        Awaitility.await().until(() -> rig.get("/v1/training-runs/run-1").body().contains("\"step\":2"));
        Awaitility.await().until(() -> !rig.read("/v1/models").path("models").isEmpty());
        JsonNode model = rig.read("/v1/models").path("models").get(0);

        check("GET /health/live", "/health/live", 200);
        check("GET /health/ready", "/health/ready", 200);
        check("GET /status", "/status", 200);
        check("GET /v1/session", "/v1/session", 200);
        check("GET /v1/group", "/v1/group", 200);
        check("GET /v1/group", "/v1/group?local=true", 200);
        check("GET /v1/group", "/v1/group?local=maybe", 400);
        check("GET /v1/match-windows", "/v1/match-windows?counts=true", 200);
        check("GET /v1/verdicts", "/v1/verdicts?task=IDENTIFY&source=gate-1", 200);
        check("GET /v1/subjects", "/v1/subjects", 200);
        check("GET /v1/unusable-references", "/v1/unusable-references", 200);
        check("GET /v1/unusable-references", "/v1/unusable-references?model=none/1", 404);
        check("GET /v1/unusable-references", "/v1/unusable-references?model=none", 400);
        check("GET /v1/models", "/v1/models", 200);
        check(
                "GET /v1/models/{name}/{version}",
                "/v1/models/%s/%s"
                        .formatted(
                                model.path("name").asText(),
                                model.path("version").asText()),
                200);
        check("GET /v1/models/activations", "/v1/models/activations", 200);
        check("GET /v1/training-runs", "/v1/training-runs", 200);
        check("GET /v1/training-runs/{id}", "/v1/training-runs/run-1", 200);
        check("GET /v1/alarms", "/v1/alarms", 200);
        check("GET /v1/verdicts", "/v1/verdicts?limit=201", 400);
        check("GET /v1/verdicts", "/v1/verdicts?from=2&to=1", 400);
        check("GET /v1/verdicts", "/v1/verdicts?outcome=MAYBE", 400);
        check("GET /v1/subjects", "/v1/subjects?page=2", 400);
        check("GET /v1/training-runs/{id}", "/v1/training-runs/none", 404);
        check("GET /v1/probes/{partition}/{offset}/image", "/v1/probes/0/999999/image", 404);
        check("GET /v1/probes/{partition}/{offset}/image", "/v1/probes/77/0/image", 404);
        check("GET /v1/probes/{partition}/{offset}/image", "/v1/probes/-1/0/image", 400);
        check("GET /v1/events", "/v1/events?task=identify", 400);
        file.checkSchema("Service", rig.event("", "service"));
        file.checkSchema("MatchWindows", rig.event("", "windows"));
        file.checkSchema("Alarms", rig.event("", "alarms"));
        String verdicts = rig.event("?source=gate-1", "verdicts");
        file.checkSchema("Verdicts", verdicts);
        assertTrue(verdicts.contains(verdict.path("probe").asText()), verdicts);
        assertEquals("zoe", verdict.at("/candidates/0/subject").asText());
        assertEquals(reference, verdict.at("/candidates/0/reference").asText());
        assertEquals("a-2", rig.read("/v1/alarms").at("/alarms/0/id").asText());
        assertEquals(2, rig.read("/v1/training-runs/run-1").path("history").size());
    }

    @Test
    void theGroupIsThisVerifierWhichIsReadyAndHasJudgedAll() throws Exception {
        rig.enrol("ian", drawn.png(8, 0));
        rig.judge("task=identify&source=gate-8", PNG, drawn.png(8, 1));

        Awaitility.await().untilAsserted(() -> {
            JsonNode group = rig.read("/v1/group");
            assertEquals(1, group.path("verifiers").size(), group.toString());
            assertTrue(group.at("/verifiers/0/answers").asBoolean(), group.toString());
            assertTrue(group.at("/verifiers/0/ready").asBoolean(), group.toString());
            assertEquals(rig.read("/v1/session").path("instance"), group.at("/verifiers/0/instance"), group.toString());
            assertEquals(0, group.path("lag").asLong(-1), group.toString());
            assertTrue(group.path("deadLetters").isInt(), group.toString());
        });
    }

    @Test
    void verdictsOfATimeAreThoseOfProbesThatCameInIt() throws Exception {
        rig.enrol("tim", drawn.png(9, 0));
        long first = rig.judge("task=identify&source=span", PNG, drawn.png(9, 1))
                .path("appendedAtMs")
                .asLong();
        Awaitility.await().until(() -> System.currentTimeMillis() > first);
        long second = rig.judge("task=identify&source=span", PNG, drawn.png(9, 2))
                .path("appendedAtMs")
                .asLong();

        assertEquals(List.of(second, first), appended("from=%d".formatted(first)));
        assertEquals(List.of(first), appended("from=%d&to=%d".formatted(first, second)));
        assertEquals(List.of(second), appended("from=%d".formatted(first + 1)));
        assertEquals(List.of(), appended("to=%d".formatted(first)));
    }

    @Test
    void whatPeopleSayOfAVerdictGoesOnToIngest() throws Exception {
        rig.enrol("pam", drawn.png(10, 0));
        JsonNode verdict = rig.judge("task=claim&subject=pam&source=told", PNG, drawn.png(10, 0));
        String path = "/v1/verdicts/%s/feedback".formatted(verdict.path("probe").asText());

        HttpResponse<byte[]> wrong = rig.send(WatchRig.OPERATOR, "POST", path, "{\"correct\": false}".getBytes(UTF_8));
        HttpResponse<byte[]> named =
                rig.send(WatchRig.OPERATOR, "POST", path, "{\"subject\": \"pam\"}".getBytes(UTF_8));
        HttpResponse<byte[]> unknown = rig.send(
                WatchRig.OPERATOR, "POST", "/v1/verdicts/none/feedback", "{\"correct\": true}".getBytes(UTF_8));

        assertEquals("MATCH", verdict.path("outcome").asText());
        assertEquals(202, wrong.statusCode(), new String(wrong.body(), UTF_8));
        assertFalse(new JsonMapper().readTree(wrong.body()).has("subject"));
        assertEquals(202, named.statusCode(), new String(named.body(), UTF_8));
        assertEquals(
                "confirmed",
                new JsonMapper().readTree(named.body()).path("origin").asText());
        assertEquals(404, unknown.statusCode());
        file.check("POST /v1/verdicts/{probe}/feedback", 202, new String(named.body(), UTF_8));
        file.check("POST /v1/verdicts/{probe}/feedback", 404, new String(unknown.body(), UTF_8));
    }

    @Test
    void aBlankPictureIsUndecidedAndAReferenceOfItIsListed() throws Exception {
        byte[] blank = white();
        HttpResponse<byte[]> enrolled =
                rig.send(WatchRig.OPERATOR, "POST", "/v1/subjects/nobody/references?id=blank", blank);
        assertEquals(202, enrolled.statusCode(), new String(enrolled.body(), UTF_8));
        rig.enrol("una", drawn.png(3, 0));

        JsonNode identified = rig.judge("task=identify&source=blank", PNG, blank);
        JsonNode claimed = rig.judge("task=claim&subject=una&source=blank", PNG, blank);
        JsonNode paired = rig.judge("task=pair&source=blank", "multipart/form-data; boundary=XxX", form(blank, blank));

        for (JsonNode verdict : List.of(identified, claimed, paired)) {
            assertEquals("UNDECIDED", verdict.path("outcome").asText());
            assertEquals("BLANK", verdict.path("reason").asText());
            assertTrue(verdict.path("score").isMissingNode());
            assertEquals(0, verdict.path("candidates").size());
        }
        Awaitility.await()
                .until(() -> rig.read("/v1/unusable-references").path("total").asInt() == 1);
        JsonNode page = rig.read("/v1/unusable-references?limit=1");
        file.checkSchema("UnusableReferences", page.toString());
        assertEquals("nobody/blank", page.at("/references/0/key").asText());
        assertEquals("BLANK", page.at("/references/0/reason").asText());
        assertEquals(1, page.at("/byReason/BLANK").asInt());
        assertEquals(
                0,
                rig.read("/v1/unusable-references?after=nobody/blank")
                        .path("references")
                        .size());
        assertTrue(rig.get("/metrics")
                .body()
                .matches("(?s).*twinstream_unusable_references\\{[^}]*reason=\"blank\"[^}]*} 1\\.0.*"));
        assertEquals(
                200,
                rig.send(WatchRig.OPERATOR, "DELETE", "/v1/subjects/nobody", new byte[0])
                                .statusCode()
                        / 100
                        * 100);
        Awaitility.await()
                .until(() -> rig.read("/v1/unusable-references").path("total").asInt() == 0);
    }

    private static byte[] white() throws IOException {
        BufferedImage picture = new BufferedImage(105, 105, BufferedImage.TYPE_BYTE_GRAY);
        Arrays.fill(((DataBufferByte) picture.getRaster().getDataBuffer()).getData(), (byte) 255);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(picture, "png", bytes);
        return bytes.toByteArray();
    }

    @Test
    void picturesComeAsTheyWent() throws Exception {
        byte[] enrolled = drawn.png(2, 0);
        byte[] probe = drawn.png(2, 1);
        String reference = rig.enrol("tom", enrolled);
        JsonNode verdict = rig.judge("task=pair", "multipart/form-data; boundary=XxX", form(probe, enrolled));
        String image = "/v1/probes/%d/%d/image"
                .formatted(
                        verdict.path("partition").asInt(),
                        verdict.path("offset").asLong());

        HttpResponse<byte[]> answer = rig.picture(image);
        HttpResponse<byte[]> other = rig.picture(image + "?part=reference");
        HttpResponse<byte[]> kept = rig.picture("/v1/subjects/tom/references/%s/image".formatted(reference));

        assertArrayEquals(probe, answer.body());
        assertArrayEquals(enrolled, other.body());
        assertArrayEquals(enrolled, kept.body());
        assertEquals(
                Map.of(
                        "content-type", List.of("image/png"),
                        "cache-control", List.of("private, max-age=3600, immutable"),
                        "x-content-type-options", List.of("nosniff"),
                        "content-security-policy", List.of("sandbox; default-src 'none'")),
                only(answer, "content-type", "cache-control", "x-content-type-options", "content-security-policy"));
        assertEquals(other.headers().firstValue("etag"), kept.headers().firstValue("etag"));
        assertEquals(
                "no-store",
                rig.get("/v1/session").headers().firstValue("cache-control").orElse(""));
        assertEquals(404, rig.picture("/v1/subjects/tom/references/none/image").statusCode());
    }

    @Test
    void whatCantBeJudgedIsShownWithItsPictureAndItsReason() throws Exception {
        byte[] torn = Arrays.copyOf(drawn.png(5, 0), 60);
        byte[] page = "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>".getBytes(UTF_8);
        rig.write(
                rig.topics().probes(),
                "torn",
                Probe.class,
                new Probe(
                        "torn",
                        "gate-5",
                        Instant.now(),
                        ByteBuffer.wrap(torn),
                        new Pair(ByteBuffer.wrap(page), null),
                        null));
        rig.write(rig.topics().probes(), "gate\u202e6", page);
        Awaitility.await()
                .until(() -> rig.read("/v1/dead-letters").path("letters").size() == 2);
        check("GET /v1/dead-letters", "/v1/dead-letters?limit=200", 200);
        check("GET /v1/dead-letters", "/v1/dead-letters?limit=201", 400);
        JsonNode foreign = rig.read("/v1/dead-letters?limit=2").at("/letters/0");
        JsonNode letter = rig.read("/v1/dead-letters?limit=2").at("/letters/1");
        String image = "/v1/dead-letters/%d/%d/image"
                .formatted(
                        letter.path("partition").asInt(), letter.path("offset").asLong());

        assertEquals("torn", letter.path("probe").asText());
        assertEquals("gate-5", letter.path("source").asText());
        assertFalse(letter.path("message").asText().isEmpty());
        assertEquals(rig.topics().probes(), letter.at("/record/topic").asText());
        assertEquals("NOT_A_PROBE", foreign.path("reason").asText());
        assertEquals("gate\\u202e6", foreign.path("key").asText());
        assertFalse(foreign.has("probe"));
        HttpResponse<byte[]> shown = rig.picture(image);
        assertArrayEquals(torn, shown.body());
        assertEquals(List.of("image/png"), shown.headers().allValues("content-type"));
        for (String scripted : List.of(
                image + "?part=reference",
                "/v1/dead-letters/0/%d/image".formatted(foreign.path("offset").asLong()))) {
            HttpResponse<byte[]> kept = rig.picture(scripted);
            assertArrayEquals(page, kept.body());
            assertEquals(
                    Map.of(
                            "content-type", List.of("application/octet-stream"),
                            "content-disposition", List.of("attachment"),
                            "x-content-type-options", List.of("nosniff"),
                            "content-security-policy", List.of("sandbox; default-src 'none'")),
                    only(
                            kept,
                            "content-type",
                            "content-disposition",
                            "x-content-type-options",
                            "content-security-policy"));
        }
        check("GET /v1/dead-letters/{partition}/{offset}/image", "/v1/dead-letters/0/999/image", 404);
        check("GET /v1/dead-letters/{partition}/{offset}/image", "/v1/dead-letters/0/x/image", 400);
    }

    @Test
    void subjectsComeInPagesAndGo() throws Exception {
        for (String subject : List.of("page-c", "page-a", "page-b", "pagf")) {
            rig.enrol(subject, drawn.png(3, 0));
        }

        assertEquals(List.of("page-a", "page-b"), subjects("prefix=page-&limit=2"));
        assertEquals(List.of("page-c"), subjects("prefix=page-&limit=2&after=page-b"));
        assertEquals(List.of("page-b", "page-c", "pagf"), subjects("prefix=pag&after=page-a"));
        assertEquals(List.of("page-a", "page-b"), subjects("contains=GE-&limit=2"));
        assertEquals(List.of("page-c"), subjects("contains=GE-&limit=2&after=page-b"));
        check("GET /v1/subjects", "/v1/subjects?contains=a&prefix=p", 400);

        assertEquals(
                202,
                rig.send(WatchRig.OPERATOR, "DELETE", "/v1/subjects/page-b", new byte[0])
                        .statusCode());

        Awaitility.await().until(() -> subjects("prefix=page-").equals(List.of("page-a", "page-c")));
    }

    @Test
    void whatIngestSaysIsPassedOn() throws Exception {
        HttpResponse<byte[]> noImage =
                rig.send(WatchRig.OPERATOR, "POST", "/v1/subjects/x/references", "text".getBytes(UTF_8));
        HttpResponse<byte[]> tooLarge =
                rig.send(WatchRig.OPERATOR, "POST", "/v1/subjects/x/references", new byte[(16 << 20) + 1]);
        HttpResponse<byte[]> nobody = rig.send(WatchRig.OPERATOR, "DELETE", "/v1/subjects/nobody", new byte[0]);

        assertEquals(415, noImage.statusCode());
        assertEquals(
                "the bytes are no PNG, JPEG, BMP, GIF, WebP or TIFF image",
                new JsonMapper().readTree(noImage.body()).path("error").asText());
        assertEquals(413, tooLarge.statusCode());
        assertEquals(404, nobody.statusCode());
        file.check("DELETE /v1/subjects/{subject}", 404, new String(nobody.body(), UTF_8));
    }

    @Test
    void whoMayReadChangesNothing() throws Exception {
        byte[] image = drawn.png(4, 0);
        for (String order : List.of(
                "POST /v1/subjects/eve/references",
                "DELETE /v1/subjects/zoe",
                "POST /v1/verdicts/p/feedback",
                "POST /v1/models/activations",
                "POST /v1/models/rollback")) {
            String[] words = order.split(" ");
            assertEquals(
                    403, rig.send(WatchRig.READER, words[0], words[1], image).statusCode(), order);
            assertEquals(401, rig.send("guess", words[0], words[1], image).statusCode(), order);
        }
        assertEquals("read", rig.read("/v1/session").path("role").asText());
        assertFalse(rig.read("/v1/subjects?prefix=eve").toString().contains("eve"));
    }

    @Test
    void aMissingTopicIsNamedAndTheRestIsServed() throws Exception {
        try (WatchRig old = WatchRig.without(broker, "old", List.of("alarms", "training-progress"))) {
            for (String path : List.of("/v1/alarms", "/v1/training-runs")) {
                Awaitility.await().untilAsserted(() -> {
                    HttpResponse<String> answer = old.get(path);
                    assertEquals(503, answer.statusCode());
                    assertTrue(answer.body().contains("run 'twinstream topics create'"), answer.body());
                });
            }
            assertEquals(200, old.get("/v1/subjects").statusCode());
            file.checkSchema("Service", old.event("", "service"));
        }
    }

    private void check(String operation, String path, int status) throws Exception {
        HttpResponse<String> answer = rig.get(path);
        assertEquals(status, answer.statusCode(), answer.body());
        file.check(operation, status, answer.body());
    }

    private List<String> subjects(String query) throws Exception {
        List<String> subjects = new ArrayList<>();
        rig.read("/v1/subjects?" + query)
                .path("subjects")
                .forEach(each -> subjects.add(each.path("subject").asText()));
        return subjects;
    }

    private List<Long> appended(String query) throws Exception {
        List<Long> times = new ArrayList<>();
        rig.read("/v1/verdicts?source=span&" + query)
                .path("verdicts")
                .forEach(each -> times.add(each.path("appendedAtMs").asLong()));
        return times;
    }

    private static Map<String, List<String>> only(HttpResponse<?> answer, String... names) {
        Map<String, List<String>> headers = new HashMap<>(answer.headers().map());
        headers.keySet().retainAll(Set.of(names));
        return headers;
    }

    private static byte[] form(byte[] image, byte[] reference) throws Exception {
        ByteArrayOutputStream form = new ByteArrayOutputStream();
        for (Map.Entry<String, byte[]> part : List.of(Map.entry("image", image), Map.entry("reference", reference))) {
            form.write("--XxX\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"a.png\"\r\n\r\n"
                    .formatted(part.getKey())
                    .getBytes(UTF_8));
            form.write(part.getValue());
            form.write("\r\n".getBytes(UTF_8));
        }
        form.write("--XxX--\r\n".getBytes(UTF_8));
        return form.toByteArray();
    }

    private static TrainingProgress progress(int step) {
        return TrainingProgress.newBuilder()
                .setRunId("run-1")
                .setState(TrainingState.TRAINING)
                .setModelName("letters")
                .setModelVersion("2")
                .setStep(step)
                .setSteps(100)
                .setLoss(0.5)
                .setTime(Instant.now())
                .build();
    }

    private static Alarm alarm(String id, AlarmState state) {
        return Alarm.newBuilder()
                .setId(id)
                .setKind(AlarmKind.MATCH_RATE)
                .setState(state)
                .setModelName("letters")
                .setModelVersion("2")
                .setSourceId("gate-1")
                .setTask("CLAIM")
                .setRaisedAt(Instant.ofEpochMilli(10_000))
                .setClearedAt(state == AlarmState.CLEARED ? Instant.ofEpochMilli(20_000) : null)
                .setWindowStart(Instant.EPOCH)
                .setWindowSizeMs(10_000)
                .setObserved(0.1)
                .setExpected(0.5)
                .setStatistic(9)
                .setBound(4)
                .setReason("matches fell")
                .build();
    }
}
