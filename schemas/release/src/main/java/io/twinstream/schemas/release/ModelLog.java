package io.twinstream.schemas.release;

import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.kafka.OpenTransactions;
import io.twinstream.schemas.kafka.TopicFollower;
import io.twinstream.schemas.kafka.TopicUnreadException;
import io.twinstream.schemas.record.ModelSlot;
import io.twinstream.schemas.release.ModelTopics.Unread;
import io.twinstream.schemas.threads.ServiceThreads;
import io.twinstream.schemas.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/**
 * Follows the model topics, and answers each question about them from memory. Safe for many threads.
 *
 * <p>Maintainers: each topic has a follower of its own, so that a publisher's open transaction on the releases keeps nobody
 * from the activations.
 */
public final class ModelLog implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final long PAUSE_MS = 10;

    /**
     * Time for which what was read counts as current. It is shorter than the notice by what brokers' clocks may differ and
     * what a record takes to reach the replicas.
     */
    private static final long CURRENT_NANOS =
            Activated.NOTICE.minus(Duration.ofMillis(500)).toNanos();

    /** Time without a release or a report that must be there, after which an open transaction is looked for. */
    private static final Duration HELD_AFTER = Duration.ofSeconds(2);

    private final Followers followers;
    private final TopicFollower releases;
    private final TopicFollower activations;

    /** The follower of verifiers' states; null where nobody asks for them. */
    private final @Nullable TopicFollower reports;

    private volatile PublishedModels published = PublishedModels.NONE;
    private volatile Timeline timeline = Timeline.EMPTY;
    private volatile ModelStates states = ModelStates.NONE;
    private volatile long activatedOffset = -1;

    /** The time at which the first pending activation would take effect. */
    private volatile Instant pendingFrom = Instant.MAX;

    /** Makes the followers of topics, and tells why one of them makes no progress. */
    interface Followers {
        /**
         * Makes the follower of a topic.
         *
         * @param from the time of the first record that it takes; null to take all
         */
        TopicFollower of(String topic, @Nullable Instant from, TopicFollower.Handler handler);

        /** Returns the exception to throw where partitions weren't read for this long. */
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

    /** Makes a log of releases and activations, which judging needs; starts nothing yet. */
    public static ModelLog of(KafkaClients clients, Topics topics, ServiceThreads threads) {
        return of(topics, real(clients, threads));
    }

    static ModelLog of(Topics topics, Followers followers) {
        return new ModelLog(topics, followers, false);
    }

    /** Makes a log of releases, activations and the states that verifiers report; starts nothing yet. */
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

    /**
     * Keeps the timeline and the time from which on pending activations may change it. Runs on the one thread that follows the
     * activations.
     */
    private final class Activating implements TopicFollower.Handler {
        /** The pending activations of the serving slot by offset, each with when it would take effect. */
        private final NavigableMap<Long, Instant> pending = new TreeMap<>();

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
                if (each.slot() == ModelSlot.SERVING) {
                    pending.put(each.offset(), each.effectiveAt());
                }
            }
            pendingFrom = firstPending();
        }

        @Override
        public void pendingOver(TopicPartition partition, long before) {
            if (partition.partition() == 0) {
                pending.headMap(before).clear();
                pendingFrom = firstPending();
            }
        }

        private Instant firstPending() {
            return pending.values().stream().min(Comparator.naturalOrder()).orElse(Instant.MAX);
        }
    }

    /**
     * Returns whether every activation is known that can concern a probe appended at a time, and by now. That holds while the
     * topic was read to its high watermark less than {@link Activated#NOTICE} ago, since what was appended after that takes
     * effect later. While an open transaction holds the topic back, it is enough that no activation pending there would take
     * effect by then, however the transaction ends.
     */
    public boolean current(Instant appendedAt) {
        long nanos = System.nanoTime() - CURRENT_NANOS;
        return activations.isCompleteAsOf(nanos) || (activations.isSeenAsOf(nanos) && appendedAt.isBefore(pendingFrom));
    }

    /** Returns true once all releases and activations that could be read at the start are known. */
    public boolean caughtUp() {
        return releases.caughtUp() && activations.caughtUp();
    }

    /**
     * Returns whether all releases and activations are known that stood on the topics at a moment, also those behind
     * transactions that were open then.
     *
     * @param nanos of {@link System#nanoTime}
     */
    public boolean isCompleteAsOf(long nanos) {
        return releases.isCompleteAsOf(nanos) && activations.isCompleteAsOf(nanos);
    }

    public PublishedModels published() {
        return published;
    }

    /** Returns the reports of verifiers as they are known, those of verifiers that are gone included. */
    public ModelStates states() {
        return states;
    }

    public Timeline timeline() {
        return timeline;
    }

    /**
     * Returns everything that stood on the topics at a moment, perhaps with later records. Answers at once where that is
     * known, else waits. Where an open transaction holds releases or states for {@link #HELD_AFTER}, it goes on without those
     * behind it.
     *
     * @param nanos of {@link System#nanoTime}
     * @param patience for which it waits
     * @throws KafkaException if the activations can't be read that far, or another topic can't for another reason than an open
     *     transaction; it names the transaction or whatever else is the cause
     */
    public ModelTopics asOf(long nanos, Duration patience) {
        Duration soon = patience.compareTo(HELD_AFTER) < 0 ? patience : HELD_AFTER;
        BooleanSupplier whole = () -> all().allMatch(each -> each.isCompleteAsOf(nanos));
        if (await(whole, soon)) {
            return topics(Unread.NONE);
        }
        Optional<Unread> held = held(nanos, soon);
        if (held.isPresent()) {
            return topics(held.get());
        }
        if (await(whole, patience.minus(soon))) {
            return topics(Unread.NONE);
        }
        return topics(held(nanos, patience)
                .orElseThrow(() -> unread(all().filter(each -> !each.isCompleteAsOf(nanos)), patience)));
    }

    private ModelTopics topics(Unread unread) {
        return new ModelTopics(published, timeline, states, unread);
    }

    /** Returns what open transactions hold; empty where that isn't the reason, or where activations aren't known. */
    private Optional<Unread> held(long nanos, Duration waited) {
        if (!activations.isCompleteAsOf(nanos)) {
            return Optional.empty();
        }
        Optional<TopicUnreadException> ofReleases = held(releases, nanos, waited);
        Optional<TopicUnreadException> ofStates =
                Optional.ofNullable(reports).flatMap(follower -> held(follower, nanos, waited));
        boolean told = all().allMatch(
                        each -> each.isCompleteAsOf(nanos) || (each == releases ? ofReleases : ofStates).isPresent());
        return told ? Optional.of(new Unread(ofReleases, ofStates)) : Optional.empty();
    }

    private Optional<TopicUnreadException> held(TopicFollower follower, long nanos, Duration waited) {
        return !follower.isCompleteAsOf(nanos)
                        && unread(Stream.of(follower), waited) instanceof TopicUnreadException held
                        && held.why() == TopicUnreadException.Cause.HELD
                ? Optional.of(held)
                : Optional.empty();
    }

    /**
     * Returns the activations that are known, whatever transactions are open. Waits for those that could be read at the start.
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
     * Waits until the activation at an offset is known.
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

    /** Returns the followers that read what judging needs. */
    public List<TopicFollower> followers() {
        return List.of(releases, activations);
    }

    /** Returns why no new release or activation is learnt any more, or an empty text. */
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
