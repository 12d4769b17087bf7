package io.twinstream.verifier.replay;

import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.Precision;
import io.twinstream.schemas.record.TaskKind;

/** Decisions that differ in what a test is about. */
final class Decisions {
    private Decisions() {}

    static Decision pair(Outcome outcome, double score) {
        return new Decision(TaskKind.PAIR, outcome, score, null, 5, "letters/1", "ab", Precision.FP32, "");
    }

    static Decision identification(Outcome outcome, double score, String subject, int gallerySize) {
        return new Decision(
                TaskKind.IDENTIFY, outcome, score, subject, gallerySize, "letters/1", "ab", Precision.FP32, "");
    }

    static Decision unknownClaim(int gallerySize) {
        return new Decision(
                TaskKind.CLAIM, Outcome.UNDECIDED, null, null, gallerySize, "letters/1", "ab", Precision.FP32, "");
    }
}
