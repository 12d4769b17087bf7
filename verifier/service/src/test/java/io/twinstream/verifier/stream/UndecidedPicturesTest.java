package io.twinstream.verifier.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.record.Claim;
import io.twinstream.schemas.record.Identify;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.TaskKind;
import io.twinstream.schemas.record.UndecidedCause;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.serde.Undecided;
import io.twinstream.schemas.topic.ReferenceKey;
import io.twinstream.verifier.lookahead.PreparedProbe;
import io.twinstream.verifier.lookahead.Probes;
import io.twinstream.verifier.model.ServingModel;
import io.twinstream.verifier.model.ServingModels;
import io.twinstream.verifier.settings.DomainRule;
import io.twinstream.verifier.standstill.ProbePlace;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests what a picture's cause makes of a probe under each rule; a probe without fault would match. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UndecidedPicturesTest {
    private static final List<Object> TASKS = List.of(Probes.pairWith(new byte[0]), new Claim("ann"), new Identify(3));

    private final ServingModel open = ServingModels.byDistance();
    private final Judge judge = new Judge(Clock.systemUTC());
    private final float[] embedding = new float[open.embedder().embeddingLength()];

    UndecidedPicturesTest() {
        open.gallery().put(new ReferenceKey("ann", "1"), embedding);
        open.gallery().put(new ReferenceKey("bob", "1"), embedding);
    }

    @AfterAll
    void close() {
        open.close();
    }

    @ParameterizedTest
    @EnumSource(DomainRule.class)
    void aBlankPictureIsNeverJudged(DomainRule rule) {
        for (Object task : TASKS) {
            Verdict verdict = verdict(rule, task, UndecidedCause.BLANK);

            assertUndecided(UndecidedCause.BLANK, verdict);
            assertFalse(verdict.getOutOfDomain());
        }
    }

    @Test
    void aPictureOfAnotherKindIsUndecidedWhereThatIsRefused() {
        for (Object task : TASKS) {
            Verdict verdict = verdict(DomainRule.REFUSE, task, UndecidedCause.OUT_OF_DOMAIN);

            assertUndecided(UndecidedCause.OUT_OF_DOMAIN, verdict);
            assertTrue(verdict.getOutOfDomain());
        }
    }

    @Test
    void itIsJudgedAndMarkedWhereThatIsFlagged() {
        for (Object task : TASKS) {
            Verdict verdict = verdict(DomainRule.FLAG, task, UndecidedCause.OUT_OF_DOMAIN);

            assertEquals(Outcome.MATCH, verdict.getOutcome());
            assertNull(Undecided.cause(verdict));
            assertTrue(verdict.getOutOfDomain());
        }
    }

    @Test
    void itIsJudgedLikeAnyOtherWhereNobodyMinds() {
        for (Object task : TASKS) {
            Verdict verdict = verdict(DomainRule.OFF, task, UndecidedCause.OUT_OF_DOMAIN);

            assertEquals(Outcome.MATCH, verdict.getOutcome());
            assertFalse(verdict.getOutOfDomain());
        }
    }

    @Test
    void whatNothingIsWrongWithIsJudged() {
        for (Object task : TASKS) {
            Verdict verdict = verdict(DomainRule.REFUSE, task, null);

            assertEquals(Outcome.MATCH, verdict.getOutcome());
            assertFalse(verdict.getOutOfDomain());
        }
    }

    @Test
    void thePictureComesBeforeASubjectThatNobodyKnows() {
        assertUndecided(UndecidedCause.BLANK, verdict(DomainRule.REFUSE, new Claim("nobody"), UndecidedCause.BLANK));
        assertUndecided(UndecidedCause.UNKNOWN_SUBJECT, verdict(DomainRule.REFUSE, new Claim("nobody"), null));
    }

    @Test
    void anIdentificationSaysTheThresholdOfItsGallery() {
        Verdict undecided = verdict(DomainRule.REFUSE, new Identify(3), UndecidedCause.BLANK);
        Verdict decided = verdict(DomainRule.REFUSE, new Identify(3), null);

        assertEquals(decided.getThreshold(), undecided.getThreshold());
        assertEquals(decided.getTargetFpir(), undecided.getTargetFpir());
        assertNotEquals(
                verdict(DomainRule.REFUSE, new Claim("ann"), UndecidedCause.BLANK)
                        .getThreshold(),
                undecided.getThreshold());
    }

    private static void assertUndecided(UndecidedCause cause, Verdict verdict) {
        assertEquals(Outcome.UNDECIDED, verdict.getOutcome());
        assertEquals(cause, Undecided.cause(verdict));
        assertNull(verdict.getScore());
        assertEquals(List.of(), verdict.getCandidates());
        assertEquals(2, verdict.getGallerySize());
        assertEquals(verdict.getTask() == TaskKind.IDENTIFY, verdict.getTargetFpir() != null);
    }

    private Verdict verdict(DomainRule rule, Object task, @Nullable UndecidedCause cause) {
        PreparedProbe.Embedded probe = new PreparedProbe.Embedded(
                Probes.probe("p-1", new byte[0], task), List.of(embedding, embedding), cause);
        return judge.judge(ServingModels.under(rule, open), probe, new ProbePlace(0, 7), Instant.EPOCH);
    }
}
