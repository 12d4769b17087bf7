package io.twinstream.verifier.control;

import io.twinstream.schemas.kafka.TopicUnreadException;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.ModelRelease;
import io.twinstream.schemas.record.ModelSlot;
import io.twinstream.schemas.release.ModelStates;
import io.twinstream.schemas.release.ModelStates.InstanceState;
import io.twinstream.schemas.release.ModelTopics;
import io.twinstream.schemas.release.ModelTopics.Unread;
import io.twinstream.schemas.release.PublishedModels;
import io.twinstream.schemas.release.Timeline;
import io.twinstream.schemas.text.ForeignText;
import io.twinstream.verifier.control.ControlException.ControlFault;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A model board is the state of the model topics at one time, with what follows from it for whoever gives an order.
 *
 * @param states the reports of the verifiers that live at that time
 * @param now the time, by the local clock
 * @param unread what open transactions keep from the board
 */
record ModelBoard(PublishedModels published, Timeline timeline, ModelStates states, Instant now, Unread unread) {
    static ModelBoard of(ModelTopics topics, Instant now) {
        return new ModelBoard(topics.published(), topics.timeline(), topics.live(now), now, topics.unread());
    }

    /** Returns every known version, the published ones first, each with its release if it has one. */
    Map<ModelId, Optional<ModelRelease>> models() {
        Map<ModelId, Optional<ModelRelease>> models = new LinkedHashMap<>();
        published.ids().forEach(each -> models.put(each, published.find(each)));
        own().forEach(each -> models.put(each, Optional.empty()));
        return models;
    }

    /** Returns the verifiers' own models: those that they report and nobody has published. */
    Set<ModelId> own() {
        return states.states().stream()
                .map(InstanceState::model)
                .filter(each -> published.find(each).isEmpty())
                .collect(Collectors.toCollection(() -> new TreeSet<>(Comparator.comparing(ModelId::toString))));
    }

    /**
     * Returns the version that a rollback at a time goes back to: the one that served before. Before the first activation that
     * was the verifiers' own model. It counts where it is the only one that every verifier is ready for.
     */
    Optional<ModelId> predecessor(Instant at) {
        return timeline.predecessor(at)
                .or(() -> timeline.at(ModelSlot.SERVING, at).flatMap(serving -> {
                    List<ModelId> ready = own().stream()
                            .filter(each -> !each.equals(serving.model()) && states.isReadyEverywhere(each))
                            .toList();
                    return ready.size() == 1 ? Optional.of(ready.get(0)) : Optional.empty();
                }));
    }

    /**
     * Checks that a version is known.
     *
     * @throws ControlException if nobody knows the version
     * @throws TopicUnreadException if an open transaction may hide it
     */
    void requireKnown(ModelId model) {
        if (!models().containsKey(model)) {
            unread.requireAll("whether there is %s can't be said".formatted(model));
            throw new ControlException(
                    ControlFault.NOT_FOUND,
                    "%s is not published, and no verifier that runs has it: 'models list' shows what there is"
                            .formatted(model));
        }
    }

    /**
     * Returns the version that a text names: the version alone, where just one model has it.
     *
     * @throws ControlException if there is none, or more than one
     * @throws TopicUnreadException if an open transaction may hide it
     */
    ModelId resolve(String text) {
        List<ModelId> found = models().keySet().stream()
                .filter(each -> each.version().equals(text))
                .toList();
        if (found.size() == 1) {
            return found.get(0);
        }
        if (found.isEmpty()) {
            unread.requireAll("whether a model has the version %s can't be said".formatted(ForeignText.value(text)));
            throw new ControlException(
                    ControlFault.NOT_FOUND,
                    "no model has the version %s: 'models list' shows what there is"
                            .formatted(ForeignText.value(text)));
        }
        throw new ControlException(
                ControlFault.BAD_REQUEST,
                "several models have the version %s: name one of %s"
                        .formatted(text, found.stream().map(ModelId::toString).collect(Collectors.joining(", "))));
    }
}
