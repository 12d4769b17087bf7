package io.twinstream.verifier.control;

import static io.twinstream.verifier.control.ModelBoards.ONE;
import static io.twinstream.verifier.control.ModelBoards.OWN;
import static io.twinstream.verifier.control.ModelBoards.THREE;
import static io.twinstream.verifier.control.ModelBoards.TWO;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.VersionState;
import io.twinstream.verifier.control.ControlException.ControlFault;
import org.junit.jupiter.api.Test;

class RollbackTest {
    private final ModelBoards boards = new ModelBoards().published(ONE, TWO, THREE);

    @Test
    void thePredecessorServesAgain() {
        boards.serving(ONE, -100).serving(TWO, -50);

        assertEquals(ONE, new ActivationRules(boards.board()).rollbackTarget());
    }

    @Test
    void anActivationThatWasWrittenASecondAgoIsRolledBackItself() {
        boards.serving(ONE, -100).serving(TWO, -50).serving(THREE, 1);

        assertEquals(TWO, new ActivationRules(boards.board()).rollbackTarget());
    }

    @Test
    void whatIsPendingForLaterDoesNotCount() {
        boards.serving(ONE, -100).serving(TWO, -50).serving(THREE, 600);

        assertEquals(ONE, new ActivationRules(boards.board()).rollbackTarget());
    }

    @Test
    void beforeTheFirstActivationTheVerifiersOwnModelServed() {
        boards.serving(TWO, -50)
                .reported("a", OWN, VersionState.READY)
                .reported("a", TWO, VersionState.READY)
                .reported("b", OWN, VersionState.READY);

        assertEquals(OWN, new ActivationRules(boards.board()).rollbackTarget());
    }

    @Test
    void aPublishedVersionThatNeverServedIsNotTakenForTheirOwn() {
        boards.serving(TWO, -50).reported("a", ONE, VersionState.READY).reported("a", TWO, VersionState.READY);

        refused(
                "no verifier that runs holds one that isn't published: publish that model unless 'models list' shows it");
    }

    @Test
    void whereNoVerifierRunsTheirOwnModelIsToBePublished() {
        boards.serving(TWO, -50);

        refused("no verifier that runs holds one that isn't published: publish that model");
    }

    @Test
    void ownModelsThatDifferDontSay() {
        boards.serving(TWO, -50)
                .reported("a", OWN, VersionState.READY)
                .reported("b", new ModelId("wide", "1"), VersionState.READY);

        refused("those that run don't agree on one, but have compact/1, wide/1: publish the one that is to serve");
    }

    @Test
    void anOwnModelThatOneVerifierLacksIsNone() {
        boards.serving(TWO, -50).reported("a", OWN, VersionState.READY).reported("b", OWN, VersionState.BUILDING);

        refused("not every verifier that runs is ready for compact/1: wait until 'models show compact/1' says so");
    }

    @Test
    void withoutAnActivationThereIsNothingToRollBack() {
        boards.serving(TWO, 600).reported("a", OWN, VersionState.READY);

        refused("there is nothing to roll back");
    }

    private void refused(String why) {
        ControlException refusal =
                assertThrows(ControlException.class, () -> new ActivationRules(boards.board()).rollbackTarget());
        assertEquals(ControlFault.CONFLICT, refusal.fault());
        assertTrue(String.valueOf(refusal.getMessage()).contains(why), refusal.getMessage());
    }
}
