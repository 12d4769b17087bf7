package io.twinstream.schemas.kafka;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads ranges of a topic that are fixed beforehand, each partition in order: committed records, and on request those that
 * aren't committed yet. The package says which end a range has. A reading fails with a {@link TopicUnreadException} where the
 * topic is missing, forbidden or held back by an open transaction, and with a {@link TimeoutException} where for another
 * reason nothing comes for as long as its patience. Consumers are kept from one reading to the next. For one thread.
 */
public final class TopicReader<K> implements AutoCloseable {
    /**
     * Time for which a reading waits without a record where there must be one. No broker takes so long, but an open
     * transaction does.
     */
    public static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Logger log = LoggerFactory.getLogger(TopicReader.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final int ANSWER_SECONDS = 5;

    private static final Duration JUST_CREATED = Duration.ofSeconds(3);

    /** Age from which on an open transaction is blamed; younger ones are those that services write in all the time. */
    private static final Duration LONG_OPEN = Duration.ofSeconds(2);

    /**
     * Longest wait of a fetch. Closing a consumer waits for its last fetch, which at the end of a topic takes all of its time.
     */
    private static final int FETCH_MAX_WAIT_MS = 20;

    private final String topic;
    private final Duration patience;

    /** Bounds one question to brokers. */
    private final Duration answer;

    private final Function<IsolationLevel, Consumer<K, byte[]>> consumers;
    private final HoldingTransaction held;
    private final Consumer<K, byte[]> committed;
    private @Nullable Consumer<K, byte[]> uncommitted;

    /** Tells whose transaction holds readers back. */
    @FunctionalInterface
    public interface HoldingTransaction {
        /**
         * Returns one line on the first such transaction; empty where there is none, or brokers don't say.
         *
         * @param open the least time that the transaction has been open
         */
        Optional<String> told(Collection<TopicPartition> partitions, Duration open);
    }

    /**
     * Holds ranges of offsets, one for each partition: the first is included, the second is not. Empty ranges are left out.
     *
     * @param from the first offset of each range, 0 where it is missing
     */
    public record OffsetRanges(Map<TopicPartition, Long> from, Map<TopicPartition, Long> to) {
        public OffsetRanges {
            Map<TopicPartition, Long> begins = Map.copyOf(from);
            from = begins;
            to = to.entrySet().stream()
                    .filter(end -> begins.getOrDefault(end.getKey(), 0L) < end.getValue())
                    .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
        }

        /** Makes the range of one partition. */
        public static OffsetRanges of(TopicPartition partition, long from, long to) {
            return new OffsetRanges(Map.of(partition, from), Map.of(partition, to));
        }

        /** Returns the number of offsets in all ranges, which is no less than the number of records. */
        public long length() {
            return to.entrySet().stream()
                    .mapToLong(end -> end.getValue() - begin(end.getKey()))
                    .sum();
        }

        /** Returns the partitions, each of which has a range that isn't empty. */
        public Set<TopicPartition> partitions() {
            return to.keySet();
        }

        long begin(TopicPartition partition) {
            return from.getOrDefault(partition, 0L);
        }
    }

    /**
     * Makes a reader with consumers of the caller's making, which are opened when they are needed and closed with the reader.
     *
     * @param patience the time that one reading waits without progress
     */
    public TopicReader(
            String topic,
            Duration patience,
            Function<IsolationLevel, Consumer<K, byte[]>> consumers,
            HoldingTransaction held) {
        this(topic, patience, patience, consumers, held);
    }

    private TopicReader(
            String topic,
            Duration patience,
            Duration answer,
            Function<IsolationLevel, Consumer<K, byte[]>> consumers,
            HoldingTransaction held) {
        this.topic = topic;
        this.patience = patience;
        this.answer = answer;
        this.consumers = consumers;
        this.held = held;
        this.committed = consumers.apply(IsolationLevel.READ_COMMITTED);
    }

    /** Makes a reader of records with keys of text, with {@link #PATIENCE}; asks no broker yet. */
    public static TopicReader<String> of(KafkaClients clients, String clientId, String topic) {
        return of(clients, clientId, topic, PATIENCE, Map.of());
    }

    /**
     * Makes a reader of records with keys of text, with another patience.
     *
     * @param differing properties of the consumers, such as the bytes of a fetch
     */
    public static TopicReader<String> of(
            KafkaClients clients, String clientId, String topic, Duration patience, Map<String, Object> differing) {
        return of(
                clients,
                clientId,
                topic,
                patience,
                new StringDeserializer(),
                clients.values().deserializer(),
                differing);
    }

    /** Makes a reader of records with keys of another type, or with values that are not kept. */
    public static <K> TopicReader<K> of(
            KafkaClients clients,
            String clientId,
            String topic,
            Duration patience,
            Deserializer<K> keys,
            Deserializer<byte[]> values,
            Map<String, Object> differing) {
        // An operator's own bound of a question holds where it is shorter.
        Object bound = clients.properties().get(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG);
        Duration answer = bound == null
                ? patience
                : Duration.ofMillis(Math.min(patience.toMillis(), Long.parseLong(bound.toString())));
        return new TopicReader<>(
                topic,
                patience,
                answer,
                isolation -> {
                    Map<String, Object> config = new HashMap<>(Map.of(
                            ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                            FETCH_MAX_WAIT_MS,
                            ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                            Integer.MAX_VALUE));
                    config.putAll(differing);
                    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolation.toString());
                    return clients.consumer(clientId, keys, values, config);
                },
                (partitions, open) -> OpenTransactions.told(clients, partitions, open));
    }

