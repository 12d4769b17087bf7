package io.twinstream.deploy.verdict;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.twinstream.deploy.testkit.SampleVerdicts;
import io.twinstream.schemas.record.Candidate;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.ShadowOpinion;
import io.twinstream.schemas.record.Verdict;
import java.util.LinkedHashMap;
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

    @Test
    void aLineNamesEveryCandidateOfAnIdentification() {
        var verdict = Verdict.newBuilder(SampleVerdicts.identified("p1", Outcome.MATCH, "alice"))
                .setCandidates(List.of(
                        new Candidate("alice", "r1", 0.99),
                        new Candidate("bob", "r2", 0.4),
                        new Candidate("eve", "r3", 0.1)))
                .build();

        assertEquals(
                "MATCH     identify gate p1: alice 0.9900 >= 0.9000, bob 0.4000, eve 0.1000 (compact 1)",
                VerdictText.line(verdict));
    }

    @Test
    void theShadowIsAnObjectToo() {
        var verdict = Verdict.newBuilder(SampleVerdicts.identified("p1", Outcome.MATCH, "alice"))
                .setShadow(new ShadowOpinion("letters", "2", "ab", Outcome.NON_MATCH, 0.25, 0.5, "bob", 7))
                .build();

        Map<String, Object> expected = new LinkedHashMap<>();
        expected.put("modelName", "letters");
        expected.put("modelVersion", "2");
        expected.put("modelSha256", "ab");
        expected.put("outcome", "NON_MATCH");
        expected.put("score", 0.25);
        expected.put("threshold", 0.5);
        expected.put("subjectId", "bob");
        expected.put("gallerySize", 7);
        assertEquals(expected, VerdictText.fields(verdict).get("shadow"));
    }
}
