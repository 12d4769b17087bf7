package io.twinstream.verifier.replay;

import static io.twinstream.schemas.record.Outcome.MATCH;
import static io.twinstream.schemas.record.Outcome.NON_MATCH;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.twinstream.schemas.record.Precision;
import io.twinstream.schemas.record.TaskKind;
import org.junit.jupiter.api.Test;

class DecisionComparisonTest {
    @Test
    void scoresWithinTheToleranceAreTheSame() {
        assertEquals(
                DecisionComparison.SAME,
                DecisionComparison.of(Decisions.pair(MATCH, 0.9), Decisions.pair(MATCH, 0.9 + 0.9e-5)));
        assertEquals(
                DecisionComparison.DIFFERS,
                DecisionComparison.of(Decisions.pair(MATCH, 0.9), Decisions.pair(MATCH, 0.9 + 1.1e-5)));
    }

    @Test
    void anotherOutcomeDiffersWhateverTheScore() {
        assertEquals(
                DecisionComparison.DIFFERS,
                DecisionComparison.of(Decisions.pair(MATCH, 0.9), Decisions.pair(NON_MATCH, 0.9)));
    }

    @Test
    void undecidedIsTheSameAsUndecidedAndNoScoreIsFarFromAny() {
        assertEquals(
                DecisionComparison.SAME, DecisionComparison.of(Decisions.unknownClaim(5), Decisions.unknownClaim(5)));
        Decision decided = new Decision(TaskKind.CLAIM, MATCH, 0.9, "ann", 5, "letters/1", "ab", Precision.FP32, "");
        assertEquals(DecisionComparison.DIFFERS, DecisionComparison.of(Decisions.unknownClaim(5), decided));
    }

    @Test
    void anotherBestSubjectDiffersInAGalleryOfTheSameSizeOnly() {
        Decision onRecord = Decisions.identification(MATCH, 0.9, "ann", 5);

        assertEquals(
                DecisionComparison.DIFFERS,
                DecisionComparison.of(onRecord, Decisions.identification(MATCH, 0.9, "bob", 5)));
        assertEquals(
                DecisionComparison.GALLERY_CHANGED,
                DecisionComparison.of(onRecord, Decisions.identification(MATCH, 0.9, "bob", 6)));
    }

    @Test
    void anotherAnswerForOneOfTheRegionsDiffers() {
        Decision onRecord = ofRegions("MATCH ann, NON_MATCH bob");

        assertEquals(DecisionComparison.SAME, DecisionComparison.of(onRecord, ofRegions("MATCH ann, NON_MATCH bob")));
        assertEquals(DecisionComparison.DIFFERS, DecisionComparison.of(onRecord, ofRegions("MATCH ann, MATCH bob")));
        assertEquals(DecisionComparison.DIFFERS, DecisionComparison.of(onRecord, ofRegions("")));
    }

    private static Decision ofRegions(String regions) {
        return new Decision(TaskKind.IDENTIFY, MATCH, 0.9, "ann", 5, "letters/1", "ab", Precision.FP32, regions);
    }

    @Test
    void theSameAnswerFromALargerGalleryIsTheSame() {
        assertEquals(
                DecisionComparison.SAME,
                DecisionComparison.of(
                        Decisions.identification(MATCH, 0.9, "ann", 5),
                        Decisions.identification(MATCH, 0.9, "ann", 6)));
    }

    @Test
    void aChangedGalleryExcusesNoPairAndNoOtherModel() {
        Decision pair = new Decision(TaskKind.PAIR, NON_MATCH, 0.1, null, 6, "letters/1", "ab", Precision.FP32, "");
        Decision otherModel =
                new Decision(TaskKind.IDENTIFY, MATCH, 0.9, "ann", 6, "letters/1", "cd", Precision.FP32, "");

        assertEquals(DecisionComparison.DIFFERS, DecisionComparison.of(Decisions.pair(MATCH, 0.9), pair));
        assertEquals(
                DecisionComparison.DIFFERS,
                DecisionComparison.of(Decisions.identification(MATCH, 0.9, "ann", 5), otherModel));
    }
}
