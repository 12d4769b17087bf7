package io.twinstream.verifier.control;

import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.kafka.TopicReader;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.VersionState;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.common.KafkaException;

/**
 * What the verifiers that are alive report, in the order of instance and version. A verifier reports on each of its
 * versions every few seconds: what is older than {@link #SILENCE} is left out, and a verifier without news is gone.
 *
 * <p>Maintainers: so only the end of the topic is read, whatever compaction has yet to do with the rest.
 */
public record ModelStates(List<InstanceState> states) {
    public static final Duration SILENCE = Duration.ofSeconds(30);

    public ModelStates {
        states = List.copyOf(states);
    }

    /**
     * Reads the topic.
     *
     * @throws KafkaException if it can't be read to its end
     */
    public static ModelStates read(Settings settings) {
        Instant clock = Instant.now();
        LatestStates latest = new LatestStates();
        try (TopicReader<String> reader = TopicReader.of(
                KafkaClients.of(settings),
                "twinstream-models",
                CommonSettings.topics(settings).modelStates())) {
            reader.read(reader.since(clock.minus(SILENCE)), latest::accept);
        }
        return latest.live(clock);
    }

    /** The verifiers that are alive. */
    public Set<String> instances() {
        return states.stream().map(InstanceState::instance).collect(Collectors.toCollection(TreeSet::new));
    }

    /** What they report on one version; those that don't know it aren't in it. */
    public List<InstanceState> of(ModelId model) {
        return states.stream().filter(each -> each.model().equals(model)).toList();
    }

    /** What one of them reports on one version. */
    Optional<InstanceState> of(ModelId model, String instance) {
        return of(model).stream()
                .filter(each -> each.instance().equals(instance))
                .findFirst();
    }

    /** Whether there are verifiers, and each of them could judge by the version now. */
    boolean isReadyEverywhere(ModelId model) {
        return !states.isEmpty()
                && instances().stream()
                        .allMatch(instance -> of(model, instance)
                                .map(InstanceState::state)
                                .filter(VersionState.READY::equals)
                                .isPresent());
    }
}
