package io.twinstream.schemas.release;

import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.kafka.OpenTransactions;
import io.twinstream.schemas.kafka.TopicFollower;
import io.twinstream.schemas.record.ModelSlot;
import io.twinstream.schemas.threads.ServiceThreads;
import io.twinstream.schemas.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/**
 * The model topics as they are followed: each question is answered from memory. Safe for many threads.
 *
 * <p>Maintainers: a follower for each topic, so that a publisher's open transaction on the releases doesn't keep anybody from the activations.
 */
public final class ModelLog implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final long PAUSE_MS = 10;

    /** Below the notice by what brokers' clocks may differ and a record takes to reach the replicas. */
    private static final long CURRENT_NANOS =
            Activated.NOTICE.minus(Duration.ofMillis(500)).toNanos();

    private final Followers followers;
    private final TopicFollower releases;
    private final TopicFollower activations;

    /** Null where nobody asks for them. */
    private final @Nullable TopicFollower reports;

    private volatile PublishedModels published = PublishedModels.NONE;
    private volatile Timeline timeline = Timeline.EMPTY;
    private volatile ModelStates states = ModelStates.NONE;
    private volatile long activatedOffset = -1;

    /** When the first activation would take effect that is pending. */
    private volatile Instant pendingFrom = Instant.MAX;

    /** Makes the followers of topics, and tells why one of them doesn't get on. */
    interface Followers {
        /**
         * Makes one of a topic.
         *
         * @param from the time of the first record that it takes; null for all that there are
         */
        TopicFollower of(String topic, @Nullable Instant from, TopicFollower.Handler handler);

        /** What is to be thrown where partitions weren't read for so long. */
        KafkaException cause(List<TopicPartition> unread, Duration waited);
    }

    private ModelLog(Topics topics, Followers followers, boolean withStates) {
        this.followers = followers;
        releases = followers.of(topics.modelReleases(), null, records -> published = published.with(records));
        activations = followers.of(topics.modelActivations(), null, new Activating());
        reports = withStates
                ? followers.of(
                        topics.modelStates(),
                        Instant.now().minus(ModelStates.SILENCE),
                        records -> states = states.with(records))
                : null;
    }

    /** What judging needs: releases and activations. Starts nothing yet. */
    public static ModelLog of(KafkaClients clients, Topics topics, ServiceThreads threads) {
        return of(topics, real(clients, threads));
    }

    static ModelLog of(Topics topics, Followers followers) {
        return new ModelLog(topics, followers, false);
    }

    /** The same with what verifiers report. Starts nothing yet. */
    public static ModelLog withStates(KafkaClients clients, Topics topics, ServiceThreads threads) {
        return withStates(topics, real(clients, threads));
    }

    static ModelLog withStates(Topics topics, Followers followers) {
        return new ModelLog(topics, followers, true);
    }

    private static Followers real(KafkaClients clients, ServiceThreads threads) {
        return new Followers() {
            @Override
            public TopicFollower of(String topic, @Nullable Instant from, TopicFollower.Handler handler) {
                List<String> topics = List.of(topic);
                return from == null
                        ? TopicFollower.complete(topic, threads, clients, topics, POLL, handler)
                        : TopicFollower.completeSince(from, topic, threads, clients, topics, POLL, handler);
            }

            @Override
            public KafkaException cause(List<TopicPartition> unread, Duration waited) {
                return OpenTransactions.cause(clients, unread, waited);
            }
        };
    }

    public void start() {
        all().forEach(TopicFollower::start);
    }

    /** Keeps the timeline, and from when on it may become another. On the one thread that follows the activations. */
    private final class Activating implements TopicFollower.Handler {
        @Override
        public void apply(ConsumerRecords<String, byte[]> records) {
            timeline = timeline.with(records);
            records.forEach(record -> activatedOffset = Math.max(activatedOffset, record.offset()));
        }

        @Override
        public boolean looksAhead() {
            return true;
        }

        @Override
        public void pending(ConsumerRecords<String, byte[]> records) {
            for (Activated each : Timeline.EMPTY.with(records).activations()) {
                if (each.slot() == ModelSlot.SERVING && each.effectiveAt().isBefore(pendingFrom)) {
                    pendingFrom = each.effectiveAt();
                }
            }
        }

        @Override
        public void pendingOver() {
            pendingFrom = Instant.MAX;
        }
    }

    /**
     * Whether every activation is known that can concern a probe appended at a time, and by now: the topic was read to its high watermark less
     * than {@link Activated#NOTICE} ago, and what was appended since takes effect later. While an open transaction holds the topic it is
     * enough that none that is pending there would take effect by then, however the transaction ends.
     */
    public boolean current(Instant appendedAt) {
        long nanos = System.nanoTime() - CURRENT_NANOS;
        return activations.isCompleteAsOf(nanos) || (activations.isSeenAsOf(nanos) && appendedAt.isBefore(pendingFrom));
    }

    /** True once all releases and activations are known that could be read of their topics at the start. */
    public boolean caughtUp() {
        return releases.caughtUp() && activations.caughtUp();
    }

    /**
     * Whether all releases and activations are known that stood on the topics at a moment, also behind transactions that were open then.
     *
     * @param nanos of {@link System#nanoTime}
     */
    public boolean isCompleteAsOf(long nanos) {
        return releases.isCompleteAsOf(nanos) && activations.isCompleteAsOf(nanos);
    }

    public PublishedModels published() {
        return published;
    }

    public Timeline timeline() {
        return timeline;
    }

    /**
     * All that stood on the topics at a moment, or stood there later. Answers at once where that is known, else waits.
     *
     * @param nanos of {@link System#nanoTime}
     * @param patience for which it waits
     * @throws KafkaException if a topic can't be read so far, with the open transaction that is the cause or what else is
     */
    public ModelTopics asOf(long nanos, Duration patience) {
        if (!await(() -> all().allMatch(each -> each.isCompleteAsOf(nanos)), patience)) {
            throw unread(all().filter(each -> !each.isCompleteAsOf(nanos)), patience);
        }
        return new ModelTopics(published, timeline, states);
    }

    /**
     * The activations as far as they are known, whatever transactions are open. Waits for those that could be read at the start.
     *
     * @param patience for which it waits
     * @throws KafkaException if they couldn't be read by then
     */
    public Timeline readTimeline(Duration patience) {
        if (!await(activations::caughtUp, patience)) {
            throw unread(Stream.of(activations), patience);
        }
        return timeline;
    }

    private KafkaException unread(Stream<TopicFollower> behind, Duration waited) {
        return followers.cause(
                behind.map(each -> new TopicPartition(each.name(), 0)).toList(), waited);
    }

    /**
     * Waits until an activation is known that was written.
     *
     * @return false where that took longer
     */
    public boolean awaitActivation(long offset, Duration patience) {
        return await(() -> activatedOffset >= offset, patience);
    }

    private static boolean await(BooleanSupplier known, Duration patience) {
        long begun = System.nanoTime();
        while (!known.getAsBoolean()) {
            if (System.nanoTime() - begun > patience.toNanos()) {
                return false;
            }
            try {
                TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
            } catch (InterruptedException e) {
                throw new InterruptException(e);
            }
        }
        return true;
    }

    /** Who reads what judging needs. */
    public List<TopicFollower> followers() {
        return List.of(releases, activations);
    }

    /** Why nothing new is learnt any more of releases or activations, or an empty text. */
    public String failure() {
        return releases.failure().isEmpty() ? activations.failure() : releases.failure();
    }

    @Override
    public void close() {
        all().forEach(TopicFollower::close);
    }

    private Stream<TopicFollower> all() {
        return Stream.concat(Stream.of(releases, activations), Stream.ofNullable(reports));
    }
}
