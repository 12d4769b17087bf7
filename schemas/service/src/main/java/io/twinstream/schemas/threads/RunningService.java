package io.twinstream.schemas.threads;

/** A service that has started whole, as the process that it runs in sees it. */
public interface RunningService extends AutoCloseable {
    /** The port that HTTP is served on. */
    int port();

    /** Waits until the service can't go on by itself; returns the cause in one line, or an empty text after {@link #close}. */
    String awaitEnd() throws InterruptedException;

    /** Stops in the reverse order of the start, within a deadline. What doesn't stop in its time is left as it is, and said. */
    @Override
    void close();

    /** Whether, after {@link #close}, something runs on: native code must not be taken away under it. */
    boolean runsOn();
}
