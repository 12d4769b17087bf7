package io.twinstream.verifier.version;

import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.kafka.PassedOver;
import io.twinstream.schemas.kafka.TopicFollower;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.ModelRelease;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.threads.ServiceThreads;
import io.twinstream.schemas.topic.Topics;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.errors.SerializationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has been released and activated, as a verifier follows it. Safe for many threads.
 *
 * <p>Maintainers: a follower for each topic, so that a publisher's open transaction on the releases doesn't keep anybody from the activations.
 */
public final class ModelLog implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ModelLog.class);
    private static final Duration POLL = Duration.ofMillis(200);

    /** Below the notice by what brokers' clocks may differ and a record takes to reach the replicas. */
    private static final long CURRENT_NANOS =
            Activated.NOTICE.minus(Duration.ofMillis(500)).toNanos();

    private final RecordSerde<ModelRelease> serde = RecordSerde.of(ModelRelease.class);
    private final TopicFollower releasesFollower;
    private final TopicFollower activationsFollower;
    private volatile Timeline timeline = Timeline.EMPTY;

    /** In the order of publication; replaced, never changed. */
    private volatile Map<ModelId, ModelRelease> releases = Map.of();

    public ModelLog(Settings settings, ServiceThreads threads) {
        this(
                CommonSettings.topics(settings),
                (topic, handler) -> TopicFollower.complete(
                        topic, threads, KafkaClients.of(settings), List.of(topic), POLL, handler));
    }

    /** @param followers one for a topic */
    ModelLog(Topics topics, BiFunction<String, TopicFollower.Handler, TopicFollower> followers) {
        releasesFollower = followers.apply(topics.modelReleases(), records -> apply(records, this::release));
        activationsFollower = followers.apply(topics.modelActivations(), records -> apply(records, this::activation));
    }

    public void start() {
        releasesFollower.start();
        activationsFollower.start();
    }

    /**
     * Whether every activation is known that can concern a probe appended by now: the topic was read to its high watermark less
     * than {@link Activated#NOTICE} ago, and what was appended since takes effect later.
     */
    public boolean current() {
        return activationsFollower.isCompleteAsOf(System.nanoTime() - CURRENT_NANOS);
    }

    /** True once all that could be read of the topics at the start is known. */
    public boolean caughtUp() {
        return releasesFollower.caughtUp() && activationsFollower.caughtUp();
    }

    /**
     * Whether all is known that stood on the topics at a moment, also behind transactions that were open then.
     *
     * @param nanos of {@link System#nanoTime}
     */
    public boolean isCompleteAsOf(long nanos) {
        return releasesFollower.isCompleteAsOf(nanos) && activationsFollower.isCompleteAsOf(nanos);
    }

    public Timeline timeline() {
        return timeline;
    }

    public Optional<ModelRelease> release(ModelId id) {
        return Optional.ofNullable(releases.get(id));
    }

    /** What is published, in the order of publication. */
    public Set<ModelId> releases() {
        return releases.keySet();
    }

    /** The version that was published last. */
    public Optional<ModelId> newest() {
        return releases.keySet().stream().reduce((earlier, later) -> later);
    }

    /** Who read the topics. */
    List<TopicFollower> followers() {
        return List.of(releasesFollower, activationsFollower);
    }

    /** Why nothing new is learnt any more, or an empty text. */
    public String failure() {
        return releasesFollower.failure().isEmpty() ? activationsFollower.failure() : releasesFollower.failure();
    }

    @Override
    public void close() {
        releasesFollower.close();
        activationsFollower.close();
    }

    private void activation(ConsumerRecord<String, byte[]> record) {
        timeline = timeline.with(Activated.of(record));
    }

    private static void apply(ConsumerRecords<String, byte[]> records, Consumer<ConsumerRecord<String, byte[]>> each) {
        for (ConsumerRecord<String, byte[]> record : records) {
            try {
                if (record.partition() != 0) {
                    throw new SerializationException(
                            "what lies on another partition than 0 has no place in their order");
                }
                each.accept(record);
            } catch (SerializationException | IllegalArgumentException e) {
                PassedOver.RECORDS.tell(log, record, "a release or an activation", e.getMessage());
            }
        }
    }

    private void release(ConsumerRecord<String, byte[]> record) {
        Map<ModelId, ModelRelease> changed = new LinkedHashMap<>(releases);
        ModelId id = ModelId.parse(String.valueOf(record.key()));
        if (record.value() == null) {
            changed.remove(id);
        } else {
            ModelRelease release = serde.decode(record.value());
            // Its signature vouches for the version that it names, and for no other that it is put in the place of.
            if (!id.equals(new ModelId(release.getName(), release.getVersion()))) {
                throw new SerializationException(
                        "it is the release of %s/%s".formatted(release.getName(), release.getVersion()));
            }
            changed.put(id, release);
        }
        releases = changed;
    }
}
