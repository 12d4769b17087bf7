package io.twinstream.verifier.control;

import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.ModelRelease;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.text.ForeignText;
import io.twinstream.verifier.control.ControlException.Kind;
import io.twinstream.verifier.version.Activations;
import io.twinstream.verifier.version.PublishedModels;
import io.twinstream.verifier.version.Timeline;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.common.KafkaException;

/**
 * What the topics say of the models at one time.
 *
 * @param releases in the order of publication
 * @param now by the local clock
 */
record ModelBoard(List<ModelRelease> releases, Timeline timeline, ModelStates states, Instant now) {
    ModelBoard {
        releases = List.copyOf(releases);
    }

    /**
     * Reads the three topics.
     *
     * @throws KafkaException if one of them can't be read to its end
     */
    static ModelBoard read(Settings settings, Clock clock) {
        List<ModelRelease> releases = new PublishedModels(settings).all();
        ModelStates states = ModelStates.read(settings);
        Timeline timeline = Activations.read(settings);
        return new ModelBoard(releases, timeline, states, clock.instant());
    }

    /** Every version that is known, the published ones first, each with its release if it has one. */
    Map<ModelId, Optional<ModelRelease>> models() {
        Map<ModelId, Optional<ModelRelease>> models = new LinkedHashMap<>();
        releases.forEach(each -> models.put(new ModelId(each.getName(), each.getVersion()), Optional.of(each)));
        own().forEach(each -> models.put(each, Optional.empty()));
        return models;
    }

    /** The models that verifiers have of their own: what they report and nobody has published. */
    Set<ModelId> own() {
        Set<ModelId> published = releases.stream()
                .map(each -> new ModelId(each.getName(), each.getVersion()))
                .collect(Collectors.toSet());
        return states.states().stream()
                .map(InstanceState::model)
                .filter(each -> !published.contains(each))
                .collect(Collectors.toCollection(() -> new TreeSet<>(Comparator.comparing(ModelId::toString))));
    }

    /** @throws ControlException if nobody knows the version */
    void requireKnown(ModelId model) {
        if (!models().containsKey(model)) {
            throw new ControlException(
                    Kind.NOT_FOUND,
                    "%s is not published, and no verifier that runs has it: 'models list' shows what there is"
                            .formatted(model));
        }
    }

    /**
     * The version that a text names: {@code NAME/VERSION}, or the version alone where just one name has it.
     *
     * @throws ControlException if there is none, or more than one
     */
    ModelId resolve(String text) {
        List<ModelId> found = models().keySet().stream()
                .filter(each -> each.version().equals(text))
                .toList();
        if (found.size() == 1) {
            return found.get(0);
        }
        if (found.isEmpty()) {
            throw new ControlException(
                    Kind.NOT_FOUND,
                    "no model has the version %s: 'models list' shows what there is"
                            .formatted(ForeignText.value(text)));
        }
        throw new ControlException(
                Kind.BAD_REQUEST,
                "several models have the version %s: name one of %s"
                        .formatted(text, found.stream().map(ModelId::toString).collect(Collectors.joining(", "))));
    }
}
