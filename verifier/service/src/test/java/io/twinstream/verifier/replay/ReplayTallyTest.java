package io.twinstream.verifier.replay;

import static io.twinstream.schemas.record.Outcome.MATCH;
import static io.twinstream.schemas.record.Outcome.NON_MATCH;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.twinstream.schemas.record.TaskKind;
import io.twinstream.verifier.standstill.ProbePlace;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReplayTallyTest {
    private final Reproduction reproduction = new Reproduction();
    private final ConfusionTable confusion = new ConfusionTable();

    @Test
    void aReproductionCountsEachKindAndShowsTheFirstTenThatDiffer() {
        for (int i = 0; i < 12; i++) {
            reproduction.add(at(i), "p" + i, Decisions.pair(MATCH, 0.9), Decisions.pair(NON_MATCH, 0.5));
        }
        reproduction.add(at(12), "same", Decisions.pair(MATCH, 0.9), Decisions.pair(MATCH, 0.9));
        reproduction.add(
                at(13),
                "grown",
                Decisions.identification(MATCH, 0.2, "ann", 5),
                Decisions.identification(MATCH, 0.9, "bob", 6));

        assertEquals(12, reproduction.differs());
        assertEquals(1, reproduction.same());
        assertEquals(1, reproduction.galleryChanged());
        assertEquals(10, reproduction.differences().size());
        assertEquals("p9", reproduction.differences().get(9).probeId());
        assertEquals(0.4, reproduction.largestScoreDifference(), 1e-12);
        assertEquals(Map.of("letters/1", 14L), reproduction.versions());
    }

    @Test
    void aProbeThatIsRejectedNowDiffers() {
        reproduction.add(at(0), null, Decisions.pair(MATCH, 0.9), null);

        assertEquals(1, reproduction.differs());
        assertEquals(Map.of(), reproduction.versions());
    }

    @Test
    void aConfusionAddsUpByTaskAndCountsOtherSubjects() {
        confusion.add(at(0), "a", Decisions.pair(MATCH, 0.9), Decisions.pair(NON_MATCH, 0.1));
        confusion.add(at(1), "b", Decisions.pair(MATCH, 0.9), Decisions.pair(NON_MATCH, 0.2));
        confusion.add(at(2), "c", Decisions.pair(MATCH, 0.9), null);
        confusion.add(
                at(3),
                "d",
                Decisions.identification(MATCH, 0.9, "ann", 5),
                Decisions.identification(MATCH, 0.9, "bob", 5));

        assertEquals(
                Map.of(
                        TaskKind.PAIR, Map.of(MATCH, Map.of(NON_MATCH, 2L)),
                        TaskKind.IDENTIFY, Map.of(MATCH, Map.of(MATCH, 1L))),
                confusion.table());
        assertEquals(1, confusion.otherSubject());
        assertEquals(1, confusion.rejected());
    }

    private static ProbePlace at(long offset) {
        return new ProbePlace(0, offset);
    }
}
