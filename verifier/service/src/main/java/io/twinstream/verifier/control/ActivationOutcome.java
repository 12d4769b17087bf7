package io.twinstream.verifier.control;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.VersionState;
import io.twinstream.schemas.release.Activated;
import io.twinstream.schemas.release.ModelStates;
import io.twinstream.schemas.release.ModelStates.InstanceState;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An activation outcome is an activation that was written, with its consequences.
 *
 * @param activated the activation as it is on the topic
 * @param notReady the verifiers that were not ready for it when it was asked for; probes will wait for those that still
 *     aren't when it takes effect
 * @param cancelled the activations that will not take effect because of it
 * @param mayBeMissing one line on each topic that an open transaction has kept from being read to its end
 */
public record ActivationOutcome(
        @JsonIgnore Activated activated,
        List<Unready> notReady,
        List<ActivationEntry> cancelled,
        List<String> mayBeMissing) {
    /**
     * An unready verifier couldn't judge by the version when the activation was asked for.
     *
     * @param state the version's state there; null if the verifier doesn't know the version yet
     */
    public record Unready(String instance, @Nullable VersionState state) {}

    public ActivationOutcome {
        notReady = List.copyOf(notReady);
        cancelled = List.copyOf(cancelled);
        mayBeMissing = List.copyOf(mayBeMissing);
    }

    /** Returns the activation, whose fields stand beside the others in JSON. */
    @JsonProperty
    @JsonUnwrapped
    public ActivationEntry entry() {
        return ActivationEntry.of(activated);
    }

    static ActivationOutcome of(ModelBoard before, Activated activated) {
        List<Activated> cancelled = new ArrayList<>(before.timeline().activations());
        cancelled.removeAll(before.timeline().with(activated).activations());
        return new ActivationOutcome(
                activated,
                notReady(before.states(), activated),
                cancelled.stream().map(ActivationEntry::of).toList(),
                before.unread().lines());
    }

    private static List<Unready> notReady(ModelStates states, Activated activated) {
        ModelId model = activated.model();
        if (model == null) {
            return List.of();
        }
        return states.instances().stream()
                .map(instance -> new Unready(
                        instance,
                        states.of(model, instance).map(InstanceState::state).orElse(null)))
                .filter(each -> each.state() != VersionState.READY)
                .toList();
    }
}
