package io.twinstream.schemas.threads;

/** This is a service that has started whole, as the process that it runs in sees it. */
public interface RunningService extends AutoCloseable {
    /** Returns the port that HTTP is served on. */
    int port();

    /** Returns whether the service does its work; one that has nothing to wait for does so once it has started. */
    default boolean ready() {
        return true;
    }

    /** Waits until the service can't go on. Returns the cause in one line, or an empty text after {@link #close}. */
    String awaitEnd() throws InterruptedException;

    /**
     * Stops the parts in the reverse order of their start, within a deadline. A part that doesn't stop in time is left running
     * and named on the log.
     */
    @Override
    void close();

    /** Returns whether something still runs after {@link #close}, so that native code must not be unloaded. */
    boolean runsOn();
}
