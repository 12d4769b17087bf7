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
 * The model versions on the releases topic, in the order of publication, but for those that were removed by a tombstone. Immutable.
 *
 * <p>Maintainers: a version that is released again is published last, whatever it was before. Compaction leaves only the later
 * record, so that any other order would change with what compaction has done.
 */
public final class PublishedModels {
    public static final PublishedModels NONE = new PublishedModels(Map.of());

    private static final RecordSerde<ModelRelease> SERDE = RecordSerde.of(ModelRelease.class);

    private final Map<ModelId, ModelRelease> releases;

    private PublishedModels(Map<ModelId, ModelRelease> releases) {
        this.releases = Collections.unmodifiableMap(releases);
    }

    /**
     * Reads the topic, all that was committed when this was called.
     *
     * @throws KafkaException if it can't be read to its end
     */
    public static PublishedModels read(KafkaClients clients, Topics topics) {
        return ModelTopics.readReleases(clients, topics);
    }

    /** These and the next records of the topic; what is no release is passed over. */
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
        // Its signature vouches for the version that it names, and for no other that it is put in the place of.
        if (!id.equals(ModelId.of(release))) {
            throw new SerializationException(
                    "it is the release of %s/%s".formatted(release.getName(), release.getVersion()));
        }
        releases.remove(id);
        releases.put(id, release);
    }

    /** One version. */
    public Optional<ModelRelease> find(ModelId id) {
        return Optional.ofNullable(releases.get(id));
    }

    /** The version of a name that was published last, of those that the keys let pass. */
    public Optional<ModelRelease> latest(String name, TrustedKeys trusted) {
        return releases.values().stream()
                .filter(release -> release.getName().equals(name) && trusted.accept(release))
                .reduce((earlier, later) -> later);
    }

    /** The version that was published last. */
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
