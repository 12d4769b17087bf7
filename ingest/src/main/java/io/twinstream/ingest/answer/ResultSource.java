package io.twinstream.ingest.answer;

import java.util.concurrent.CompletableFuture;

/** Reads results into a {@link WaitingRoom} until it is closed. */
interface ResultSource extends AutoCloseable {
    /** Returns one line on why verdicts can't be read now, or an empty text. */
    String trouble();

    /** Returns one line on why dead letters can't be read now, or an empty text. */
    String lettersTrouble();

    /** Returns one line on the partitions of either topic that can't be read now while others can, or an empty text. */
    String gap();

    /** Completes once all verdicts and dead letters were read that it begins with; one that can't be read isn't waited for. */
    CompletableFuture<Void> caughtUp();

    @Override
    void close();
}
