package io.twinstream.schemas.release;

import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.ModelRelease;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.topic.Topics;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Holds the model versions on the releases topic, in the order of publication, without those that a tombstone has removed.
 * Immutable.
 *
 * <p>Maintainers: a version that is released again counts as published last. Compaction leaves only the later record, so any
 * other order would change with what compaction has done.
 */
public final class PublishedModels {
    public static final PublishedModels NONE = new PublishedModels(Map.of());

    private static final RecordSerde<ModelRelease> SERDE = RecordSerde.of(ModelRelease.class);

    private final Map<ModelId, ModelRelease> releases;

    private PublishedModels(Map<ModelId, ModelRelease> releases) {
        this.releases = Collections.unmodifiableMap(releases);
    }

    /**
     * Reads all releases that were committed when this was called.
     *
     * @throws KafkaException if it can't be read to its end
     */
    public static PublishedModels read(KafkaClients clients, Topics topics) {
        return ModelTopics.readReleases(clients, topics);
    }

    /** Returns these models with the next records of the topic applied; a record that is no release is passed over. */
    public PublishedModels with(Iterable<ConsumerRecord<String, byte[]>> records) {
        Map<ModelId, ModelRelease> changed = new LinkedHashMap<>(releases);
        ModelTopics.fold(records, "a release", record -> apply(record, changed));
        return new PublishedModels(changed);
    }

    private static void apply(ConsumerRecord<String, byte[]> record, Map<ModelId, ModelRelease> releases) {
        ModelId id = ModelId.parse(String.valueOf(record.key()));
        if (record.value() == null) {
            releases.remove(id);
            return;
        }
        ModelRelease release = SERDE.decode(record.value());
        // The signature vouches only for the version that the release names, and not for the one in the key.
        if (!id.equals(ModelId.of(release))) {
            throw new SerializationException(
                    "it is the release of %s/%s".formatted(release.getName(), release.getVersion()));
        }
        releases.remove(id);
        releases.put(id, release);
    }

    /** Finds one version. */
    public Optional<ModelRelease> find(ModelId id) {
        return Optional.ofNullable(releases.get(id));
    }

    /** Finds the version of a name that was published last, among those that the keys let pass. */
    public Optional<ModelRelease> latest(String name, TrustedKeys trusted) {
        return releases.values().stream()
                .filter(release -> release.getName().equals(name) && trusted.accept(release))
                .reduce((earlier, later) -> later);
    }

    /** Finds the version that was published last. */
    public Optional<ModelId> newest() {
        return releases.keySet().stream().reduce((earlier, later) -> later);
    }

    public Set<ModelId> ids() {
        return releases.keySet();
    }

    public List<ModelRelease> all() {
        return List.copyOf(releases.values());
    }
}
