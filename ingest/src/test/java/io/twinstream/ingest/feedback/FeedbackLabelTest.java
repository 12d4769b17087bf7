package io.twinstream.ingest.feedback;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.ingest.feedback.FeedbackException.FeedbackFault;
import io.twinstream.ingest.publish.Label;
import io.twinstream.schemas.record.Candidate;
import io.twinstream.schemas.record.Claim;
import io.twinstream.schemas.record.Identify;
import io.twinstream.schemas.record.LabelOrigin;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.Pair;
import io.twinstream.schemas.record.Precision;
import io.twinstream.schemas.record.Probe;
import io.twinstream.schemas.record.TaskKind;
import io.twinstream.schemas.record.Verdict;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FeedbackLabelTest {
    private static final Instant NOW = Instant.EPOCH;
    private static final ByteBuffer IMAGE = ByteBuffer.wrap(new byte[1]);

    @Test
    void aRightMatchConfirmsWhomItFound() {
        assertEquals(
                new Label("ann", "gate", LabelOrigin.CONFIRMED, "p1"),
                label(Feedback.right(), new Identify(2), Outcome.MATCH, "ann", "bob"));
        assertEquals(
                new Label("ann", "gate", LabelOrigin.CONFIRMED, "p1"),
                label(Feedback.right(), new Claim("ann"), Outcome.MATCH, "ann"));
    }

    @Test
    void toNameWhomAMatchFoundIsToConfirmIt() {
        assertEquals(
                LabelOrigin.CONFIRMED,
                label(Feedback.subject("ann"), new Identify(1), Outcome.MATCH, "ann")
                        .origin());
    }

    @Test
    void aVerdictOnADecomposedNameIsConfirmedByTheComposedOne() {
        assertEquals(
                new Label("Jos\u00e9", "gate", LabelOrigin.CONFIRMED, "p1"),
                label(Feedback.subject("Jos\u00e9"), new Claim("Jose\u0301"), Outcome.MATCH, "Jose\u0301"));
    }

    @Test
    void aVerdictOnAnIdFromBeforeTheRuleIsRefusedWithTheCharacter() {
        FeedbackException refused = assertThrows(
                FeedbackException.class,
                () -> label(Feedback.right(), new Claim("ann\u200b"), Outcome.MATCH, "ann\u200b"));

        assertTrue(String.valueOf(refused.getMessage()).contains("U+200B ZERO WIDTH SPACE"), refused.getMessage());
    }

    @Test
    void anySubjectCorrectsAnyVerdict() {
        for (Outcome outcome : Outcome.values()) {
            for (Object task : List.of(new Identify(1), new Claim("ann"), new Pair(IMAGE, null))) {
                assertEquals(
                        new Label("bob", "gate", LabelOrigin.CORRECTED, "p1"),
                        label(Feedback.subject("bob"), task, outcome, "ann"));
            }
        }
    }

    @Test
    void aVerdictThatNamesNobodyCanNotBeConfirmed() {
        for (Outcome outcome : List.of(Outcome.NON_MATCH, Outcome.UNDECIDED)) {
            for (Object task : List.of(new Identify(1), new Claim("ann"))) {
                assertNobody(task, outcome, "ann");
            }
        }
        assertNobody(new Pair(IMAGE, null), Outcome.MATCH);
    }

    @Test
    void aClaimThatIsWronglyNoMatchShowsWhoWasClaimed() {
        assertEquals(
                new Label("ann", "gate", LabelOrigin.CORRECTED, "p1"),
                label(Feedback.wrong(), new Claim("ann"), Outcome.NON_MATCH, "ann"));
    }

    @Test
    void ofAnyOtherWrongVerdictItIsNotKnownWhomItShows() {
        for (Outcome outcome : Outcome.values()) {
            for (Object task : List.of(new Identify(1), new Pair(IMAGE, null))) {
                assertEquals(Optional.empty(), found(Feedback.wrong(), task, outcome, "ann"));
            }
        }
        assertEquals(Optional.empty(), found(Feedback.wrong(), new Claim("ann"), Outcome.MATCH, "ann"));
        assertEquals(Optional.empty(), found(Feedback.wrong(), new Claim("ann"), Outcome.UNDECIDED));
    }

    private static void assertNobody(Object task, Outcome outcome, String... candidates) {
        FeedbackException refused =
                assertThrows(FeedbackException.class, () -> label(Feedback.right(), task, outcome, candidates));

        assertEquals(FeedbackFault.NOBODY_NAMED, refused.fault());
        assertTrue(String.valueOf(refused.getMessage()).contains("say {\"subject\""), refused.getMessage());
    }

    private static Label label(Feedback feedback, Object task, Outcome outcome, String... candidates) {
        return found(feedback, task, outcome, candidates).orElseThrow();
    }

    private static Optional<Label> found(Feedback feedback, Object task, Outcome outcome, String... candidates) {
        TaskKind kind =
                task instanceof Claim ? TaskKind.CLAIM : task instanceof Identify ? TaskKind.IDENTIFY : TaskKind.PAIR;
        Verdict verdict = Verdict.newBuilder()
                .setProbeId("p1")
                .setSourceId("gate")
                .setTask(kind)
                .setOutcome(outcome)
                .setThreshold(0.5)
                .setTargetFmr(0.01)
                .setCandidates(List.of(candidates).stream()
                        .map(subject -> new Candidate(subject, "r", 0.9))
                        .toList())
                .setGallerySize(2)
                .setModelName("compact")
                .setModelVersion("1")
                .setModelSha256("00")
                .setPrecision(Precision.FP32)
                .setProbePartition(0)
                .setProbeOffset(0)
                .setAppendedAt(NOW)
                .setDecidedAt(NOW)
                .build();
        return FeedbackLabel.of(feedback, verdict, new Probe("p1", "gate", NOW, IMAGE, task, null));
    }
}
