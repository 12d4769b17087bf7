package io.twinstream.deploy.verdict;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.twinstream.deploy.testkit.SampleVerdicts;
import io.twinstream.schemas.record.Outcome;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VerdictTextTest {
    @Test
    void aLineNamesOutcomeTaskProbeAndTheComparison() {
        assertEquals(
                "MATCH     identify gate p1: alice 0.9900 >= 0.9000 (compact 1)",
                VerdictText.line(SampleVerdicts.identified("p1", Outcome.MATCH, "alice")));
        assertEquals(
                "NON_MATCH pair     gate p2: 0.2500 < 0.9000 (compact 1)", VerdictText.line(SampleVerdicts.pair("p2")));
        assertEquals(
                "UNDECIDED identify gate p3: EMPTY_GALLERY (compact 1)",
                VerdictText.line(SampleVerdicts.undecided("p3")));
    }

    @Test
    void theFieldsAreThoseOfTheRecord() {
        var verdict = SampleVerdicts.identified("p1", Outcome.MATCH, "alice");

        Map<String, Object> fields = VerdictText.fields(verdict);

        assertEquals(verdict.getSchema().getFields().size(), fields.size());
        assertEquals("1970-01-01T00:00:00.002Z", fields.get("decidedAt"));
        assertEquals(false, fields.get("outOfDomain"));
        assertEquals(
                List.of(Map.of("subjectId", "alice", "referenceId", "r1", "score", 0.99)), fields.get("candidates"));
    }
}
