package io.twinstream.deploy.testkit;

import io.twinstream.schemas.record.Candidate;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.Precision;
import io.twinstream.schemas.record.TaskKind;
import io.twinstream.schemas.record.UndecidedCause;
import io.twinstream.schemas.record.UndecidedReason;
import io.twinstream.schemas.record.Verdict;
import java.time.Instant;
import java.util.List;

/** Makes verdicts as a verifier gives them. */
public final class SampleVerdicts {
    private SampleVerdicts() {}

    public static Verdict identified(String probeId, Outcome outcome, String subjectId) {
        double score = outcome == Outcome.MATCH ? 0.99 : 0.1;
        return verdict(probeId, TaskKind.IDENTIFY, outcome, score, List.of(new Candidate(subjectId, "r1", score)));
    }

    public static Verdict pair(String probeId) {
        return verdict(probeId, TaskKind.PAIR, Outcome.NON_MATCH, 0.25, List.of());
    }

    public static Verdict undecided(String probeId) {
        return verdict(probeId, TaskKind.IDENTIFY, Outcome.UNDECIDED, null, List.of());
    }

    private static Verdict verdict(
            String probeId, TaskKind task, Outcome outcome, Double score, List<Candidate> candidates) {
        return new Verdict(
                probeId,
                "gate",
                task,
                outcome,
                outcome == Outcome.UNDECIDED ? UndecidedReason.EMPTY_GALLERY : null,
                outcome == Outcome.UNDECIDED ? UndecidedCause.EMPTY_GALLERY : null,
                false,
                score,
                0.9,
                0.001,
                null,
                candidates,
                1,
                "compact",
                "1",
                "00",
                Precision.FP32,
                0,
                7L,
                Instant.ofEpochMilli(1),
                Instant.ofEpochMilli(2),
                null,
                List.of());
    }
}
