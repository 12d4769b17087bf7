package io.twinstream.verifier.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.twinstream.schemas.http.HttpServer;
import io.twinstream.schemas.http.HttpSettings;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.VersionState;
import io.twinstream.schemas.release.ModelStates;
import io.twinstream.schemas.release.ModelStates.InstanceState;
import io.twinstream.schemas.threads.ServiceThreads;
import io.twinstream.verifier.web.GroupApi.GroupSource;
import io.twinstream.verifier.web.GroupApi.GroupVerifier;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class GroupApiTest {
    private static final ModelId SERVING = new ModelId("compact", "1");
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void aVerifierThatAnswersSpeaksForItself() throws Exception {
        try (HttpServer other = serve(new Known("b").unready("the brokers don't answer"))) {
            JsonNode group =
                    group(new Known("a").asking("127.0.0.1:" + other.port()).reported("b", VersionState.READY));

            assertEquals(2, group.path("verifiers").size(), group.toString());
            assertTrue(group.at("/verifiers/0/ready").asBoolean(), group.toString());
            assertTrue(group.at("/verifiers/1/answers").asBoolean(), group.toString());
            assertFalse(group.at("/verifiers/1/ready").asBoolean(), group.toString());
            assertEquals(
                    "the brokers don't answer",
                    group.at("/verifiers/1/reasons/0").asText());
        }
    }

    @Test
    void aVerifierThatNobodyHasAskedBeforeAndThatIsSilentIsNotReadyWhateverItLastSaid() throws Exception {
        String gone = goneAddress();

        JsonNode group = group(new Known("a").reported("b", VersionState.READY, gone));

        assertFalse(group.at("/verifiers/1/answers").asBoolean(), group.toString());
        assertFalse(group.at("/verifiers/1/ready").asBoolean(), group.toString());
        assertTrue(
                group.at("/verifiers/1/reasons/0").asText().startsWith("it doesn't answer over HTTP at " + gone),
                group.toString());
        assertTrue(group.at("/verifiers/1/reasons/0").asText().contains("verifier.http.advertised"), group.toString());
    }

    @Test
    void aVerifierIsAskedWhereItsReportSaysThoughKafkaStreamsKnowsNoAddress() throws Exception {
        try (HttpServer other = serve(new Known("b"))) {
            JsonNode group = group(new Known("a").reported("b", VersionState.READY, "127.0.0.1:" + other.port()));

            assertTrue(group.at("/verifiers/1/answers").asBoolean(), group.toString());
            assertTrue(group.at("/verifiers/1/ready").asBoolean(), group.toString());
        }
    }

    @Test
    void aVerifierWhoseAddressNobodyKnowsOrIsNoneIsNotReady() throws Exception {
        JsonNode group = group(new Known("a")
                .reported("b", VersionState.READY)
                .reported("c", VersionState.BUILDING)
                .reported("d", VersionState.READY, "no address"));

        for (int i = 1; i < 4; i++) {
            assertFalse(group.at("/verifiers/" + i + "/ready").asBoolean(), group.toString());
            assertTrue(
                    group.at("/verifiers/" + i + "/reasons/0").asText().contains("doesn't answer over HTTP"),
                    group.toString());
        }
        assertEquals(
                "compact/1 is building there",
                group.at("/verifiers/2/reasons/1").asText());
    }

    @Test
    void aVerifierThatHasGoneWithoutAFarewellIsToldAsNotReady() throws Exception {
        JsonNode group = group(new Known("a").gone("b", NOON.minusSeconds(40)));

        assertEquals("b", group.at("/verifiers/1/instance").asText());
        assertFalse(group.at("/verifiers/1/ready").asBoolean(), group.toString());
        assertTrue(
                group.at("/verifiers/1/reasons/0").asText().contains("said nothing since " + NOON.minusSeconds(40)),
                group.toString());
    }

    @Test
    void whatTheBrokersDoNotSayIsNull() throws Exception {
        JsonNode group = group(new Known("a").silentBrokers());

        assertTrue(group.path("lag").isNull(), group.toString());
        assertTrue(group.path("deadLetters").isNull(), group.toString());
    }

    @Test
    void whatSlowsTheWholeGroupDownIsToldOnceAndNotOfAVerifier() throws Exception {
        JsonNode group = group(new Known("a").slowed("probes-3 has 95 % of the probes"));

        assertEquals("probes-3 has 95 % of the probes", group.at("/warnings/0").asText());
        assertTrue(group.at("/verifiers/0/reasons").isEmpty(), group.toString());
    }

    @Test
    void manyWhoAskCostOneLook() throws Exception {
        Known known = new Known("a");
        try (HttpServer server = serve(known)) {
            for (int i = 0; i < 5; i++) {
                get(server, "/v1/group");
            }
        }

        assertEquals(1, known.looks.get());
    }

    /** Returns an address where nobody listens any more. */
    private static String goneAddress() {
        try (HttpServer gone = serve(new Known("gone"))) {
            return "127.0.0.1:" + gone.port();
        }
    }

    private JsonNode group(Known known) throws Exception {
        try (HttpServer server = serve(known)) {
            return get(server, "/v1/group");
        }
    }

    private JsonNode get(HttpServer server, String path) throws Exception {
        return new JsonMapper()
                .readTree(http.send(
                                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                                        .build(),
                                BodyHandlers.ofString())
                        .body());
    }

    private static HttpServer serve(Known known) {
        HttpSettings settings = new HttpSettings("verifier", InetAddress.getLoopbackAddress(), 0, Optional.empty());
        return HttpServer.start(
                settings,
                new ServiceThreads(),
                (routes, threads) -> new GroupApi(known, new Peers(Optional.empty(), settings), new KnownClock(known))
                        .register(routes));
    }

    /** A clock that shows the time that a test gives its source. */
    private static final class KnownClock extends Clock {
        private final Known known;

        KnownClock(Known known) {
            this.known = known;
        }

        @Override
        public Instant instant() {
            return known.now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException("this clock has one zone");
        }
    }

    /** A source that says what a test gives it. */
    private static final class Known implements GroupSource {
        private final String name;
        private final AtomicInteger looks = new AtomicInteger();
        private final List<InstanceState> reports = new ArrayList<>();
        private final Map<String, Instant> gone = new TreeMap<>();
        private volatile Set<String> others = Set.of();
        private List<String> reasons = List.of();
        private List<String> warnings = List.of();
        private volatile Instant now = NOON;
        private boolean silent;

        Known(String name) {
            this.name = name;
        }

        Known asking(String... addresses) {
            others = Set.of(addresses);
            return this;
        }

        Known reported(String instance, VersionState state) {
            return reported(instance, state, Optional.empty());
        }

        Known reported(String instance, VersionState state, String address) {
            return reported(instance, state, Optional.of(address));
        }

        private Known reported(String instance, VersionState state, Optional<String> address) {
            reports.add(new InstanceState(instance, SERVING, "ab", state, null, 3, 0, List.of(), NOON, address));
            return this;
        }

        Known gone(String instance, Instant since) {
            gone.put(instance, since);
            return this;
        }

        Known unready(String reason) {
            reasons = List.of(reason);
            return this;
        }

        Known slowed(String warning) {
            warnings = List.of(warning);
            return this;
        }

        Known silentBrokers() {
            silent = true;
            return this;
        }

        @Override
        public String instance() {
            return name;
        }

        @Override
        public GroupVerifier own() {
            return new GroupVerifier(name, true, reasons.isEmpty(), reasons);
        }

        @Override
        public Set<String> others() {
            return others;
        }

        @Override
        public ModelStates states() {
            return ModelStates.of(reports);
        }

        @Override
        public Map<String, Instant> silent() {
            return gone;
        }

        @Override
        public ModelId serving() {
            return SERVING;
        }

        @Override
        public OptionalLong lag() {
            looks.incrementAndGet();
            return silent ? OptionalLong.empty() : OptionalLong.of(7);
        }

        @Override
        public List<String> warnings() {
            return warnings;
        }

        @Override
        public int deadLetters(Instant since) {
            if (silent) {
                throw new TimeoutException("no answer");
            }
            return 0;
        }
    }
}
