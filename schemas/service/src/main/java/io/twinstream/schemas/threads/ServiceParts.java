package io.twinstream.schemas.threads;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the parts of a service, which are opened in order and closed in the reverse order within a deadline. A service starts
 * whole or not at all, see {@link #start}. A part that doesn't close in time is left running and named. Safe for many threads.
 */
public final class ServiceParts implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ServiceParts.class);

    /** Milliseconds that every part gets, even those that come last when the deadline is over. */
    private static final long LEAST_STOP_MS = 200;

    /** Makes a service out of parts that it opens. */
    public interface ServiceStart<S, E extends Exception> {
        S with(ServiceParts parts) throws E;
    }

    private final Duration all;
    private final Duration one;

    @GuardedBy("this")
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    @GuardedBy("this")
    private final List<String> left = new ArrayList<>();

    private ServiceParts(Duration all, Duration one) {
        this.all = all;
        this.one = one;
    }

    /**
     * Starts a service, which then closes these parts. If its start fails, the parts that were opened are closed.
     *
     * @param all the time that closing may take; whoever sent SIGTERM sends SIGKILL after half a minute
     * @param one the part of that time that a single part may take
     */
    public static <S, E extends Exception> S start(Duration all, Duration one, ServiceStart<S, E> start) throws E {
        ServiceParts parts = new ServiceParts(all, one);
        boolean whole = false;
        try {
            S service = start.with(parts);
            whole = true;
            return service;
        } finally {
            if (!whole) {
                parts.close();
            }
        }
    }

    /** Keeps a part that was just opened, to close it when its turn comes. */
    public synchronized <T extends AutoCloseable> T open(T part) {
        open.addLast(part);
        return part;
    }

    /** Closes each part, the last opened first. A second call has nothing left to close. */
    @Override
    public synchronized void close() {
        long end = System.nanoTime() + all.toNanos();
        while (!open.isEmpty()) {
            AutoCloseable part = open.removeLast();
            String name = part.getClass().getSimpleName();
            Thread closing = new Thread(() -> close(part, name), "closing " + name);
            closing.setDaemon(true);
            closing.start();
            long rest = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            try {
                closing.join(Math.max(LEAST_STOP_MS, Math.min(rest, one.toMillis())));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            if (closing.isAlive()) {
                left.add(name);
                log.warn("{} did not stop in time and is left running", name);
            }
        }
    }

    /** Returns the parts that {@link #close} has left running, so that native code must not be unloaded. */
    public synchronized List<String> left() {
        return List.copyOf(left);
    }

    private static void close(AutoCloseable part, String name) {
        try {
            part.close();
        } catch (Exception e) {
            log.warn("{} was not closed cleanly: {}", name, e.getMessage());
        }
    }
}