    /**
     * Refuses topics that are missing or forbidden, for which a follower would wait without end. Brokers that don't answer
     * within {@value #ANSWER_SECONDS} s are left to the followers, which wait for them.
     *
     * @throws TopicUnreadException that names the first such topic and what to do
     */
    public static void require(KafkaClients clients, List<String> topics) {
        try (Admin admin = clients.admin("twinstream-topics")) {
            for (String topic : topics) {
                try {
                    Map<String, TopicDescription> unused =
                            admin.describeTopics(List.of(topic)).allTopicNames().get(ANSWER_SECONDS, TimeUnit.SECONDS);
                } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
                    if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                        throw TopicUnreadException.missing(topic);
                    }
                    if (e.getCause() instanceof AuthorizationException forbidden) {
                        throw TopicUnreadException.forbidden(topic, forbidden);
                    }
                    log.debug("whether the topic {} is there can't be said", topic, e);
                }
            }
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    public String topic() {
        return topic;
    }

    /**
     * Returns all partitions that there are now. A broker may hear of a new topic a moment after its creation, so a missing
     * topic is asked for again for a few seconds.
     */
    public List<TopicPartition> partitions() {
        long start = System.nanoTime();
        while (true) {
            List<PartitionInfo> known = asked(() -> committed.partitionsFor(topic, answer));
            if (known != null && !known.isEmpty()) {
                return known.stream()
                        .map(each -> new TopicPartition(topic, each.partition()))
                        .toList();
            }
            if (System.nanoTime() - start > JUST_CREATED.toNanos()) {
                throw TopicUnreadException.missing(topic);
            }
            try {
                TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
            } catch (InterruptedException e) {
                throw new InterruptException(e);
            }
        }
    }

    /** Returns the offsets where the partitions begin now. */
    public Map<TopicPartition, Long> begins(Collection<TopicPartition> partitions) {
        return asked(() -> committed.beginningOffsets(partitions, answer));
    }

