package io.twinstream.verifier.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.twinstream.schemas.record.Candidate;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.Precision;
import io.twinstream.schemas.record.ShadowOpinion;
import io.twinstream.schemas.record.TaskKind;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.verifier.metrics.ProbeMetrics;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProbeResultsTest {
    @Test
    void theShadowIsCountedByFieldsThatAProgramReads() {
        ProbeResults results = new ProbeResults(ProbeMetrics.none(), CloudEvents.off());

        results.count(judged(Outcome.MATCH, "ann", Outcome.MATCH, "ann"));
        results.count(judged(Outcome.MATCH, "ann", Outcome.MATCH, "ann"));
        results.count(judged(Outcome.MATCH, "ann", Outcome.MATCH, "bob"));
        results.count(judged(Outcome.NON_MATCH, "ann", Outcome.MATCH, "ann"));

        assertEquals(
                List.of(
                        new ProbeResults.ShadowCount("compact/1", "compact/2", "MATCH", "MATCH", true, 2),
                        new ProbeResults.ShadowCount("compact/1", "compact/2", "MATCH", "MATCH", false, 1),
                        new ProbeResults.ShadowCount("compact/1", "compact/2", "NON_MATCH", "MATCH", true, 1)),
                results.shadowCounts());
    }

    private static Verdict judged(Outcome outcome, String subject, Outcome shadow, String shadowSubject) {
        return Verdict.newBuilder()
                .setProbeId("p")
                .setSourceId("gate")
                .setTask(TaskKind.IDENTIFY)
                .setOutcome(outcome)
                .setScore(0.9)
                .setThreshold(0.5)
                .setTargetFmr(0.01)
                .setCandidates(List.of(new Candidate(subject, "r1", 0.9)))
                .setGallerySize(2)
                .setModelName("compact")
                .setModelVersion("1")
                .setModelSha256("ab".repeat(32))
                .setPrecision(Precision.FP32)
                .setProbePartition(0)
                .setProbeOffset(0)
                .setAppendedAt(Instant.EPOCH)
                .setDecidedAt(Instant.EPOCH)
                .setShadow(new ShadowOpinion("compact", "2", "cd".repeat(32), shadow, 0.9, 0.5, shadowSubject, 2))
                .build();
    }
}
