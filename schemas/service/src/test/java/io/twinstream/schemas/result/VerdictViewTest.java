package io.twinstream.schemas.result;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.twinstream.schemas.record.Candidate;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.Point;
import io.twinstream.schemas.record.Precision;
import io.twinstream.schemas.record.Region;
import io.twinstream.schemas.record.RegionVerdict;
import io.twinstream.schemas.record.TaskKind;
import io.twinstream.schemas.record.UndecidedCause;
import io.twinstream.schemas.record.Verdict;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class VerdictViewTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void eachRegionHasItsBoxAndWhatIsSaidOfIt() throws Exception {
        List<Point> points = List.of(new Point(455f, 170.5f), new Point(548f, 168f));
        Verdict verdict = verdict(List.of(
                new RegionVerdict(
                        new Region(412f, 96.25f, 180f, 210f, 0.5f, points),
                        Outcome.MATCH,
                        null,
                        0.99,
                        List.of(new Candidate("erin\u202e", "r1", 0.99))),
                new RegionVerdict(
                        new Region(-3f, 0f, 60f, 70f, 1f, List.of()),
                        Outcome.UNDECIDED,
                        UndecidedCause.BLANK,
                        null,
                        List.of())));

        JsonNode regions = JSON.valueToTree(VerdictView.of(verdict)).get("regions");

        assertEquals(JSON.readTree("""
                        [{"box": [412.0, 96.25, 180.0, 210.0], "found": 0.5, "points": [[455.0, 170.5], [548.0, 168.0]],
                          "outcome": "MATCH", "score": 0.99,
                          "candidates": [{"subject": "erin\\\\u202e", "reference": "r1", "score": 0.99}]},
                         {"box": [-3.0, 0.0, 60.0, 70.0], "found": 1.0, "points": [],
                          "outcome": "UNDECIDED", "reason": "BLANK", "candidates": []}]""").toString(), regions.toString());
    }

    @Test
    void aPictureThatWasJudgedAsAWholeHasNoRegions() {
        JsonNode view = JSON.valueToTree(VerdictView.of(verdict(List.of())));

        assertFalse(view.has("regions"), view.toString());
    }

    private static Verdict verdict(List<RegionVerdict> regions) {
        return Verdict.newBuilder()
                .setProbeId("p")
                .setSourceId("gate")
                .setTask(TaskKind.IDENTIFY)
                .setOutcome(Outcome.MATCH)
                .setScore(0.99)
                .setThreshold(0.5)
                .setTargetFmr(0.01)
                .setCandidates(List.of(new Candidate("erin", "r1", 0.99)))
                .setGallerySize(2)
                .setModelName("faces")
                .setModelVersion("1")
                .setModelSha256("00")
                .setPrecision(Precision.FP32)
                .setProbePartition(0)
                .setProbeOffset(7)
                .setAppendedAt(Instant.EPOCH)
                .setDecidedAt(Instant.EPOCH)
                .setRegions(regions)
                .build();
    }
}
