package io.twinstream.verifier.control;

import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.ModelSlot;
import io.twinstream.verifier.control.ControlException.Kind;
import io.twinstream.verifier.version.Activated;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Which version a rollback goes back to: the predecessor of the version that serves when the rollback takes effect. So an
 * activation that was written a second ago is rolled back, and not the one before it.
 */
final class RollbackTarget {
    private RollbackTarget() {}

    /** @throws ControlException if the topics don't say */
    static ModelId of(ModelBoard board) {
        Instant effect = board.now().plus(Activated.NOTICE);
        Optional<ModelId> predecessor = board.timeline().predecessor(effect);
        if (predecessor.isPresent()) {
            return predecessor.get();
        }
        if (board.timeline().at(ModelSlot.SERVING, effect).isEmpty()) {
            throw new ControlException(
                    Kind.CONFLICT,
                    "there is nothing to roll back: no activation has taken effect. To keep the version that serves, activate it by name");
        }
        List<ModelId> own =
                board.own().stream().filter(board.states()::isReadyEverywhere).toList();
        if (own.size() != 1) {
            throw new ControlException(
                    Kind.CONFLICT,
                    "before the version that serves there was only the verifiers' own model, and those that run don't agree on one: name it, 'models activate NAME/VERSION'");
        }
        return own.get(0);
    }
}
