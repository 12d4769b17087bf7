package io.twinstream.verifier.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.twinstream.schemas.record.Candidate;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.TaskKind;
import io.twinstream.schemas.record.Verdict;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordedVerdictsTest {
    private static final Instant NOON = Instant.parse("2024-02-29T12:00:00Z");

    private final RecordedVerdicts verdicts = new RecordedVerdicts(new ReplayRange(NOON, NOON.plusSeconds(1)));

    @Test
    void theFirstVerdictOfAProbeCountsAndIsGivenOutOnce() {
        verdicts.add(verdict(3, NOON, "ann"));
        verdicts.add(verdict(3, NOON, "bob"));

        assertEquals(1, verdicts.duplicates());
        assertEquals("ann", verdicts.take(2, 3).subject());
        assertNull(verdicts.take(2, 3));
    }

    @Test
    void verdictsOfProbesOutsideTheRangeAreSkipped() {
        verdicts.add(verdict(1, NOON.minusMillis(1), "ann"));
        verdicts.add(verdict(2, NOON, "ann"));
        verdicts.add(verdict(3, NOON.plusSeconds(1), "ann"));
        verdicts.add(verdict(4, NOON.plusMillis(1001), "ann"));

        assertEquals(2, verdicts.left());
        assertNull(verdicts.take(2, 1));
        assertNull(verdicts.take(2, 4));
    }

    @Test
    void aRangeThatEndsBeforeItBeginsIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new ReplayRange(NOON, NOON.minusMillis(1)));
    }

    private static Verdict verdict(long offset, Instant appendedAt, String subject) {
        return Verdict.newBuilder()
                .setProbeId("p" + offset)
                .setSourceId("gate")
                .setTask(TaskKind.IDENTIFY)
                .setOutcome(Outcome.MATCH)
                .setScore(0.9)
                .setThreshold(0.8)
                .setTargetFmr(0.01)
                .setTargetFpir(0.05)
                .setCandidates(List.of(new Candidate(subject, "1", 0.9)))
                .setGallerySize(5)
                .setModelName("letters")
                .setModelVersion("1")
                .setModelSha256("ab")
                .setProbePartition(2)
                .setProbeOffset(offset)
                .setAppendedAt(appendedAt)
                .setDecidedAt(appendedAt)
                .build();
    }
}
