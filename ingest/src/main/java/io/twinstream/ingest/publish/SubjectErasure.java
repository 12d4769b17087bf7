package io.twinstream.ingest.publish;

import io.twinstream.ingest.publish.PublishException.PublishFault;
import io.twinstream.schemas.threads.ServiceThreads;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Erases every image of a subject on a topic, one subject after another on a thread of its own. At most {@value #MAX_WAITING}
 * may wait; one more fails at once.
 */
final class SubjectErasure implements AutoCloseable {
    private static final String NAME = "ingest-erasure";
    private static final int MAX_WAITING = 16;

    private final ServiceThreads threads;
    private final RecordSender sender;
    private final Function<Set<TopicPartition>, Optional<String>> transactions;
    private final ExecutorService thread;

    /** @param transactions tells in one line of the first transaction that holds some partitions back */
    SubjectErasure(
            ServiceThreads threads, RecordSender sender, Function<Set<TopicPartition>, Optional<String>> transactions) {
        this.threads = threads;
        this.sender = sender;
        this.transactions = transactions;
        this.thread = new ThreadPoolExecutor(
                1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MAX_WAITING), threads.daemons(NAME));
    }

    /**
     * Erases a subject's images; the future completes once all tombstones are acknowledged.
     *
     * @param erases returns whether the image under a key is to be erased
     */
    CompletableFuture<ImagePublisher.Erased> erase(SubjectKeys keys, String subjectId, Predicate<String> erases) {
        String topic = keys.topic();
        CompletableFuture<ImagePublisher.Erased> erased = new CompletableFuture<>();
        try {
            var unused = CompletableFuture.supplyAsync(threads.job(NAME, () -> look(keys, subjectId, erases)), thread)
                    .thenCompose(found -> eraseEach(topic, found.places())
                            .thenApply(count -> new ImagePublisher.Erased(count, found.heldBack())))
                    .whenComplete((count, failure) -> {
                        if (failure == null) {
                            erased.complete(count);
                        } else {
                            erased.completeExceptionally(PublishException.of(topic, unwrapped(failure), false));
                        }
                    });
        } catch (RejectedExecutionException e) {
            erased.completeExceptionally(
                    new PublishException(PublishFault.BUSY, "too many subjects are being erased: try again", e));
        }
        return erased;
    }

    /** Stops, and gives up the erasures that still wait. */
    @Override
    public void close() {
        thread.shutdownNow();
    }

    private FoundKeys look(SubjectKeys keys, String subjectId, Predicate<String> erases) {
        SubjectKeys.KeysOnTopic found = keys.of(subjectId);
        Set<SubjectKeys.KeyPlace> places = found.places().stream()
                .filter(each -> erases.test(each.key()))
                .collect(Collectors.toCollection(LinkedHashSet::new));
        boolean tell = !places.isEmpty() && !found.held().isEmpty();
        return new FoundKeys(places, tell ? transactions.apply(found.held()) : Optional.empty());
    }

    /**
     * Sends a tombstone for each key to the partition where the key lies, since it erases there alone. An old key may lie on
     * another partition than the one that it would go to today.
     */
    private CompletableFuture<Integer> eraseEach(String topic, Set<SubjectKeys.KeyPlace> found) {
        CompletableFuture<?>[] erased = found.stream()
                .map(each -> sender.send(new ProducerRecord<>(topic, each.partition(), each.key(), null), each))
                .toArray(CompletableFuture<?>[]::new);
        int keys =
                (int) found.stream().map(SubjectKeys.KeyPlace::key).distinct().count();
        return CompletableFuture.allOf(erased).thenApply(all -> keys);
    }

    private static Throwable unwrapped(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    private record FoundKeys(Set<SubjectKeys.KeyPlace> places, Optional<String> heldBack) {}
}
