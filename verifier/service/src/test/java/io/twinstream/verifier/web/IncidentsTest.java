package io.twinstream.verifier.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.io.IOAccess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The page's own module says which alarms are one incident; it runs here as it is served. */
class IncidentsTest {
    private static final String GATE = "gate";
    private static final String KIOSK = "kiosk";
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private static Context context;
    private static Value module;

    private final List<String> alarms = new ArrayList<>();

    @BeforeAll
    static void load() throws IOException, URISyntaxException {
        context = Context.newBuilder("js")
                .allowIO(IOAccess.ALL)
                .allowExperimentalOptions(true)
                .option("js.esm-eval-returns-exports", "true")
                .option("engine.WarnInterpreterOnly", "false")
                .build();
        Path file = Path.of(IncidentsTest.class.getResource("page/incidents.js").toURI());
        module = context.eval(Source.newBuilder("js", file.toFile())
                .mimeType("application/javascript+module")
                .build());
    }

    @AfterAll
    static void close() {
        context.close();
    }

    @Test
    void alarmsOfOneSourceWithinTenMinutesAreOneIncident() {
        raised("a", GATE, "one/1", "MATCH_RATE", Duration.ZERO);
        raised("b", GATE, "one/1", "SCORES", MINUTE.multipliedBy(10));

        assertEquals("raised a b", incidents());
    }

    @Test
    void anAlarmOfTheSameSourceMuchLaterIsAnotherIncident() {
        raised("a", GATE, "one/1", "MATCH_RATE", Duration.ZERO);
        raised("b", GATE, "one/1", "SCORES", MINUTE.multipliedBy(10).plusMillis(1));

        assertEquals("raised b; raised a", incidents());
    }

    @Test
    void alarmsOfOneKindAboutOneVersionWithinAMinuteAreOneIncidentWhateverTheSource() {
        raised("a", GATE, "one/1", "MATCH_RATE", Duration.ZERO);
        raised("b", KIOSK, "one/1", "MATCH_RATE", MINUTE);

        assertEquals("raised a b", incidents());
    }

    @Test
    void alarmsOfTwoSourcesFurtherApartAreTwoIncidents() {
        raised("a", GATE, "one/1", "MATCH_RATE", Duration.ZERO);
        raised("b", KIOSK, "one/1", "MATCH_RATE", MINUTE.plusMillis(1));

        assertEquals("raised b; raised a", incidents());
    }

    @Test
    void alarmsOfTwoSourcesAboutTwoVersionsOrOfTwoKindsAreTwoIncidents() {
        raised("a", GATE, "one/1", "MATCH_RATE", Duration.ZERO);
        raised("b", KIOSK, "one/2", "MATCH_RATE", Duration.ZERO);
        raised("c", "door", "one/1", "SCORES", Duration.ZERO);

        assertEquals("raised a; raised b; raised c", incidents());
    }

    @Test
    void anAlarmThatBelongsToTwoIncidentsMakesThemOne() {
        raised("a", GATE, "one/1", "MATCH_RATE", Duration.ZERO);
        raised("b", KIOSK, "one/1", "SCORES", MINUTE.dividedBy(4));
        raised("c", KIOSK, "one/1", "MATCH_RATE", MINUTE.dividedBy(2));

        assertEquals("raised a b c", incidents());
    }

    @Test
    void alarmsThatCameInAnyOrderAreGroupedByTheirTimes() {
        raised("late", GATE, "one/1", "MATCH_RATE", MINUTE.multipliedBy(15));
        raised("early", GATE, "one/1", "MATCH_RATE", Duration.ZERO);
        raised("between", GATE, "one/1", "MATCH_RATE", MINUTE.multipliedBy(8));

        assertEquals("raised early between late", incidents());
    }

    @Test
    void anAlarmThatIsRaisedAfterTheOneBeforeWasClearedIsAnotherIncident() {
        cleared("a", GATE, Duration.ZERO, MINUTE);
        raised("b", GATE, "one/1", "MATCH_RATE", MINUTE.multipliedBy(2));

        assertEquals("raised b; cleared a", incidents());
    }

    @Test
    void anAlarmThatWasRaisedBeforeTheOtherWasClearedIsOfTheSameIncident() {
        cleared("a", GATE, Duration.ZERO, MINUTE.multipliedBy(3));
        raised("b", GATE, "one/1", "SCORES", MINUTE.multipliedBy(2));

        assertEquals("raised a b", incidents());
    }

