package io.twinstream.schemas.kafka;

import io.twinstream.schemas.threads.ServiceThreads;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads topics on a thread of its own, from the beginning or a later place, then follows them, including partitions that are added later. It has
 * caught up once it reaches the stable ends as they were at the start, even if transactions are open. Whether it knows
 * everything on the topics is another question, see {@link #isCompleteAsOf} and the package.
 *
 * <p>Maintainers: this is a plain assigned consumer, not a global store, which would block the start of Streams and take it
 * down on any error. A failure of Kafka's is retried for ever, and logged when it differs from the last one. A failure of
 * ours, or an {@link Error}, ends the thread and shows in {@link #failure}. The ends are asked of a second consumer that reads
 * nothing, since a {@code read_committed} one calls the stable end the end.
 */
public final class TopicFollower implements AutoCloseable {
    /** Takes the records that were read, in order, on the follower's thread. */
    public interface Handler {
        void apply(ConsumerRecords<String, byte[]> records);

        /**
         * Returns when, by {@link System#nanoTime}, the handler last made progress within {@link #apply}. Any thread may ask.
         */
        default OptionalLong movedNanos() {
            return OptionalLong.empty();
        }

        /** This method is called once, on the follower's thread, when everything that could be read at the start has been applied. */
        default void caughtUp() {}

        /**
         * Notes that the topics can't be read now, which {@link TopicFollower#trouble} then tells. Called on the follower's thread
         * at each try that fails.
         */
        default void troubled() {}

        /** Returns whether {@link #pending} is to be called, which takes a follower that can be complete. */
        default boolean looksAhead() {
            return false;
        }

        /**
         * Takes, while an open transaction holds readers back, each record behind the place where they stop. Some of these may
         * be aborted; those that are committed are applied later. Called on the follower's thread.
         */
        default void pending(ConsumerRecords<String, byte[]> records) {}

        /**
         * Notes that nothing before an offset is pending any more, because all of it was applied or aborted. Called on the
         * follower's thread, after {@link #apply} and perhaps again for the same offset.
         */
        default void pendingOver(TopicPartition partition, long before) {}
    }

    /** Says from which offsets partitions are read; those that it leaves out are read from the beginning. */
    @FunctionalInterface
    private interface Begin {
        /** @param added partitions that have just been found, beside those that the consumer has */
        Map<TopicPartition, Long> of(Consumer<?, ?> consumer, List<TopicPartition> added);

        /** Begins at the first record of all. */
        static Begin first() {
            return (consumer, added) -> Map.of();
        }

        /** Begins at the first record with this time or a later one, or at the end where there is none. */
        static Begin since(Instant from) {
            long time = from.toEpochMilli();
            return (consumer, added) -> {
                // The ends are asked for first, so that a record that comes between the two questions isn't passed
                // over.
                Map<TopicPartition, Long> first = new HashMap<>(consumer.endOffsets(added));
                consumer.offsetsForTimes(added.stream().collect(Collectors.toMap(each -> each, each -> time)))
                        .forEach((partition, found) -> {
                            if (found != null) {
                                first.put(partition, found.offset());
                            }
                        });
                return first;
            };
        }

        /**
         * Begins this many offsets before the stable ends, which all partitions share evenly. What is on partitions that are added
         * later is all new.
         */
        static Begin last(long most) {
            return (consumer, added) -> {
                if (!consumer.assignment().isEmpty()) {
                    return Map.of();
                }
                long share = most / added.size();
                Map<TopicPartition, Long> begins = new HashMap<>(consumer.beginningOffsets(added));
                consumer.endOffsets(added).forEach((partition, end) -> begins.merge(partition, end - share, Math::max));
                return begins;
            };
        }
    }

    private static final Logger log = LoggerFactory.getLogger(TopicFollower.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration STOP = Duration.ofSeconds(10);

    /** Time of one try to learn the ends while nothing comes. A partition that has lost its leader is known after it. */
    private static final Duration LOOK = Duration.ofSeconds(3);

    /** Time after which brokers that don't tell the ends are trouble, as long as a consumer waits by default. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Consumer<String, byte[]> consumer;
    private final @Nullable Consumer<String, byte[]> uncommitted;
    private final List<String> topics;
    private final Duration poll;
    private final Handler handler;

    private final Begin begin;
    private final Thread thread;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile boolean caughtUp;
    private final TopicReader.HoldingTransaction held;

    private volatile boolean complete;
    private volatile long completeAsOfNanos;
    private volatile boolean seen;
    private volatile long seenAsOfNanos;

    /** The offset up to which the handler was told what is pending, by partition. Used by the follower's thread alone. */
    private final Map<TopicPartition, Long> told = new HashMap<>();

    private volatile Set<TopicPartition> assigned = Set.of();
    private volatile Map<TopicPartition, Long> appliedTo = Map.of();
    private volatile long movedNanos = System.nanoTime();
    private volatile long applyingSinceNanos;
    private volatile boolean applying;
    private volatile String failure = "";
    private volatile String trouble = "";
    private volatile String gap = "";

    /**
     * Makes a follower that has yet to be started.
     *
     * @param consumer reads the records; both consumers are handed over, and used and closed by the follower's thread
     * @param uncommitted tells where the topics end; null where nobody asks whether the follower is complete
     * @param poll the time between two looks for the topics' ends
     */
    public TopicFollower(
            String name,
            ServiceThreads threads,
            Consumer<String, byte[]> consumer,
            @Nullable Consumer<String, byte[]> uncommitted,
            List<String> topics,
            Duration poll,
            Handler handler) {
        this(
                name,
                threads,
                consumer,
                uncommitted,
                (partitions, open) -> Optional.empty(),
                topics,
                poll,
                Begin.first(),
                handler);
    }

    /**
     * Makes a follower that can tell why it isn't complete; starts nothing yet.
     *
     * @param held tells whose transaction holds the follower back
     */
    public TopicFollower(
            String name,
            ServiceThreads threads,
            Consumer<String, byte[]> consumer,
            @Nullable Consumer<String, byte[]> uncommitted,
            TopicReader.HoldingTransaction held,
            List<String> topics,
            Duration poll,
            Handler handler) {
        this(name, threads, consumer, uncommitted, held, topics, poll, Begin.first(), handler);
    }

    private TopicFollower(
            String name,
            ServiceThreads threads,
            Consumer<String, byte[]> consumer,
            @Nullable Consumer<String, byte[]> uncommitted,
            TopicReader.HoldingTransaction held,
            List<String> topics,
            Duration poll,
            Begin begin,
            Handler handler) {
        this.consumer = consumer;
        this.uncommitted = uncommitted;
        this.held = held;
        this.topics = List.copyOf(topics);
        this.poll = poll;
        this.handler = handler;
        this.begin = begin;
        this.thread = threads.thread(name, this::follow);
    }

    /** Makes a follower that is never complete, for whoever shows what there is; starts nothing yet. */
    public static TopicFollower of(
            String name,
            ServiceThreads threads,
            KafkaClients clients,
            List<String> topics,
            Duration poll,
            Handler handler) {
        return reading(Map.of(), name, threads, clients, topics, poll, handler);
    }

    /**
     * Makes a follower as {@link #of} does, which applies up to so many records at once; starts nothing yet.
     *
     * @param atOnce the most records that the handler is given at once; what brokers send at once bounds their bytes
     */
    public static TopicFollower ofMany(
            int atOnce,
            String name,
            ServiceThreads threads,
            KafkaClients clients,
            List<String> topics,
            Duration poll,
            Handler handler) {
        Map<String, Object> many = Map.of(
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                atOnce,
                // The system's own buffer takes what brokers send while the handler is at work; Kafka's 64 KiB don't.
                ConsumerConfig.RECEIVE_BUFFER_CONFIG,
                -1);
        return reading(many, name, threads, clients, topics, poll, handler);
    }

    /** @param consuming settings of the consumer, beside those of all followers */
    private static TopicFollower reading(
            Map<String, Object> consuming,
            String name,
            ServiceThreads threads,
            KafkaClients clients,
            List<String> topics,
            Duration poll,
            Handler handler) {
        return new TopicFollower(name, threads, consumer(name, clients, poll, consuming), null, topics, poll, handler);
    }

    /**
     * Makes a follower that tells whether it is complete, which costs a second connection and a request for each poll; starts
     * nothing yet.
     */
    public static TopicFollower complete(
            String name,
            ServiceThreads threads,
            KafkaClients clients,
            List<String> topics,
            Duration poll,
            Handler handler) {
        return knowingItsEnds(Begin.first(), name, threads, clients, topics, poll, handler);
    }

    /**
     * Makes a follower as {@link #complete} does, which begins at the first record with this time or a later one; starts
     * nothing yet.
     */
    public static TopicFollower completeSince(
            Instant from,
            String name,
            ServiceThreads threads,
            KafkaClients clients,
            List<String> topics,
            Duration poll,
            Handler handler) {
        return knowingItsEnds(Begin.since(from), name, threads, clients, topics, poll, handler);
    }

    /**
     * Makes a follower that is never complete, which begins with the last records that are committed; starts nothing yet.
     *
     * @param most the offsets before the ends at which it begins, shared evenly among the partitions
     * @param consumer reads the records; it is handed over, and used and closed by the follower's thread
     */
    public static TopicFollower ofLast(
            long most,
            String name,
            ServiceThreads threads,
            Consumer<String, byte[]> consumer,
            List<String> topics,
            Duration poll,
            Handler handler) {
        return new TopicFollower(
                name,
                threads,
                consumer,
                null,
                (partitions, open) -> Optional.empty(),
                topics,
                poll,
                Begin.last(most),
                handler);
    }

    private static TopicFollower knowingItsEnds(
            Begin begin,
            String name,
            ServiceThreads threads,
            KafkaClients clients,
            List<String> topics,
            Duration poll,
            Handler handler) {
        return new TopicFollower(
                name,
                threads,
                consumer(name, clients, poll, Map.of()),
                clients.uncommitted(clientId(name)),
                (partitions, open) -> OpenTransactions.told(clients, partitions, open),
                topics,
                poll,
                begin,
                handler);
    }

    /**
     * Makes a consumer whose fetches wait no longer than its polls. What comes meanwhile wakes a fetch that waits, the end of a
     * transaction as well as a record: verdicts of a lone probe were there after 21 ms, with polls of 200 ms.
     */
    private static Consumer<String, byte[]> consumer(
            String name, KafkaClients clients, Duration poll, Map<String, Object> further) {
        Map<String, Object> differing = new HashMap<>(further);
        differing.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, (int) poll.toMillis());
        return clients.consumer(clientId(name), differing);
    }

    private static String clientId(String name) {
        return "twinstream-" + name.replaceAll("[^\\w.-]", "-");
    }

    public void start() {
        movedNanos = System.nanoTime();
        thread.start();
    }

    /** Returns the follower's name in logs: {@code gallery acme/7}. */
    public String name() {
        return thread.getName();
    }

    /** Returns true once everything that could be read at the start has been applied. */
    public boolean caughtUp() {
        return caughtUp;
    }

    /**
     * Returns whether everything has been applied that stood on the topics at a moment, also behind transactions that were
     * open then.
     *
     * @param nanos of {@link System#nanoTime}
     */
    public boolean isCompleteAsOf(long nanos) {
        return complete && completeAsOfNanos - nanos >= 0;
    }

    /**
     * Returns whether the handler has been given everything that stood on the topics at a moment, as applied or as pending.
     *
     * @param nanos of {@link System#nanoTime}
     */
    public boolean isSeenAsOf(long nanos) {
        return isCompleteAsOf(nanos) || (seen && seenAsOfNanos - nanos >= 0);
    }

    /**
     * Returns, by partition, the offset before which everything that is committed has been applied. What lies at it or behind
     * it may be hidden from readers by an open transaction. Empty before the first look.
     */
    public Map<TopicPartition, Long> appliedTo() {
        return appliedTo;
    }

    /**
     * Waits until everything that stands on the topics now has been applied.
     *
     * @throws TopicUnreadException if an open transaction keeps the follower from that for longer than the patience
     * @throws KafkaException if anything else does
     */
    public void requireComplete(Duration patience) {
        long asked = System.nanoTime();
        try {
            synchronized (this) {
                while (!isCompleteAsOf(asked)) {
                    long leftMs = patience.toMillis() - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - asked);
                    if (leftMs <= 0) {
                        break;
                    }
                    wait(leftMs);
                }
                if (isCompleteAsOf(asked)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
        String why = failure.isEmpty() ? trouble : failure;
        if (!why.isEmpty()) {
            throw new KafkaException(why);
        }
        throw TopicUnreadException.afterWaiting(assigned, patience, held);
    }

    private synchronized void complete(long asOf) {
        completeAsOfNanos = asOf;
        complete = true;
        notifyAll();
    }

    /**
     * Returns how long the follower has neither applied a record nor stood where readers stop, for whatever reason. Zero
     * before it is started.
     */
    public Duration stoodFor() {
        return thread.getState() == Thread.State.NEW
                ? Duration.ZERO
                : since(Math.max(movedNanos - System.nanoTime(), handledNanos() - System.nanoTime()));
    }

    /** Returns how long the handler has been at its present call. A call that never ends can only be ended by a restart. */
    public Duration handlingFor() {
        return applying ? since(handledNanos() - System.nanoTime()) : Duration.ZERO;
    }

    /** Returns why the follower has ended, or an empty text. */
    public String failure() {
        return failure;
    }

    /** Returns why the topics can't be read now, or an empty text. */
    public String trouble() {
        return trouble;
    }

    /** Returns why some partitions can't be read now while the others are, or an empty text. */
    public String gap() {
        return gap;
    }

    @Override
    public void close() {
        stopped.countDown();
        if (thread.getState() == Thread.State.NEW) {
            consumer.close();
            if (uncommitted != null) {
                uncommitted.close();
            }
            return;
        }
        consumer.wakeup();
        if (uncommitted != null) {
            uncommitted.wakeup();
        }
        try {
            thread.join(STOP.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void follow() {
        try (consumer;
                uncommitted) {
            retrying(this::assign);
            Map<TopicPartition, Long> first = retrying(this::stableEnds);
            long asOf = System.nanoTime();
            Map<TopicPartition, Long> ends = retrying(this::ends);
            while (first != null && ends != null && stopped.getCount() > 0) {
                retrying(this::assign);
                ConsumerRecords<String, byte[]> records = retrying(() -> consumer.poll(poll));
                if (records != null && !records.isEmpty()) {
                    applyingSinceNanos = System.nanoTime();
                    applying = true;
                    handler.apply(records);
                    applying = false;
                    movedNanos = System.nanoTime();
                }
                Map<TopicPartition, Long> positions = records == null ? null : retrying(this::positions);
                if (positions != null) {
                    appliedTo = positions;
                }
                if (!caughtUp && reached(first)) {
                    caughtUp = true;
                    handler.caughtUp();
                }
                passPending();
                if (uncommitted != null && reached(ends)) {
                    complete(asOf);
                    movedNanos = System.nanoTime();
                    asOf = System.nanoTime();
                    ends = retrying(this::ends);
                } else if (records != null && records.isEmpty() && reached(retrying(this::endsNow))) {
                    movedNanos = System.nanoTime();
                    lookAhead();
                }
            }
        } catch (RuntimeException e) {
            failure = "the topics %s can't be followed: %s".formatted(topics, e.getMessage());
            log.error(failure, e);
        } catch (Error e) {
            failure = "the topics %s can't be followed: %s".formatted(topics, e);
            throw e;
        }
    }

    /**
     * Tells what is pending no more. The ends that make the follower complete were asked for before the last look, so what was
     * seen behind them stays pending.
     */
    private void passPending() {
        for (TopicPartition each : Set.copyOf(told.keySet())) {
            Long position = retrying(() -> consumer.position(each));
            if (position != null) {
                handler.pendingOver(each, position);
                told.computeIfPresent(each, (partition, seenTo) -> position < seenTo ? seenTo : null);
            }
        }
    }

    /** Looks at what is pending. A failure here harms nobody; what is pending is then not known. */
    private void lookAhead() {
        if (uncommitted == null || !handler.looksAhead()) {
            return;
        }
        try {
            long asOf = System.nanoTime();
            Map<TopicPartition, Long> ends = ends();
            uncommitted.assign(ends.keySet());
            for (TopicPartition each : ends.keySet()) {
                uncommitted.seek(each, Math.max(told.getOrDefault(each, 0L), consumer.position(each)));
            }
            while (ends.entrySet().stream().anyMatch(end -> uncommitted.position(end.getKey()) < end.getValue())) {
                if (stopped.getCount() == 0 || System.nanoTime() - asOf > PAUSE.toNanos()) {
                    return;
                }
                handler.pending(uncommitted.poll(poll));
                ends.keySet().forEach(each -> told.put(each, uncommitted.position(each)));
            }
            seenAsOfNanos = asOf;
            seen = true;
        } catch (KafkaException e) {
            log.debug("what is pending on {} can't be seen now: {}", topics, e.getMessage());
        }
    }

    private long handledNanos() {
        long began = applying ? applyingSinceNanos : movedNanos;
        long moved = handler.movedNanos().orElse(began);
        return moved - began > 0 ? moved : began;
    }

    private static Duration since(long negativeNanos) {
        return Duration.ofNanos(Math.max(0, -negativeNanos));
    }

    /** Assigns the partitions that aren't yet. Once the topics are known, this asks only for what the consumer has in memory. */
    private boolean assign() {
        List<TopicPartition> partitions = new ArrayList<>();
        List<String> leaderless = new ArrayList<>();
        for (String topic : topics) {
            int before = partitions.size();
            for (PartitionInfo info : consumer.partitionsFor(topic)) {
                TopicPartition partition = new TopicPartition(topic, info.partition());
                partitions.add(partition);
                if (info.leader() == null || info.leader().isEmpty()) {
                    leaderless.add(partition.toString());
                }
            }
            if (partitions.size() == before) {
                throw TopicUnreadException.missing(topic);
            }
        }
        gap = leaderless.isEmpty()
                ? ""
                : "%s can't be read, as no broker leads it now: start the brokers that have it, and it is read by itself"
                        .formatted(String.join(", ", leaderless));
        if (partitions.size() > consumer.assignment().size()) {
            List<TopicPartition> added = new ArrayList<>(partitions);
            added.removeAll(consumer.assignment());
            // The questions may fail and are then repeated, so they come before anything is changed.
            Map<TopicPartition, Long> later = begin.of(consumer, added);
            consumer.assign(partitions);
            consumer.seekToBeginning(added);
            later.forEach(consumer::seek);
            assigned = Set.copyOf(partitions);
        }
        return true;
    }

    private Map<TopicPartition, Long> positions() {
        return consumer.assignment().stream().collect(Collectors.toUnmodifiableMap(each -> each, consumer::position));
    }

    private Map<TopicPartition, Long> stableEnds() {
        return consumer.endOffsets(consumer.assignment());
    }

    /**
     * Returns the stable ends for the look whether the follower stands there. While a partition has no leader to tell its end, they
     * are ends that nobody reaches: nothing is waited for, and the other partitions are read on.
     */
    private Map<TopicPartition, Long> endsNow() {
        long begun = System.nanoTime();
        while (true) {
            assign();
            if (!gap.isEmpty()) {
                return consumer.assignment().stream().collect(Collectors.toMap(each -> each, each -> Long.MAX_VALUE));
            }
            try {
                return consumer.endOffsets(consumer.assignment(), LOOK);
            } catch (TimeoutException e) {
                if (System.nanoTime() - begun > PATIENCE.toNanos()) {
                    throw e;
                }
            }
        }
    }

    private Map<TopicPartition, Long> ends() {
        return uncommitted == null ? Map.of() : uncommitted.endOffsets(consumer.assignment());
    }

    /** Returns whether all partitions were read up to these ends; false when it is time to stop. */
    private boolean reached(@Nullable Map<TopicPartition, Long> ends) {
        return ends != null
                && Boolean.TRUE.equals(retrying(() ->
                        ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue())));
    }

    /** Returns one line; of a topic that is forbidden it says what to do. */
    private static String why(KafkaException e) {
        return String.valueOf(
                e instanceof TopicAuthorizationException forbidden
                                && !forbidden.unauthorizedTopics().isEmpty()
                        ? TopicUnreadException.forbidden(
                                        forbidden
                                                .unauthorizedTopics()
                                                .iterator()
                                                .next(),
                                        forbidden)
                                .getMessage()
                        : e.getMessage());
    }

    /** Returns the call's result, or null when it is time to stop. */
    private <T> @Nullable T retrying(Supplier<T> call) {
        while (stopped.getCount() > 0) {
            try {
                T result = call.get();
                trouble = "";
                return result;
            } catch (WakeupException e) {
                log.debug("woken to stop");
            } catch (KafkaException e) {
                String why = why(e);
                if (!why.equals(trouble)) {
                    log.warn("{} can't be read now; it is tried again until it works: {}", topics, why);
                }
                trouble = why;
                handler.troubled();
                try {
                    if (stopped.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
                        return null;
                    }
                } catch (InterruptedException interrupt) {
                    Thread.currentThread().interrupt();
                    return null;
                }
            }
        }
        return null;
    }
}
