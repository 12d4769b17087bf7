package io.twinstream.trainer.publish;

import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.ModelRelease;
import io.twinstream.schemas.release.PublishedModels;
import io.twinstream.schemas.release.Timeline;
import io.twinstream.schemas.topic.Topics;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Removes old versions from the topics. Release and chunks of a version go in one transaction, so whoever finds the
 * release can fetch the package, until the topic is compacted.
 *
 *
 * <p>Maintainers: times are compared with this machine's clock, which may differ from the brokers' by an hour. What is
 * yet to serve stays in any case, and so does what served lately.
 */
public final class ModelPruning {
    /** No package has more chunks than this; a release could claim any number. */
    private static final int MOST_CHUNKS = 100_000;

    private final KafkaClients clients;
    private final Topics topics;
    private final Clock clock;

    public ModelPruning(KafkaClients clients, Topics topics) {
        this(clients, topics, Clock.systemUTC());
    }

    ModelPruning(KafkaClients clients, Topics topics, Clock clock) {
        this.clients = clients;
        this.topics = topics;
        this.clock = clock;
    }

    /**
     * Returns for every version whether it is to go, or why it stays; those published first stand in front.
     *
     * @param keep the number of versions of each name that stay for being new, at least 1
     * @param name the only name to look at; null for all
     * @throws org.apache.kafka.common.KafkaException if the topics can't be read
     */
    public List<PruneDecision> plan(int keep, @Nullable String name) {
        List<ModelRelease> releases = PublishedModels.read(clients, topics).all().stream()
                .filter(release -> name == null || release.getName().equals(name))
                .toList();
        return PrunePlan.of(releases, Timeline.read(clients, topics), clock.instant(), keep);
    }

    /**
     * Removes a version that a plan lets go, unless it was activated or removed since.
     *
     * @return the decision as it is now
     * @throws org.apache.kafka.common.KafkaException if the topics can't be read or written
     */
    public PruneDecision remove(PruneDecision planned) throws IOException {
        if (!planned.goes()) {
            return planned;
        }
        ModelId id = ModelId.of(planned.release());
        try (VersionProducer producer = VersionProducer.open(clients, topics, id)) {
            Optional<ModelRelease> release =
                    PublishedModels.read(clients, topics).find(id);
            if (release.isEmpty()) {
                return planned;
            }
            String need = PrunePlan.need(id, Timeline.read(clients, topics), clock.instant());
            if (need == null) {
                producer.transaction(() -> bury(producer, id, release.get()));
            }
            return new PruneDecision(release.get(), need);
        }
    }

    private void bury(VersionProducer producer, ModelId id, ModelRelease release) {
        producer.bury(topics.modelReleases(), id.toString());
        for (int i = 0; i < Math.min(release.getChunkCount(), MOST_CHUNKS); i++) {
            producer.bury(topics.modelChunks(), id.chunkKey(i));
        }
    }

    /**
     * A decision says whether a published version is to go.
     *
     * @param keptBecause the reason why it stays; null if it goes
     */
    public record PruneDecision(
            ModelRelease release, @Nullable String keptBecause) {
        public boolean goes() {
            return keptBecause == null;
        }
    }
}