    @Test
    void raisedIncidentsComeFirstAndOfEachTheNewest() {
        cleared("old", GATE, Duration.ZERO, MINUTE);
        raised("raised", KIOSK, "one/1", "MATCH_RATE", MINUTE.multipliedBy(20));
        cleared("new", "door", MINUTE.multipliedBy(40), MINUTE.multipliedBy(41));
        raised("again", KIOSK, "one/1", "MATCH_RATE", MINUTE.multipliedBy(60));

        assertEquals("raised again; raised raised; cleared new; cleared old", incidents());
    }

    @Test
    void anIncidentIsToldInOneLineWithEachKindAndSourceOnce() {
        raised("a", GATE, "one/1", "MATCH_RATE", Duration.ZERO);
        raised("b", GATE, "one/1", "MATCH_RATE", Duration.ZERO);
        raised("c", GATE, "one/1", "DOMAIN", Duration.ZERO);
        raised("d", KIOSK, "one/1", "MATCH_RATE", Duration.ZERO);

        assertEquals(
                "Fewer matches and other pictures from gate and kiosk",
                module.invokeMember("told", grouped().getArrayElement(0)).asString());
    }

    @Test
    void onlyARaisedAlarmAboutTheVersionThatServesNeedsALook() {
        raised("a", GATE, "one/1", "MATCH_RATE", Duration.ZERO);
        cleared("b", GATE, Duration.ZERO, MINUTE);

        assertEquals("a", concerning("one/1"));
        assertEquals("", concerning("one/2"));
    }

    @Test
    void anAlarmAboutAVersionThatNoLongerServesIsSaidToEndByItself() {
        raised("a", GATE, "one/1", "MATCH_RATE", Duration.ZERO);

        assertTrue(advice("[{\"slot\": \"serving\", \"name\": \"one\", \"version\": \"2\", \"effectiveAt\": \"%s\"}]"
                        .formatted(Instant.EPOCH.plus(MINUTE)))
                .startsWith("one/2 serves now"));
        assertTrue(advice("[{\"slot\": \"serving\", \"name\": \"one\", \"version\": \"1\", \"effectiveAt\": \"%s\"}]"
                        .formatted(Instant.EPOCH.minus(Duration.ofDays(1))))
                .endsWith("The alarm clears by itself once the figures are as before."));
    }

    /** Returns the alarms that need a look while a version serves. */
    private String concerning(String serving) {
        Value parsed = context.eval("js", "JSON.parse").execute(alarms.toString());
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < parsed.getArraySize(); i++) {
            Value alarm = parsed.getArrayElement(i);
            if (module.invokeMember("concerns", alarm, serving).asBoolean()) {
                ids.add(alarm.getMember("id").asString());
            }
        }
        return String.join(" ", ids);
    }

    /** Returns what to do about the one incident, two minutes after it began. */
    private String advice(String activations) {
        Value parsed = context.eval("js", "JSON.parse").execute(activations);
        Value lines = module.invokeMember(
                "advice",
                grouped().getArrayElement(0),
                parsed,
                MINUTE.multipliedBy(2).toMillis());
        List<String> all = new ArrayList<>();
        for (int i = 0; i < lines.getArraySize(); i++) {
            all.add(lines.getArrayElement(i).asString());
        }
        return String.join(" ", all);
    }

    private void raised(String id, String source, String model, String kind, Duration at) {
        alarm(id, source, model, kind, at, "\"state\": \"RAISED\"");
    }

    private void cleared(String id, String source, Duration raised, Duration cleared) {
        alarm(
                id,
                source,
                "one/1",
                "MATCH_RATE",
                raised,
                "\"state\": \"CLEARED\", \"clearedAtMs\": " + cleared.toMillis());
    }

    private void alarm(String id, String source, String model, String kind, Duration at, String state) {
        alarms.add("""
                {"id": "%s", "source": "%s", "model": "%s", "kind": "%s", "raisedAtMs": %d, "observed": 0.1, "expected": 0.5, %s}""".formatted(id, source, model, kind, at.toMillis(), state));
    }

    private Value grouped() {
        Value parsed = context.eval("js", "JSON.parse").execute(alarms.toString());
        return module.invokeMember("incidents", parsed);
    }

    /** Returns the state and the alarms of each incident. */
    private String incidents() {
        List<String> all = new ArrayList<>();
        Value groups = grouped();
        for (int i = 0; i < groups.getArraySize(); i++) {
            Value group = groups.getArrayElement(i);
            List<String> words = new ArrayList<>();
            words.add(group.getMember("raised").asBoolean() ? "raised" : "cleared");
            Value members = group.getMember("alarms");
            for (int j = 0; j < members.getArraySize(); j++) {
                words.add(members.getArrayElement(j).getMember("id").asString());
            }
            all.add(String.join(" ", words));
        }
        return String.join("; ", all);
    }
}
