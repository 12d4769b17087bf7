package io.twinstream.verifier.control;

import static io.twinstream.verifier.control.ModelBoards.NOON;
import static io.twinstream.verifier.control.ModelBoards.ONE;
import static io.twinstream.verifier.control.ModelBoards.OWN;
import static io.twinstream.verifier.control.ModelBoards.TWO;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.ModelActivation;
import io.twinstream.schemas.record.ModelSlot;
import io.twinstream.schemas.record.VersionState;
import io.twinstream.verifier.control.ControlException.ControlFault;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ActivationRulesTest {
    private final ModelBoards boards = new ModelBoards().published(ONE, TWO);

    @Test
    void aPublishedVersionIsActivatedAfterTheDelay() {
        ModelActivation activation = activation(TWO, EffectiveTime.after(Duration.ofSeconds(30)));

        assertEquals(ModelSlot.SERVING, activation.getSlot());
        assertEquals("letters", activation.getModelName());
        assertEquals("2", activation.getModelVersion());
        assertEquals(30_000, activation.getDelayMs());
        assertNull(activation.getEffectiveAt());
        assertEquals("a test", activation.getReason());
        assertEquals("Zoë@desk", activation.getBy());
    }

    @Test
    void aTimeGoesWithTheLeastDelay() {
        Instant soon = NOON.plusSeconds(2);

        ModelActivation activation = activation(TWO, EffectiveTime.at(soon));

        assertEquals(2_000, activation.getDelayMs());
        assertEquals(soon, activation.getEffectiveAt());
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 1_999, 366L * 24 * 3_600_000})
    void aTimeThatHasPassedOrIsTooSoonOrTooFarIsRefused(long millisFromNow) {
        refused(ControlFault.BAD_REQUEST, () -> activation(TWO, EffectiveTime.at(NOON.plusMillis(millisFromNow))));
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 1_999, Long.MAX_VALUE})
    void aDelayBelowTheNoticeOrBeyondAllBoundsIsRefused(long millis) {
        refused(ControlFault.BAD_REQUEST, () -> EffectiveTime.after(Duration.ofMillis(millis)));
    }

    @Test
    void aVersionThatNobodyKnowsIsNotFoundEvenWithForce() {
        ModelId other = new ModelId("letters", "9");

        String line = refused(ControlFault.NOT_FOUND, () -> activation(ModelSlot.SERVING, other, "a test", true));

        assertTrue(line.startsWith("letters/9 is not published"), line);
    }

    @Test
    void theOwnModelOfAVerifierThatRunsIsKnown() {
        boards.reported("gate-1:8081", OWN, VersionState.READY);

        assertEquals("compact", activation(OWN, EffectiveTime.SOONEST).getModelName());
    }

    @Test
    void aVersionThatAVerifierRefusesIsRefusedWithItsReason() {
        boards.reported("gate-1:8081", TWO, VersionState.READY).reported("gate-2:8081", TWO, VersionState.REFUSED);

        String line = refused(ControlFault.CONFLICT, () -> activation(TWO, EffectiveTime.SOONEST));

        assertTrue(line.startsWith("gate-2:8081 refuses letters/2 (the model fails its self-test)"), line);
    }

    @Test
    void forcePassesARefusalOver() {
        boards.reported("gate-1:8081", TWO, VersionState.REFUSED);

        assertEquals("2", activation(ModelSlot.SERVING, TWO, "a test", true).getModelVersion());
    }

    @Test
    void theRefusalOfAnotherVersionIsNoObstacle() {
        boards.reported("gate-1:8081", ONE, VersionState.REFUSED);

        assertEquals("2", activation(TWO, EffectiveTime.SOONEST).getModelVersion());
    }

    @Test
    void theShadowIsEmptiedByNoModel() {
        ModelActivation activation = activation(ModelSlot.SHADOW, null, "a test", false);

        assertEquals(ModelSlot.SHADOW, activation.getSlot());
        assertNull(activation.getModelName());
        assertNull(activation.getModelVersion());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "two\nlines", "\u001b[31m"})
    void aReasonIsOneLineOfText(String reason) {
        refused(ControlFault.BAD_REQUEST, () -> activation(ModelSlot.SERVING, TWO, reason, false));
    }

    @Test
    void aReasonHasAThousandCharactersAtMost() {
        activation(ModelSlot.SERVING, TWO, "x".repeat(1_000), false);

        refused(ControlFault.BAD_REQUEST, () -> activation(ModelSlot.SERVING, TWO, "x".repeat(1_001), false));
    }

    private ModelActivation activation(ModelId model, EffectiveTime when) {
        return new ActivationRules(boards.board())
                .activation(ModelSlot.SERVING, model, when, "a test", "Zoë@desk", false);
    }

    private ModelActivation activation(ModelSlot slot, ModelId model, String reason, boolean force) {
        return new ActivationRules(boards.board())
                .activation(slot, model, EffectiveTime.SOONEST, reason, "Zoë@desk", force);
    }

    private static String refused(ControlFault fault, Executable order) {
        ControlException refusal = assertThrows(ControlException.class, order);
        assertEquals(fault, refusal.fault(), refusal.getMessage());
        assertEquals(1, refusal.getMessage().lines().count());
        return refusal.getMessage();
    }
}
