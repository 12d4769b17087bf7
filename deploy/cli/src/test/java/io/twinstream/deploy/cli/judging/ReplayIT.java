package io.twinstream.deploy.cli.judging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.twinstream.deploy.testkit.Ran;
import io.twinstream.deploy.testkit.SharedBroker;
import java.io.IOException;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Replays 60 probes that one verifier, which is gone, has judged across an activation. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ReplayIT {
    private static final int PROBES = 60;

    @RegisterExtension
    static final SharedBroker broker = new SharedBroker();

    private static JudgedProbes judged;

    @BeforeAll
    static void judge() throws Exception {
        judged = JudgedProbes.across(broker, "replayed", PROBES);
    }

    @AfterAll
    static void stop() throws IOException {
        judged.close();
    }

    @Test
    @Order(1)
    void everyVerdictComesOutAgainByTheVersionThatGaveIt() throws Exception {
        Ran ran = replay("--from", "1h", "--json");

        JsonNode report = new ObjectMapper().readTree(ran.out());
        assertEquals(0, ran.exitCode(), ran.out() + ran.err());
        assertEquals(PROBES + 1, report.get("probes").asInt());
        assertEquals(PROBES, report.get("compared").asInt());
        assertEquals(PROBES, report.get("same").asInt());
        assertEquals(1, report.get("rejectedAgain").asInt());
        assertEquals(
                0,
                report.get("withoutVerdict").asInt()
                        + report.get("verdictsWithoutProbe").asInt());
        assertEquals(PROBES / 2, report.get("versions").get("compact/1.2").asInt(), ran.out());
        assertEquals(PROBES / 2, report.get("versions").get("wide/1").asInt(), ran.out());
    }

    @Test
    @Order(1)
    void aRangeHoldsTheProbesAppendedInItOnly() throws Exception {
        Ran ran = replay("--from", "1h", "--to", judged.lastOfTheFirstHalf().toString(), "--json");

        JsonNode report = new ObjectMapper().readTree(ran.out());
        assertEquals(0, ran.exitCode(), ran.out() + ran.err());
        assertEquals(PROBES / 2, report.get("same").asInt());
        assertEquals(0, report.get("verdictsWithoutProbe").asInt());
        assertEquals(1, report.get("versions").size());
    }

    @Test
    @Order(1)
    void anotherVersionsTableAddsUpAndAgreesWithItsOwnVerdicts() throws Exception {
        Ran ran = replay("--from", "1h", "--model", "wide/1", "--json");
        Ran lines = replay("--from", "1h", "--model", "wide/1");

        JsonNode report = new ObjectMapper().readTree(ran.out());
        assertEquals(0, ran.exitCode(), ran.err());
        JsonNode confusion = report.get("confusion");
        assertEquals(PROBES, sum(confusion));
        for (String task : List.of("PAIR", "CLAIM", "IDENTIFY")) {
            assertEquals(PROBES / 3, sum(confusion.get(task)), ran.out());
        }
        assertTrue(agreed(confusion) >= PROBES / 2, ran.out());
        assertTrue(lines.out().startsWith("61 probes: 60 compared"), lines.out());
        assertTrue(lines.out().contains("pair       match"), lines.out());
    }

    @Test
    @Order(1)
    void aPrecisionThatIsSetJudgesAllProbesInsteadOfThatOnRecord() throws Exception {
        Ran ran = replay("--from", "1h", "--set", "verifier.precision=fp32", "--json");

        JsonNode report = new ObjectMapper().readTree(ran.out());
        assertEquals(3, ran.exitCode(), ran.out() + ran.err());
        assertTrue(report.get("differs").asInt() > 0, ran.out());
    }

    @Test
    @Order(1)
    void whatCantBeReplayedIsSaidInOneLine() {
        Ran unknown = replay("--from", "1h", "--model", "wide/9");
        Ran nothing = replay("--from", "2001-02-03", "--to", "2001-02-04");

        assertEquals(1, unknown.exitCode());
        assertEquals("twinstream: wide/9 is not published" + System.lineSeparator(), unknown.err());
        assertEquals(2, nothing.exitCode());
        assertEquals(
                "twinstream: no probe that was appended from 2001-02-03T00:00:00Z to 2001-02-04T00:00:00Z is on the topic"
                        + System.lineSeparator(),
                nothing.err());
    }

    @Test
    @Order(2)
    void whatAFurtherReferenceChangesIsNoDifference() throws Exception {
        judged.enrolALookAlike();

        Ran ran = replay("--from", "1h", "--json");

        JsonNode report = new ObjectMapper().readTree(ran.out());
        assertEquals(0, ran.exitCode(), ran.out() + ran.err());
        int changed = report.get("galleryChanged").asInt();
        assertTrue(changed > 0 && changed <= PROBES / 3, ran.out());
        assertEquals(PROBES - changed, report.get("same").asInt(), "pairs and claims among them");
    }

    @Test
    @Order(3)
    void aVersionThatWasPrunedEndsTheReplayWithItsName() throws Exception {
        judged.prune("wide/1");

        Ran ran = replay("--from", "1h");

        assertEquals(1, ran.exitCode());
        assertTrue(
                ran.err().matches("twinstream: wide/1 judges probes appended at \\S+ and is not published\\R"),
                ran.err());
    }

    private static Ran replay(String... options) {
        return judged.run("replay", options);
    }

    private static long sum(JsonNode table) {
        return table.isNumber()
                ? table.asLong()
                : StreamSupport.stream(table.spliterator(), false)
                        .mapToLong(ReplayIT::sum)
                        .sum();
    }

    private static long agreed(JsonNode confusion) {
        long agreed = 0;
        for (JsonNode task : confusion) {
            for (var row : task.properties()) {
                agreed += row.getValue().path(row.getKey()).asLong();
            }
        }
        return agreed;
    }
}
