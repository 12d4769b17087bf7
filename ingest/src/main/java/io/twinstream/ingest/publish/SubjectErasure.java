package io.twinstream.ingest.publish;

import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Erases every image of a subject on a topic, one subject after another on a thread of its own. A few may wait; one more
 * fails at once.
 */
final class SubjectErasure implements AutoCloseable {
    private static final int MAX_WAITING = 16;

    private final RecordSender sender;
    private final ExecutorService thread;

    SubjectErasure(RecordSender sender) {
        this.sender = sender;
        this.thread = new ThreadPoolExecutor(
                1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MAX_WAITING), SubjectErasure::thread);
    }

    /** How many images were erased, once all tombstones are acknowledged. */
    CompletableFuture<Integer> erase(SubjectKeys keys, String subjectId) {
        String topic = keys.topic();
        CompletableFuture<Integer> erased = new CompletableFuture<>();
        try {
            var unused = CompletableFuture.supplyAsync(() -> keys.of(subjectId), thread)
                    .thenCompose(found -> eraseEach(topic, found))
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

    /** Gives up what waits. */
    @Override
    public void close() {
        thread.shutdownNow();
    }

    /** A tombstone erases from its own partition alone, which for a key of before isn't the one that it would go to today. */
    private CompletableFuture<Integer> eraseEach(String topic, Set<SubjectKeys.Placed> found) {
        CompletableFuture<?>[] erased = found.stream()
                .map(each -> sender.send(new ProducerRecord<>(topic, each.partition(), each.key(), null), each))
                .toArray(CompletableFuture<?>[]::new);
        int keys = (int) found.stream().map(SubjectKeys.Placed::key).distinct().count();
        return CompletableFuture.allOf(erased).thenApply(all -> keys);
    }

    private static Throwable unwrapped(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "ingest-erasure");
        thread.setDaemon(true);
        return thread;
    }
}
