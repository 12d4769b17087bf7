package io.twinstream.deploy.verdict;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.twinstream.deploy.testkit.SampleVerdicts;
import io.twinstream.schemas.record.Candidate;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.Point;
import io.twinstream.schemas.record.Region;
import io.twinstream.schemas.record.RegionVerdict;
import io.twinstream.schemas.record.ShadowOpinion;
import io.twinstream.schemas.record.UndecidedCause;
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
    void eachRegionHasALineWithItsBoxAndWhoItIs() {
        var verdict = Verdict.newBuilder(SampleVerdicts.identified("p1", Outcome.MATCH, "alice"))
                .setRegions(List.of(
                        new RegionVerdict(
                                new Region(411.6f, 96.2f, 180f, 210f, 0.974f, List.of(new Point(455f, 170f))),
                                Outcome.MATCH,
                                null,
                                0.99,
                                List.of(new Candidate("alice", "r1", 0.99), new Candidate("bob\n", "r2", 0.4))),
                        new RegionVerdict(
                                new Region(-3f, 0f, 60f, 70f, 1f, List.of()),
                                Outcome.UNDECIDED,
                                UndecidedCause.BLANK,
                                null,
                                List.of()),
                        new RegionVerdict(
                                new Region(5f, 6f, 7f, 8f, 0.5f, List.of()), Outcome.NON_MATCH, null, 0.25, List.of())))
                .build();

        assertEquals(
                List.of(
                        "  412,96,180,210 found 0.97: MATCH alice 0.9900, bob\\n 0.4000",
                        "  -3,0,60,70 found 1.00: UNDECIDED BLANK",
                        "  5,6,7,8 found 0.50: NON_MATCH 0.2500"),
                VerdictText.regions(verdict));
        Map<?, ?> first = (Map<?, ?>) ((List<?>) VerdictText.fields(verdict).get("regions")).get(0);
        assertEquals("MATCH", first.get("outcome"));
        assertEquals(180f, ((Map<?, ?>) first.get("region")).get("width"));
        assertEquals(List.of(Map.of("x", 455f, "y", 170f)), ((Map<?, ?>) first.get("region")).get("points"));
    }

    @Test
    void aPictureThatWasJudgedAsAWholeHasNoFurtherLines() {
        assertEquals(List.of(), VerdictText.regions(SampleVerdicts.pair("p2")));
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
