package io.twinstream.verifier.control;

import static io.twinstream.verifier.control.ModelBoards.NOON;
import static io.twinstream.verifier.control.ModelBoards.ONE;
import static io.twinstream.verifier.control.ModelBoards.OWN;
import static io.twinstream.verifier.control.ModelBoards.THREE;
import static io.twinstream.verifier.control.ModelBoards.TWO;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.kafka.TopicUnreadException;
import io.twinstream.schemas.modelpackage.ImpostorChoice;
import io.twinstream.schemas.record.ModelSlot;
import io.twinstream.schemas.record.VersionState;
import io.twinstream.schemas.release.Activated;
import io.twinstream.verifier.control.ActivationOutcome.Unready;
import io.twinstream.verifier.control.ControlException.ControlFault;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class ModelBoardTest {
    private final ModelBoards boards = new ModelBoards();

    @Test
    void aVersionAloneNamesAModelWhereJustOneNameHasIt() {
        boards.published(ONE, TWO).reported("a", OWN, VersionState.READY);

        assertEquals(TWO, boards.board().resolve("2"));
        assertEquals(ControlFault.NOT_FOUND, fault("7"));
        assertEquals(ControlFault.BAD_REQUEST, fault("1"));
    }

    @Test
    void aVersionHasTheRolesThatTheActivationsGiveIt() {
        boards.published(ONE, TWO)
                .serving(ONE, -100)
                .serving(TWO, -50)
                .activated(ModelSlot.SHADOW, ONE, -40)
                .serving(ONE, 60);

        assertEquals(
                List.of(ModelRole.RoleKind.SHADOW, ModelRole.RoleKind.PREDECESSOR, ModelRole.RoleKind.PENDING_SERVING),
                roles(0));
        assertEquals(List.of(ModelRole.RoleKind.SERVING), roles(1));
    }

    @Test
    void theVerifiersOwnModelIsThePredecessorOfTheFirstVersionThatWasActivated() {
        boards.published(ONE).serving(ONE, -50).reported("a", OWN, VersionState.READY);

        assertEquals(List.of(ModelRole.RoleKind.SERVING), roles(0));
        assertEquals(List.of(ModelRole.RoleKind.PREDECESSOR), roles(1));
    }

    @Test
    void anOwnModelIsNotItsOwnPredecessor() {
        boards.serving(OWN, -50).reported("a", OWN, VersionState.READY);

        assertEquals(List.of(ModelRole.RoleKind.SERVING), roles(0));
    }

    @Test
    void aManifestThatCantBeReadIsAFaultOfItsVersionAlone() {
        ModelSummary summary = new ModelCatalogue(
                        boards.published(ONE).board(), model -> Optional.empty(), ImpostorChoice.HARDEST)
                .list()
                .get(0);

        assertTrue(String.valueOf(summary.fault()).contains("manifest formats"), summary.fault());
        assertTrue(summary.evaluation().isEmpty());
    }

    @Test
    void theOutcomeNamesWhoIsNotReadyAndWhatIsCancelled() {
        ModelBoard board = boards.published(ONE, TWO, THREE)
                .serving(ONE, -100)
                .serving(THREE, 600)
                .reported("a", TWO, VersionState.READY)
                .reported("b", TWO, VersionState.BUILDING)
                .reported("c", ONE, VersionState.READY)
                .board();

        ActivationOutcome outcome = ActivationOutcome.of(
                board, new Activated(ModelSlot.SERVING, TWO, NOON, 9, NOON.plusSeconds(2), "a test", "Zoë@desk"));

        assertEquals(List.of(new Unready("b", VersionState.BUILDING), new Unready("c", null)), outcome.notReady());
        assertEquals(
                List.of("3"),
                outcome.cancelled().stream().map(ActivationEntry::version).toList());
    }

    @Test
    void whileReportsAreHeldWhatIsKnownCanBeOrderedAndWhatIsNotMayBeThere() {
        ModelBoard board = boards.published(ONE)
                .serving(ONE, -100)
                .reported("a", TWO, VersionState.BUILDING)
                .heldStates()
                .board();

        ActivationOutcome outcome = ActivationOutcome.of(
                board, new Activated(ModelSlot.SERVING, ONE, NOON, 9, NOON.plusSeconds(2), "a test", "Zoë@desk"));

        assertEquals(
                List.of("what verifiers have reported last may be missing: the states could not be read: abort it"),
                outcome.mayBeMissing());
        assertTrue(held(() -> board.requireKnown(THREE))
                .startsWith("whether there is letters/3 can't be said: the states"));
        assertTrue(held(() -> board.resolve("3"))
                .startsWith("whether a model has the version 3 can't be said: the states"));
        assertTrue(held(() -> new ActivationRules(board).rollbackTarget())
                .startsWith("which model the verifiers have of their own can't be said: the states"));
    }

    private static String held(Executable call) {
        return String.valueOf(assertThrows(TopicUnreadException.class, call).getMessage());
    }

    private ControlFault fault(String text) {
        return assertThrows(ControlException.class, () -> boards.board().resolve(text))
                .fault();
    }

    private List<ModelRole.RoleKind> roles(int index) {
        return new ModelCatalogue(boards.board(), model -> Optional.empty(), ImpostorChoice.HARDEST)
                .list().get(index).roles().stream().map(ModelRole::kind).toList();
    }
}
