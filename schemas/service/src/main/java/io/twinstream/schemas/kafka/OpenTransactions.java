package io.twinstream.schemas.kafka;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.AbortTransactionOptions;
import org.apache.kafka.clients.admin.AbortTransactionSpec;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeProducersOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.DescribeTransactionsOptions;
import org.apache.kafka.clients.admin.FenceProducersOptions;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.TransactionalIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Finds the transactions that hold readers back, and what brokers tell about them. Each question is answered within {@value
 * #LIMIT_MS} ms or fails. For many threads.
 *
 * <p>Maintainers: whatever the user may not know is not asked for, or left out. With READ on the topic it is certain which
 * transaction holds a partition; without it the one that began first is named. All but the producer's id takes DESCRIBE on the
 * transactional id (KIP-664).
 */
public final class OpenTransactions {
    private static final int LIMIT_MS = 5_000;
    private static final Set<TransactionState> OPEN = Set.of(
            TransactionState.ONGOING,
            TransactionState.PREPARE_COMMIT,
            TransactionState.PREPARE_ABORT,
            TransactionState.PREPARE_EPOCH_FENCE);

    private final Admin admin;

    /**
     * Makes an object that asks brokers by this client.
     *
     * @param admin a client of the caller's, not closed here
     */
    public OpenTransactions(Admin admin) {
        this.admin = admin;
    }

    /** Returns the exception to throw where a reader of committed records has made no progress for this long. */
    public static KafkaException cause(KafkaClients clients, Collection<TopicPartition> partitions, Duration waited) {
        return TopicUnreadException.afterWaiting(partitions, waited, (stood, open) -> told(clients, stood, open));
    }

    /**
     * Returns one line on the first of the transactions that hold these partitions back.
     *
     * @param open the least time that the transaction has been open; a younger one ends by itself and is normal
     * @return empty where there is none, or where brokers don't say
     */
    public static Optional<String> told(KafkaClients clients, Collection<TopicPartition> partitions, Duration open) {
        return told(clients, transactions -> partitions, open);
    }

    /** Returns such a line on the first of the transactions that hold a topic back. */
    public static Optional<String> told(KafkaClients clients, String topic, Duration open) {
        return told(clients, transactions -> transactions.partitions(Set.of(topic)), open);
    }

    private static Optional<String> told(
            KafkaClients clients, Function<OpenTransactions, Collection<TopicPartition>> partitions, Duration open) {
        Instant now = Instant.now();
        try (Admin admin = clients.admin("twinstream-transactions")) {
            OpenTransactions transactions = new OpenTransactions(admin);
            return transactions.of(transactions.heldBack(partitions.apply(transactions))).stream()
                    .filter(each -> each.age(now).orElse(open).compareTo(open) >= 0)
                    .map(each -> each.line(now))
                    .findFirst();
        } catch (KafkaException e) {
            return Optional.empty();
        }
    }

    /** Returns all partitions of these topics, without the topics that are missing or that the user may not see. */
    public List<TopicPartition> partitions(Collection<String> topics) {
        List<TopicPartition> partitions = new ArrayList<>();
        admin.describeTopics(topics, new DescribeTopicsOptions().timeoutMs(LIMIT_MS))
                .topicNameValues()
                .forEach((topic, described) -> permitted(described)
                        .ifPresent(description -> description
                                .partitions()
                                .forEach(info -> partitions.add(new TopicPartition(topic, info.partition())))));
        return partitions;
    }

    /**
     * Returns the offsets where readers of committed records stop now, of the partitions that go on behind these offsets.
     * Partitions that are written in transactions all the time are among them again and again, for a moment.
     */
    public Map<TopicPartition, Long> heldBack(Collection<TopicPartition> partitions) {
        Map<TopicPartition, Long> held = new LinkedHashMap<>();
        unreadable(partitions).forEach((partition, part) -> held.put(partition, part.from()));
        return held;
    }

    /** Returns what readers of committed records can't read now, of the partitions where there is any. */
    Map<TopicPartition, Unreadable> unreadable(Collection<TopicPartition> partitions) {
        // The ends are asked for first, so that a partition that grows between the two doesn't look held back.
        Map<TopicPartition, Long> ends = latest(partitions, IsolationLevel.READ_UNCOMMITTED);
        Map<TopicPartition, Long> stable = latest(partitions, IsolationLevel.READ_COMMITTED);
        Map<TopicPartition, Unreadable> parts = new LinkedHashMap<>();
        stable.forEach((partition, from) -> {
            long end = ends.getOrDefault(partition, 0L);
            if (from < end) {
                parts.put(partition, new Unreadable(from, end));
            }
        });
        return parts;
    }

    /** Returns what is known about the transactions at these offsets, which {@link #heldBack} gives: one of each partition. */
    public List<OpenTransaction> of(Map<TopicPartition, Long> held) {
        return all(held).stream()
                .collect(Collectors.toMap(
                        OpenTransaction::partition, each -> each, (first, later) -> first, LinkedHashMap::new))
                .values()
                .stream()
                .toList();
    }

    /**
     * Returns what is known about the transactions at these offsets, which {@link #heldBack} gives, and about those that are
     * open behind them: the first of a partition holds its readers now. Without READ on the topic the others aren't known.
     *
     * @return ordered by partition, then by offset; one at least of each partition
     */
    public List<OpenTransaction> all(Map<TopicPartition, Long> held) {
        if (held.isEmpty()) {
            return List.of();
        }
        Map<TopicPartition, List<ProducerState>> producers = producers(readable(held.keySet()));
        Map<String, TransactionDescription> transactions = transactions();
        List<OpenTransaction> open = new ArrayList<>();
        held.forEach((partition, offset) -> {
            List<ProducerState> writers = producers.getOrDefault(partition, List.of());
            writers.forEach(writer -> open.add(described(
                    partition,
                    writer.currentTransactionStartOffset().orElse(offset),
                    Optional.of(writer),
                    transactions)));
            if (writers.isEmpty()) {
                open.add(described(partition, offset, Optional.empty(), transactions));
            }
        });
        open.sort(Comparator.<OpenTransaction, String>comparing(
                        each -> each.partition().toString())
                .thenComparingLong(OpenTransaction::offset));
        return open;
    }

    /**
     * Aborts a transaction, whether its producer is alive or not: its coordinator fences the producer out. Where no
     * coordinator knows the transaction, an abort marker is written to the partition itself, which takes ALTER on the cluster.
     * Returns before readers make progress.
     *
     * @throws KafkaException if that isn't allowed, or brokers don't answer
     */
    public void abort(OpenTransaction transaction) {
        KafkaFuture<Void> aborted = transaction
                .transactionalId()
                .map(id -> admin.fenceProducers(List.of(id), new FenceProducersOptions().timeoutMs(LIMIT_MS))
                        .all())
                .orElseGet(() -> admin.abortTransaction(
                                spec(transaction), new AbortTransactionOptions().timeoutMs(LIMIT_MS))
                        .all());
        try {
            aborted.get();
        } catch (ExecutionException e) {
            throw new KafkaException(
                    "the transaction that holds %s back can't be aborted".formatted(transaction.partition()),
                    e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    private static AbortTransactionSpec spec(OpenTransaction hanging) {
        return new AbortTransactionSpec(
                hanging.partition(),
                hanging.producerId()
                        .orElseThrow(() -> new KafkaException(
                                "brokers don't say whose transaction holds %s back: READ on the topic is needed to abort one that no coordinator knows"
                                        .formatted(hanging.partition()))),
                (short) hanging.producerEpoch().orElse(0),
                hanging.coordinatorEpoch().orElse(0));
    }

    private static OpenTransaction described(
            TopicPartition partition,
            long offset,
            Optional<ProducerState> producer,
            Map<String, TransactionDescription> transactions) {
        Optional<Map.Entry<String, TransactionDescription>> transaction = transactions.entrySet().stream()
                .filter(each -> producer.map(
                                state -> state.producerId() == each.getValue().producerId())
                        .orElseGet(() -> each.getValue().topicPartitions().contains(partition)))
                .min(Comparator.comparingLong(
                        each -> each.getValue().transactionStartTimeMs().orElse(Long.MAX_VALUE)));
        if (producer.isEmpty() && transaction.isEmpty()) {
            return OpenTransaction.unknown(partition, offset);
        }
        OptionalLong begun = transaction
                .map(each -> each.getValue().transactionStartTimeMs())
                .filter(OptionalLong::isPresent)
                .or(() -> producer.map(state -> OptionalLong.of(state.lastTimestamp())))
                .orElse(OptionalLong.empty());
        return new OpenTransaction(
                partition,
                offset,
                begun.stream().mapToObj(Instant::ofEpochMilli).findFirst(),
                OptionalLong.of(producer.map(ProducerState::producerId)
                        .orElseGet(() -> transaction.orElseThrow().getValue().producerId())),
                producer.map(state -> OptionalInt.of(state.producerEpoch())).orElse(OptionalInt.empty()),
                producer.map(ProducerState::coordinatorEpoch).orElse(OptionalInt.empty()),
                transaction.map(Map.Entry::getKey),
                transaction.map(each -> Duration.ofMillis(each.getValue().transactionTimeoutMs())));
    }

    private Set<TopicPartition> readable(Set<TopicPartition> partitions) {
        DescribeTopicsOptions asked =
                new DescribeTopicsOptions().includeAuthorizedOperations(true).timeoutMs(LIMIT_MS);
        Set<String> topics = new HashSet<>();
        admin.describeTopics(
                        partitions.stream()
                                .map(TopicPartition::topic)
                                .distinct()
                                .toList(),
                        asked)
                .topicNameValues()
                .forEach((topic, described) -> permitted(described)
                        .filter(each -> each.authorizedOperations() == null
                                || each.authorizedOperations().contains(AclOperation.READ))
                        .ifPresent(each -> topics.add(topic)));
        return partitions.stream().filter(each -> topics.contains(each.topic())).collect(Collectors.toSet());
    }

    /** Returns, for each partition, the producers that have a transaction open there. */
    private Map<TopicPartition, List<ProducerState>> producers(Set<TopicPartition> partitions) {
        var described = admin.describeProducers(partitions, new DescribeProducersOptions().timeoutMs(LIMIT_MS));
        Map<TopicPartition, List<ProducerState>> producers = new HashMap<>();
        for (TopicPartition partition : partitions) {
            permitted(described.partitionResult(partition))
                    .ifPresent(state -> producers.put(
                            partition,
                            state.activeProducers().stream()
                                    .filter(each ->
                                            each.currentTransactionStartOffset().isPresent())
                                    .toList()));
        }
        return producers;
    }

    /** Returns the open transactions whose ids the user may see. */
    private Map<String, TransactionDescription> transactions() {
        ListTransactionsOptions open =
                new ListTransactionsOptions().filterStates(OPEN).timeoutMs(LIMIT_MS);
        List<String> ids = permitted(admin.listTransactions(open).all()).stream()
                .flatMap(Collection::stream)
                .map(TransactionListing::transactionalId)
                .toList();
        Map<String, TransactionDescription> transactions = new HashMap<>();
        if (!ids.isEmpty()) {
            var described = admin.describeTransactions(ids, new DescribeTransactionsOptions().timeoutMs(LIMIT_MS));
            ids.forEach(id -> permitted(described.description(id)).ifPresent(each -> transactions.put(id, each)));
        }
        return transactions;
    }

    private Map<TopicPartition, Long> latest(Collection<TopicPartition> partitions, IsolationLevel isolation) {
        ListOffsetsResult listed = admin.listOffsets(
                partitions.stream().collect(Collectors.toMap(Function.identity(), each -> OffsetSpec.latest())),
                new ListOffsetsOptions(isolation).timeoutMs(LIMIT_MS));
        Map<TopicPartition, Long> offsets = new HashMap<>();
        partitions.forEach(partition ->
                permitted(listed.partitionResult(partition)).ifPresent(info -> offsets.put(partition, info.offset())));
        return offsets;
    }

    /** Returns the answer, or empty if the thing asked about doesn't exist or the user may not know it. */
    private static <T> Optional<T> permitted(KafkaFuture<T> asked) {
        try {
            return Optional.of(asked.get());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AuthorizationException
                    || e.getCause() instanceof UnknownTopicOrPartitionException
                    || e.getCause() instanceof InvalidTopicException
                    || e.getCause() instanceof TransactionalIdNotFoundException) {
                return Optional.empty();
            }
            if (e.getCause() instanceof KafkaException cause) {
                throw cause;
            }
            throw new KafkaException(e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    /**
     * This is what readers of committed records can't read of a partition.
     *
     * @param from the offset where they stop
     * @param end the offset behind the last record that every replica in sync has
     */
    record Unreadable(long from, long end) {}
}
