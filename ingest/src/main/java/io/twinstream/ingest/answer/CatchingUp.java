package io.twinstream.ingest.answer;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** Tells those who wait for the reading of a topic when it has caught up, or that it can't for now. For many threads. */
final class CatchingUp {
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private final AtomicReference<CompletableFuture<Void>> nextTrouble =
            new AtomicReference<>(new CompletableFuture<>());

    void done() {
        done.complete(null);
    }

    /** Sends away those who wait now; who comes later waits anew. */
    void troubled() {
        nextTrouble.getAndSet(new CompletableFuture<>()).complete(null);
    }

    /** Completes once the reading has caught up. */
    CompletableFuture<Void> whenDone() {
        return done;
    }

    /** Completes once the reading has caught up, and where there is trouble already or until then. */
    CompletableFuture<?> doneOrTroubled(Supplier<String> trouble) {
        // The next trouble is taken first, so that none falls between the two looks.
        CompletableFuture<Void> next = nextTrouble.get();
        return done.isDone() || trouble.get().isEmpty()
                ? CompletableFuture.anyOf(done, next)
                : CompletableFuture.completedFuture(null);
    }
}
