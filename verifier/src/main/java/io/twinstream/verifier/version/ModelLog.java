package io.twinstream.verifier.version;

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
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.errors.SerializationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What has been released and activated, as a verifier follows it. Safe for many threads. */
public final class ModelLog implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ModelLog.class);
    private static final Duration POLL = Duration.ofMillis(200);

    /** Below the notice by what brokers' clocks may differ and a record takes to reach the replicas. */
    private static final long CURRENT_NANOS =
            Activated.NOTICE.minus(Duration.ofMillis(500)).toNanos();

    private final String releasesTopic;
    private final RecordSerde<ModelRelease> serde = RecordSerde.of(ModelRelease.class);
    private final TopicFollower follower;
    private volatile Timeline timeline = Timeline.EMPTY;

    /** In the order of publication; replaced, never changed. */
    private volatile Map<ModelId, ModelRelease> releases = Map.of();

    public ModelLog(Settings settings, ServiceThreads threads) {
        this(CommonSettings.topics(settings), threads, CommittedRecords.consumer(settings, POLL));
    }

    ModelLog(Topics topics, ServiceThreads threads, Consumer<String, byte[]> consumer) {
        releasesTopic = topics.modelReleases();
        follower = new TopicFollower(
                "model-log", threads, consumer, List.of(releasesTopic, topics.modelActivations()), POLL, this::apply);
    }

    public void start() {
        follower.start();
    }

    /**
     * Whether every activation is known that can concern a probe appended by now: the topic was read to its end less
     * than {@link Activated#NOTICE} ago, and what was appended since takes effect later.
     */
    public boolean current() {
        return follower.caughtUp() && System.nanoTime() - follower.completeAsOf() < CURRENT_NANOS;
    }

    /** True once all that stood on the topics at the start is known. */
    public boolean caughtUp() {
        return follower.caughtUp();
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

    /** Who reads the topics. */
    TopicFollower follower() {
        return follower;
    }

    /** Why nothing new is learnt any more, or an empty text. */
    public String failure() {
        return follower.failure();
    }

    @Override
    public void close() {
        follower.close();
    }

    private void apply(ConsumerRecords<String, byte[]> records) {
        for (ConsumerRecord<String, byte[]> record : records) {
            try {
                if (record.topic().equals(releasesTopic)) {
                    release(record);
                } else {
                    timeline = timeline.with(Activated.of(record));
                }
            } catch (SerializationException | IllegalArgumentException e) {
                log.warn(
                        "{} at offset {} of {} is passed over: {}",
                        record.key(),
                        record.offset(),
                        record.topic(),
                        e.getMessage());
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
