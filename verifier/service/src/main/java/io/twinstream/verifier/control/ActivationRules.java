package io.twinstream.verifier.control;

import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.ModelActivation;
import io.twinstream.schemas.record.ModelSlot;
import io.twinstream.schemas.record.VersionState;
import io.twinstream.schemas.release.Activated;
import io.twinstream.schemas.release.ModelStates.InstanceState;
import io.twinstream.verifier.control.ControlException.ControlFault;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Activation rules say what must hold before an activation is written. They read a {@link ModelBoard} and write
 * nothing.
 */
final class ActivationRules {
    static final int MAX_REASON_LENGTH = 1_000;

    private final ModelBoard board;

    ActivationRules(ModelBoard board) {
        this.board = board;
    }

    /**
     * Returns the record of an activation that keeps the rules.
     *
     * @param model the version; null empties the shadow
     * @param force whether to ignore that a verifier refuses the version
     * @throws ControlException if a rule is broken
     */
    ModelActivation activation(
            ModelSlot slot, @Nullable ModelId model, EffectiveTime when, String reason, String by, boolean force) {
        checkReason(reason);
        when.check(board.now());
        if (model != null) {
            board.requireKnown(model);
            if (!force) {
                checkRefusals(model);
            }
        }
        return ModelActivation.newBuilder()
                .setSlot(slot)
                .setModelName(model == null ? null : model.name())
                .setModelVersion(model == null ? null : model.version())
                .setDelayMs(when.delay().toMillis())
                .setEffectiveAt(when.at())
                .setReason(reason)
                .setBy(by)
                .build();
    }

    /**
     * Returns the version that a rollback goes back to: the predecessor of the version that serves when the rollback
     * takes effect. So an activation that was written a second ago is rolled back, and not the one before it.
     *
     * @throws ControlException if the topics name no predecessor
     */
    ModelId rollbackTarget() {
        Instant effect = board.now().plus(Activated.NOTICE);
        Optional<ModelId> predecessor = board.predecessor(effect);
        if (predecessor.isPresent()) {
            return predecessor.get();
        }
        if (board.timeline().at(ModelSlot.SERVING, effect).isEmpty()) {
            throw new ControlException(
                    ControlFault.CONFLICT,
                    "there is nothing to roll back: no activation has taken effect. To keep the version that serves, activate it by name");
        }
        board.unread().requireAll("which model the verifiers have of their own can't be said");
        throw new ControlException(
                ControlFault.CONFLICT,
                "before the version that serves there was only the verifiers' own model, and " + whyNoneOfTheirOwn());
    }

    /** Continues the sentence that a rollback has nothing to go back to. */
    private String whyNoneOfTheirOwn() {
        List<ModelId> own = List.copyOf(board.own());
        if (own.isEmpty()) {
            return "no verifier that runs holds one that isn't published: publish that model unless 'models list' shows it, 'publish FILE', and activate it, 'models activate NAME/VERSION'";
        }
        if (own.size() == 1) {
            return "not every verifier that runs is ready for %s: wait until 'models show %s' says so, or publish it and activate it"
                    .formatted(own.get(0), own.get(0));
        }
        return "those that run don't agree on one, but have %s: publish the one that is to serve, 'publish FILE', and activate it, 'models activate NAME/VERSION'"
                .formatted(own.stream().map(ModelId::toString).collect(Collectors.joining(", ")));
    }

    private void checkRefusals(ModelId model) {
        List<InstanceState> refusals = board.states().of(model).stream()
                .filter(each -> each.state() == VersionState.REFUSED)
                .toList();
        if (!refusals.isEmpty()) {
            InstanceState first = refusals.get(0);
            String others = refusals.size() == 1 ? "" : ", as do %d others".formatted(refusals.size() - 1);
            throw new ControlException(
                    ControlFault.CONFLICT,
                    "%s refuses %s (%s)%s: publish a version that passes, or force this one"
                            .formatted(first.instance(), model, first.reason(), others));
        }
    }

    private static void checkReason(String reason) {
        if (reason.isBlank()) {
            throw new ControlException(ControlFault.BAD_REQUEST, "an activation needs a reason, for the record");
        }
        if (reason.length() > MAX_REASON_LENGTH) {
            throw new ControlException(
                    ControlFault.BAD_REQUEST,
                    "a reason has at most %d characters, this one has %d"
                            .formatted(MAX_REASON_LENGTH, reason.length()));
        }
        if (reason.chars().anyMatch(Character::isISOControl)) {
            throw new ControlException(ControlFault.BAD_REQUEST, "a reason is one line, without control characters");
        }
    }
}
