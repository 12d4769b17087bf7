package io.twinstream.trainer.training;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Draws the batch of the next step on a second thread while this one is learned from. The batches are those that the
 * source gives, in the order of the steps; at most one is waiting, and one is valid until the next is taken.
 */
final class BatchAhead implements AutoCloseable {
    private final ExecutorService worker = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "batch-ahead");
        thread.setDaemon(true);
        return thread;
    });
    private final BatchSource source;
    private long step;
    private Future<Batch> next;

    BatchAhead(BatchSource source, long firstStep) {
        this.source = source;
        step = firstStep;
        next = worker.submit(() -> source.batch(firstStep));
    }

    /** The batch of the first step, then of the one after, and so on. */
    Batch next() throws InterruptedException {
        try {
            Batch batch = next.get();
            long following = ++step;
            next = worker.submit(() -> source.batch(following));
            return batch;
        } catch (ExecutionException e) {
            throw new IllegalStateException("batch %d can't be drawn".formatted(step), e.getCause());
        }
    }

    @Override
    public void close() {
        worker.shutdownNow();
    }
}
