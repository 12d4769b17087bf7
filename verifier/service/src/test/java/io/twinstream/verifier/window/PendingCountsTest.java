package io.twinstream.verifier.window;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.twinstream.schemas.record.Candidate;
import io.twinstream.schemas.record.MatchWindow;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.TaskKind;
import io.twinstream.schemas.record.UndecidedCause;
import io.twinstream.schemas.record.UndecidedReason;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.serde.Undecided;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PendingCountsTest {
    /**
     * This is the place of the undecided verdicts in the layout before causes: four counts, the gallery's sum, two
     * thresholds, three counts of undecided verdicts.
     */
    private static final int OLD_UNDECIDED = 4 * Integer.BYTES + Long.BYTES + 2 * Double.BYTES;

    private static final int OLD_SCORES = OLD_UNDECIDED + 3 * Integer.BYTES;
    private static final int OLD_LATENCIES = OLD_SCORES + HistogramBuckets.SCORE_BINS * Integer.BYTES;
    private static final int OLD_BYTES = OLD_LATENCIES + HistogramBuckets.LATENCIES * Integer.BYTES;

    @Test
    void countsOfTheReleaseBeforeAreReadAndGoOn() {
        ByteBuffer old = ByteBuffer.allocate(OLD_BYTES);
        old.putInt(0, 3).putInt(Integer.BYTES, 4).putLong(4 * Integer.BYTES, 1_000);
        old.putDouble(4 * Integer.BYTES + Long.BYTES, 0.25).putDouble(4 * Integer.BYTES + 2 * Long.BYTES, 0.5);
        old.putInt(OLD_UNDECIDED, 5).putInt(OLD_UNDECIDED + Integer.BYTES, 6).putInt(OLD_SCORES - Integer.BYTES, 7);
        old.putInt(OLD_SCORES + 2 * Integer.BYTES, 8);
        old.putInt(OLD_BYTES - Integer.BYTES, 9);
        PendingCounts counts = PendingCounts.of(old.array());

        counts.add(undecided(UndecidedCause.BLANK));
        counts.add(undecided(UndecidedCause.UNKNOWN_SUBJECT));
        MatchWindow window = window(PendingCounts.of(counts.bytes()));

        assertEquals(3, window.getMatches());
        assertEquals(4, window.getNonMatches());
        assertEquals(
                Map.of("UNKNOWN_SUBJECT", 6L, "EMPTY_GALLERY", 6L, "null", 7L, "BLANK", 1L), window.getUndecided());
        assertEquals(3 + 4 + 20, window.getVerdicts());
        assertEquals(List.of(0L, 0L, 8L), window.getScores());
        assertEquals(HistogramBuckets.LATENCIES, window.getLatencies().size());
        assertNull(window.getSubjects());
        assertEquals(0.25, window.getThresholdMin());
        assertEquals(0.5, window.getThresholdMax());
    }

    @Test
    void whatIsCountedHereKeepsThePlacesThatTheReleaseBeforeReads() {
        PendingCounts counts = PendingCounts.of(null);
        for (UndecidedCause cause : UndecidedCause.values()) {
            counts.add(undecided(cause));
        }
        counts.add(Verdict.newBuilder(undecided(UndecidedCause.BLANK))
                .setCause(null)
                .build());

        ByteBuffer bytes = ByteBuffer.wrap(counts.bytes());

        assertEquals(1, bytes.getInt(OLD_UNDECIDED));
        assertEquals(1, bytes.getInt(OLD_UNDECIDED + Integer.BYTES));
        assertEquals(1, bytes.getInt(OLD_UNDECIDED + 2 * Integer.BYTES));
        assertEquals(UndecidedCause.values().length + 1, bytes.getInt(OLD_LATENCIES));
    }

    @Test
    void aVerdictIsCountedInTheBytesThatAreThereAndNoneAreCopied() {
        byte[] bytes = PendingCounts.of(null).bytes();
        PendingCounts counts = PendingCounts.of(bytes);

        counts.add(undecided(UndecidedCause.BLANK));

        assertSame(bytes, counts.bytes());
        assertEquals(Map.of("BLANK", 1L), window(PendingCounts.of(bytes)).getUndecided());
    }

    @Test
    void whoCameIsKnownUnlessAVerdictNamesNobody() {
        PendingCounts counts = PendingCounts.of(null);
        Verdict named = Verdict.newBuilder(undecided(UndecidedCause.BLANK))
                .setOutcome(Outcome.MATCH)
                .setCause(null)
                .setReason(null)
                .setScore(0.875)
                .setCandidates(List.of(new Candidate("ann", "1", 0.875)))
                .build();
        counts.add(named);
        counts.add(named);
        counts.add(undecided(UndecidedCause.BLANK));

        assertEquals(List.of(87), window(counts).getSubjects().getBins());
        assertEquals(List.of(2L), window(counts).getSubjects().getCounts());

        counts.add(Verdict.newBuilder(named).setCandidates(List.of()).build());

        assertNull(window(counts).getSubjects());
        assertEquals(3, window(counts).getScores().get(87));
    }

    @Test
    void everyCauseIsCountedByItsName() {
        PendingCounts counts = PendingCounts.of(null);
        Map<String, Long> expected = new HashMap<>();
        for (UndecidedCause cause : UndecidedCause.values()) {
            for (int i = 0; i <= cause.ordinal(); i++) {
                counts.add(undecided(cause));
            }
            expected.put(cause.name(), cause.ordinal() + 1L);
        }
        counts.add(Verdict.newBuilder(undecided(UndecidedCause.BLANK))
                .setCause(null)
                .setReason(UndecidedReason.EMPTY_GALLERY)
                .build());
        expected.merge("EMPTY_GALLERY", 1L, Long::sum);

        assertEquals(expected, window(counts).getUndecided());
    }

    private static MatchWindow window(PendingCounts counts) {
        MatchWindow.Builder window = MatchWindow.newBuilder()
                .setStart(Instant.EPOCH)
                .setSizeMs(1_000)
                .setModelName("letters")
                .setModelVersion("1")
                .setSourceId("gate")
                .setTask(TaskKind.PAIR.name());
        counts.fill(window);
        return window.build();
    }

    /** Returns a verdict as it comes from its topic. */
    private static Verdict undecided(UndecidedCause cause) {
        RecordSerde<Verdict> serde = RecordSerde.of(Verdict.class);
        Verdict verdict = Undecided.set(
                        Verdict.newBuilder()
                                .setProbeId("p")
                                .setSourceId("gate")
                                .setTask(TaskKind.CLAIM)
                                .setOutcome(Outcome.UNDECIDED)
                                .setThreshold(0.5)
                                .setTargetFmr(0.01)
                                .setGallerySize(1)
                                .setModelName("letters")
                                .setModelVersion("1")
                                .setModelSha256("00")
                                .setProbePartition(0)
                                .setProbeOffset(0)
                                .setAppendedAt(Instant.EPOCH)
                                .setDecidedAt(Instant.EPOCH),
                        cause)
                .build();
        return serde.decode(serde.encode(verdict));
    }
}
