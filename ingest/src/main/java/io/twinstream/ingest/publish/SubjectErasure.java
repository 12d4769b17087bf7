package io.twinstream.ingest.publish;

import io.twinstream.schemas.threads.ServiceThreads;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Erases every image of a subject on a topic, one subject after another on a thread of its own. A few may wait; one more
 * fails at once.
 */
final class SubjectErasure implements AutoCloseable {
    private static final String NAME = "ingest-erasure";
    private static final int MAX_WAITING = 16;

    private final ServiceThreads threads;
    private final RecordSender sender;
    private final ExecutorService thread;

    SubjectErasure(ServiceThreads threads, RecordSender sender) {
        this.threads = threads;
        this.sender = sender;
        this.thread = new ThreadPoolExecutor(
                1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MAX_WAITING), threads.daemons(NAME));
    }

    /** How many images were erased, once all tombstones are acknowledged. */
    CompletableFuture<Integer> erase(SubjectKeys keys, String subjectId) {
        String topic = keys.topic();
        CompletableFuture<Integer> erased = new CompletableFuture<>();
        try {
            var unused = CompletableFuture.supplyAsync(threads.job(NAME, () -> keys.of(subjectId)), thread)
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

    private CompletableFuture<Integer> eraseEach(String topic, Set<String> found) {
        CompletableFuture<?>[] erased =
                found.stream().map(key -> sender.send(topic, key, null, key)).toArray(CompletableFuture<?>[]::new);
        return CompletableFuture.allOf(erased).thenApply(all -> erased.length);
    }

    private static Throwable unwrapped(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