    /** Returns the offsets where partitions end now, behind all records that every in-sync replica has, committed or not. */
    public Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions) {
        return asked(() -> uncommitted().endOffsets(partitions, answer));
    }

    /** Returns the offsets where readers of committed records stop now. */
    public Map<TopicPartition, Long> stableEnds(Collection<TopicPartition> partitions) {
        return asked(() -> committed.endOffsets(partitions, answer));
    }

    /** Returns the ranges from the beginning to the end as it is now. */
    public OffsetRanges all() {
        List<TopicPartition> partitions = partitions();
        return new OffsetRanges(begins(partitions), ends(partitions));
    }

    /** Returns the ranges from the first record with this time or a later one to the end as it is now. */
    public OffsetRanges since(Instant from) {
        return between(from, null);
    }

    /**
     * Returns the ranges of the records between two times.
     *
     * @param to the time before whose first later record each range ends; null for the end as it is now
     */
    public OffsetRanges between(Instant from, @Nullable Instant to) {
        List<TopicPartition> partitions = partitions();
        // The ends are asked for first; records that come between the two questions have their turn later.
        Map<TopicPartition, Long> ends = new HashMap<>(ends(partitions));
        if (to != null) {
            first(partitions, to.plusMillis(1)).forEach((partition, later) -> ends.merge(partition, later, Math::min));
        }
        Map<TopicPartition, Long> begins = first(partitions, from);
        // Where no record is that young there is nothing to read.
        partitions.forEach(each -> begins.putIfAbsent(each, requireNonNull(ends.get(each))));
        return new OffsetRanges(begins, ends);
    }

    /** Returns the last offsets of each partition before its stable end, at most this many. */
    public OffsetRanges last(long most) {
        List<TopicPartition> partitions = partitions();
        Map<TopicPartition, Long> ends = stableEnds(partitions);
        Map<TopicPartition, Long> begins = new HashMap<>();
        begins(partitions)
                .forEach((partition, begin) ->
                        begins.put(partition, Math.max(begin, requireNonNull(ends.get(partition)) - most)));
        return new OffsetRanges(begins, ends);
    }

    /** Returns the ranges between stable ends that were asked for before and the ends as they are now. */
    public OffsetRanges pending(Map<TopicPartition, Long> stableEnds) {
        return new OffsetRanges(stableEnds, ends(stableEnds.keySet()));
    }

    /** Hands over each committed record of these ranges, each partition in order. */
    public void read(OffsetRanges ranges, java.util.function.Consumer<ConsumerRecord<K, byte[]>> each) {
        readAll(begin(ranges), each);
    }

    /** Hands over each record of these ranges, whether it is committed, pending or aborted. */
    public void readPending(OffsetRanges ranges, java.util.function.Consumer<ConsumerRecord<K, byte[]>> each) {
        if (!ranges.to().isEmpty()) {
            readAll(new Reading(uncommitted(), ranges), each);
        }
    }

    /** Begins to read these ranges in pieces; another reading ends this one. */
    public Reading begin(OffsetRanges ranges) {
        return new Reading(committed, ranges);
    }

    /** Begins to read these partitions without end, from these offsets on; another reading ends this one. */
    public Tail follow(Map<TopicPartition, Long> from) {
        return new Tail(from);
    }

    /**
     * Returns the record at an offset; empty where there is none, or none any more.
     *
     * @throws TopicUnreadException if the record is there and not committed
     */
    public Optional<ConsumerRecord<K, byte[]>> at(TopicPartition partition, long offset) {
        List<TopicPartition> one = List.of(partition);
        if (!partitions().contains(partition)) {
            return Optional.empty();
        }
        if (offset >= requireNonNull(stableEnds(one).get(partition))) {
            if (offset < requireNonNull(ends(one).get(partition))) {
                throw TopicUnreadException.held(
                        "offset %d of %s is not committed yet".formatted(offset, partition), told(one));
            }
            return Optional.empty();
        }
        List<ConsumerRecord<K, byte[]>> found = new ArrayList<>();
        read(OffsetRanges.of(partition, offset, offset + 1), found::add);
        return found.stream().findFirst();
    }

    /**
     * Returns one line on the transaction that keeps partitions from being read to their ends; empty where there is none, or
     * brokers don't say.
     */
    public Optional<String> told(Collection<TopicPartition> partitions) {
        return held.told(partitions, LONG_OPEN);
    }

    /**
     * Ends a call that waits for a broker, with a {@link org.apache.kafka.common.errors.WakeupException}. Any thread may call
     * it.
     */
    public void wakeup() {
        committed.wakeup();
    }

    @Override
    public void close() {
        committed.close();
        if (uncommitted != null) {
            uncommitted.close();
        }
    }

    private void readAll(Reading reading, java.util.function.Consumer<ConsumerRecord<K, byte[]>> each) {
        while (!reading.done()) {
            reading.poll().forEach(each);
        }
    }

    private Consumer<K, byte[]> uncommitted() {
        Consumer<K, byte[]> opened =
                uncommitted == null ? consumers.apply(IsolationLevel.READ_UNCOMMITTED) : uncommitted;
        uncommitted = opened;
        return opened;
    }

    /** Returns the offsets of the first records with this time or a later one, without the partitions that have none. */
    private Map<TopicPartition, Long> first(List<TopicPartition> partitions, Instant time) {
        Map<TopicPartition, Long> times =
                partitions.stream().collect(Collectors.toMap(each -> each, each -> Math.max(0, time.toEpochMilli())));
        Map<TopicPartition, Long> first = new HashMap<>();
        Map<TopicPartition, OffsetAndTimestamp> found =
                asked(() -> uncommitted().offsetsForTimes(times, answer));
        found.forEach((partition, record) -> {
            if (record != null) {
                first.put(partition, record.offset());
            }
        });
        return first;
    }

    private <T> T asked(java.util.function.Supplier<T> question) {
        try {
            return question.get();
        } catch (AuthorizationException e) {
            throw TopicUnreadException.forbidden(topic, e);
        }
    }

    /** Reads what comes on a topic, for as long as somebody asks for it. */
    public final class Tail {
        private Tail(Map<TopicPartition, Long> from) {
            committed.assign(from.keySet());
            committed.resume(from.keySet());
            from.forEach(committed::seek);
        }

        /** Returns the next records, or none after the limit. */
        public ConsumerRecords<K, byte[]> poll(Duration limit) {
            return asked(() -> committed.poll(limit));
        }

        /** Skips to the end of each partition that has more unread offsets than this. */
        public void skip(long most) {
            List<TopicPartition> late = committed.assignment().stream()
                    .filter(partition -> committed.currentLag(partition).orElse(0) > most)
                    .toList();
            if (!late.isEmpty()) {
                committed.seekToEnd(late);
            }
        }
    }

    /** This is a reading of some ranges that is under way. */
    public final class Reading {
        private final Consumer<K, byte[]> consumer;
        private final long length;

        /** The ends of the partitions that aren't read to their end yet. */
        private final Map<TopicPartition, Long> ends;

        private final Map<TopicPartition, Long> reached = new HashMap<>();
        private long progressNanos = System.nanoTime();
        private long returnedNanos = progressNanos;

        private Reading(Consumer<K, byte[]> consumer, OffsetRanges ranges) {
            this.consumer = consumer;
            this.length = ranges.length();
            this.ends = new HashMap<>(ranges.to());
            consumer.assign(ends.keySet());
            consumer.resume(ends.keySet());
            ends.keySet().forEach(each -> {
                consumer.seek(each, ranges.begin(each));
                reached.put(each, ranges.begin(each));
            });
        }

        /** Returns the number of offsets in all ranges. */
        public long length() {
            return length;
        }

        /** Returns whether all records were handed over. */
        public boolean done() {
            return ends.isEmpty();
        }

        /** Returns the next records, or none for now. */
        public ConsumerRecords<K, byte[]> poll() {
            // The time that the caller took for the records before is none that the reading has waited.
            progressNanos += System.nanoTime() - returnedNanos;
            ConsumerRecords<K, byte[]> polled = asked(() -> consumer.poll(POLL));
            Map<TopicPartition, List<ConsumerRecord<K, byte[]>>> within = new HashMap<>();
            for (TopicPartition partition : polled.partitions()) {
                long end = ends.getOrDefault(partition, 0L);
                within.put(
                        partition,
                        polled.records(partition).stream()
                                .filter(record -> record.offset() < end)
                                .toList());
            }
            advance();
            returnedNanos = System.nanoTime();
            return new ConsumerRecords<>(within, Map.of());
        }

        private void advance() {
            List<TopicPartition> read = new ArrayList<>();
            ends.forEach((partition, end) -> {
                long position = consumer.position(partition, answer);
                Long before = reached.put(partition, position);
                if (before == null || position > before) {
                    progressNanos = System.nanoTime();
                }
                if (position >= end) {
                    read.add(partition);
                }
            });
            consumer.pause(read);
            read.forEach(ends::remove);
            if (!ends.isEmpty() && System.nanoTime() - progressNanos > patience.toNanos()) {
                throw TopicUnreadException.afterWaiting(ends.keySet(), patience, held);
            }
        }
    }
}
