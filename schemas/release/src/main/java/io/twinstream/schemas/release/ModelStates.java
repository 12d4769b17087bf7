package io.twinstream.schemas.release;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.ModelState;
import io.twinstream.schemas.record.VersionState;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.text.ForeignText;
import io.twinstream.schemas.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Holds the latest report of each verifier on each of its versions, in the order of instance and version. Immutable.
 *
 * <p>Maintainers: a verifier reports on each version every few seconds, so a report that is older than {@link #SILENCE} comes
 * from a verifier that is gone. The topic is compacted seldom, so only its end is ever read, and aged reports are dropped.
 */
public final class ModelStates {
    /** The time without a report after which a verifier counts as gone. */
    public static final Duration SILENCE = Duration.ofSeconds(30);

    /** The time for which it is known that a verifier has gone without a farewell. */
    public static final Duration REMEMBERED = Duration.ofMinutes(15);

    public static final ModelStates NONE = new ModelStates(new TreeMap<>(), Instant.MIN);

    private static final RecordSerde<ModelState> SERDE = RecordSerde.of(ModelState.class);

    /** The reports by the keys of the topic. */
    private final SortedMap<String, InstanceState> byKey;

    /** The time at which the topic's last record was appended. */
    private final Instant newest;

    private ModelStates(SortedMap<String, InstanceState> byKey, Instant newest) {
        this.byKey = byKey;
        this.newest = newest;
    }

    /** Makes states of these reports, whatever their age. */
    public static ModelStates of(Collection<InstanceState> states) {
        SortedMap<String, InstanceState> byKey = new TreeMap<>();
        states.forEach(each -> byKey.put(each.instance() + "/" + each.model(), each));
        return new ModelStates(byKey, Instant.MIN);
    }

    /**
     * Reads the reports of the verifiers that are alive.
     *
     * @throws KafkaException if the topic can't be read to its end
     */
    public static ModelStates read(KafkaClients clients, Topics topics) {
        return ModelTopics.readStates(clients, topics).live(Instant.now());
    }

    /** Returns these states with the next records of the topic applied; a record that is no state is passed over. */
    public ModelStates with(Iterable<ConsumerRecord<String, byte[]>> records) {
        SortedMap<String, InstanceState> changed = new TreeMap<>(byKey);
        Instant[] last = {newest};
        ModelTopics.fold(records, "a version's state", record -> {
            Instant appended = Instant.ofEpochMilli(record.timestamp());
            last[0] = appended.isAfter(last[0]) ? appended : last[0];
            String key = String.valueOf(record.key());
            if (record.value() == null) {
                changed.remove(key);
            } else {
                changed.put(key, InstanceState.of(SERDE.decode(record.value()), appended));
            }
        });
        return new ModelStates(changed, last[0]).within(REMEMBERED, last[0]);
    }

    /** Returns the states of verifiers that are alive, by the local clock, or by the topic's where that is ahead. */
    public ModelStates live(Instant clock) {
        return within(SILENCE, clock.isAfter(newest) ? clock : newest);
    }

    /**
     * Returns the verifiers that have gone without a farewell in the last {@link #REMEMBERED}, each with the time of its last
     * report. One that stops in order takes its reports back.
     */
    public SortedMap<String, Instant> silent(Instant clock) {
        Set<String> alive = live(clock).instances();
        SortedMap<String, Instant> silent = new TreeMap<>();
        within(REMEMBERED, clock.isAfter(newest) ? clock : newest).states().stream()
                .filter(each -> !alive.contains(each.instance()))
                .forEach(each -> silent.merge(
                        each.instance(), each.reportedAt(), (one, other) -> one.isAfter(other) ? one : other));
        return silent;
    }

    private ModelStates within(Duration age, Instant now) {
        SortedMap<String, InstanceState> young = new TreeMap<>(byKey);
        young.values().removeIf(each -> !each.reportedAt().plus(age).isAfter(now));
        return new ModelStates(young, newest);
    }

    public List<InstanceState> states() {
        return List.copyOf(byKey.values());
    }

    /** Returns the instances that report. */
    public Set<String> instances() {
        return byKey.values().stream().map(InstanceState::instance).collect(Collectors.toCollection(TreeSet::new));
    }

    /** Returns the reports on one version; instances that don't know the version are missing. */
    public List<InstanceState> of(ModelId model) {
        return byKey.values().stream()
                .filter(each -> each.model().equals(model))
                .toList();
    }

    /** Returns the report of one instance on one version. */
    public Optional<InstanceState> of(ModelId model, String instance) {
        return of(model).stream()
                .filter(each -> each.instance().equals(instance))
                .findFirst();
    }

    /** Returns whether there are verifiers, and each of them could judge by the version now. */
    public boolean isReadyEverywhere(ModelId model) {
        return !byKey.isEmpty()
                && instances().stream()
                        .allMatch(instance -> of(model, instance)
                                .map(InstanceState::state)
                                .filter(VersionState.READY::equals)
                                .isPresent());
    }

    /**
     * Tells how far one verifier is with one version.
     *
     * @param sha256 the hash of the manifest; null before the package is there
     * @param reason why the version is refused; null unless it is
     * @param gallerySize the number of references in the version's gallery
     * @param unusableReferences the number of references that the version can't use
     * @param unusable the first of those references, and why it can't be used
     * @param reportedAt when the broker appended the report
     * @param address where others reach the verifier's HTTP server, as {@code host:port}; empty where it doesn't say
     */
    public record InstanceState(
            String instance,
            @JsonIgnore ModelId model,
            @Nullable String sha256,
            VersionState state,
            @Nullable String reason,
            int gallerySize,
            int unusableReferences,
            List<String> unusable,
            @JsonSerialize(using = ToStringSerializer.class) Instant reportedAt,
            @JsonIgnore Optional<String> address) {
        public InstanceState {
            unusable = List.copyOf(unusable);
        }

        /** @throws IllegalArgumentException if the record names no model */
        static InstanceState of(ModelState record, Instant reportedAt) {
            return new InstanceState(
                    ForeignText.value(record.getInstance()),
                    new ModelId(record.getModelName(), record.getModelVersion()),
                    record.getModelSha256(),
                    record.getState(),
                    record.getReason() == null ? null : ForeignText.line(record.getReason()),
                    record.getGallerySize(),
                    record.getUnusableReferences(),
                    record.getUnusable().stream().map(ForeignText::line).toList(),
                    reportedAt,
                    Optional.ofNullable(record.getAddress()).map(ForeignText::value));
        }
    }
}
