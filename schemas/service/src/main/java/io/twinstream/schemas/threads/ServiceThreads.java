package io.twinstream.schemas.threads;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a service's long-lived threads and sees whatever Throwable ends one: it is logged with the thread's name, counted, and
 * kept as {@link #trouble}. Each service has one such object. Safe for many threads.
 *
 * <p>After a failure of the JVM itself, such as memory that has run out or a class that can't be loaded, nothing can be relied
 * on. It completes {@link #broken}, and whoever runs the service ends the process.
 */
public final class ServiceThreads {
    private static final Logger log = LoggerFactory.getLogger(ServiceThreads.class);

    /**
     * Failures by the kind of thread, which begin with zero when a kind's first thread is made, since a rate needs a first
     * value.
     */
    private final Map<String, LongAdder> failures = new ConcurrentHashMap<>();

    private final Runnable lastResort;
    private final CompletableFuture<String> broken = new CompletableFuture<>();

    /** The failure that first ended a thread, by its kind. */
    private final Map<String, String> troubles = new ConcurrentSkipListMap<>();

    /** Makes threads of a process that ends at once where memory has run out to the last. */
    public ServiceThreads() {
        this(LastResort.ready());
    }

    ServiceThreads(Runnable lastResort) {
        this.lastResort = lastResort;
    }

    /**
     * Makes a thread that isn't started yet.
     *
     * @param name the thread's name, whose first word is the kind that failures are counted under: {@code gallery acme/7}
     */
    public Thread thread(String name, Runnable work) {
        count(name);
        Thread thread = new Thread(work, name);
        thread.setUncaughtExceptionHandler((ended, failure) -> ended(name, failure));
        return thread;
    }

    /** Makes daemon threads of one name, for an executor whose work is to be a {@link #job}. */
    public ThreadFactory daemons(String name) {
        count(name);
        return work -> {
            Thread thread = thread(name, work);
            thread.setDaemon(true);
            return thread;
        };
    }

    /**
     * Makes an executor of daemon threads for work that is repeated. It sees the failure that ends a task; other executors
     * hide that and never run the task again.
     */
    public ScheduledExecutorService scheduled(String name, int size) {
        return new ScheduledThreadPoolExecutor(size, daemons(name)) {
            @Override
            protected void afterExecute(Runnable task, @Nullable Throwable failure) {
                super.afterExecute(task, failure);
                if (failure == null && task instanceof Future<?> done && done.isDone() && !done.isCancelled()) {
                    try {
                        Object unused = done.get();
                    } catch (ExecutionException e) {
                        ended(name, e.getCause() == null ? e : e.getCause());
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }
            }
        };
    }

    /** Wraps a job whose failure goes to whoever waits for it; an {@link Error} is counted here too. */
    public <T> Supplier<T> job(String name, Supplier<T> work) {
        return () -> {
            try {
                return work.get();
            } catch (Error error) {
                survived(name, error);
                throw error;
            }
        };
    }

    /** Notes that a failure has ended a thread, or work that is repeated. */
    public void ended(String name, Throwable failure) {
        String line = "";
        try {
            count(name).increment();
            Optional<String> known = BrokenMachine.told(failure);
            line = "the thread %s was ended%s"
                    .formatted(name, known.map(each -> ": " + each).orElseGet(() -> " by " + failure));
            troubles.putIfAbsent(kind(name), line);
            if (known.isPresent()) {
                log.error(line);
            } else {
                log.error(line, failure);
            }
        } catch (OutOfMemoryError e) {
            // What there isn't the memory to say there isn't to stop in order with either.
            lastResort.run();
        } finally {
            Error error = errorIn(failure);
            if (error instanceof VirtualMachineError || error instanceof LinkageError) {
                broken.complete(line);
            }
        }
    }

    /** Notes a failure that the thread has survived, since it ended only one request or one job. */
    public void survived(String name, Throwable failure) {
        count(name).increment();
        BrokenMachine.told(failure)
                .ifPresentOrElse(
                        line -> log.error("{} failed and goes on: {}", name, line),
                        () -> log.error("{} failed and goes on", name, failure));
    }

    /** Returns in one line which threads were ended by which failures, or an empty text. Only a restart brings a thread back. */
    public String trouble() {
        return String.join("; ", troubles.values());
    }

    /** Returns a future that is completed, with one line, once the JVM itself has failed. */
    public CompletableFuture<String> broken() {
        return broken;
    }

    /**
     * Waits until the JVM itself has failed or one of these futures is done, and returns its one line.
     *
     * @param ends futures for further reasons for which a service can't go on
     */
    @SafeVarargs
    public final String awaitEnd(CompletableFuture<String>... ends) throws InterruptedException {
        CompletableFuture<String> end = broken.copy();
        for (CompletableFuture<String> each : ends) {
            end = end.applyToEither(each, line -> line);
        }
        try {
            return end.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns how many Throwables were seen, by kind of thread. */
    public Map<String, LongAdder> failures() {
        return Collections.unmodifiableMap(failures);
    }

    /** Returns the error that caused an exception, or null. */
    public static @Nullable Error errorIn(@Nullable Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof Error error) {
                return error;
            }
        }
        return null;
    }

    /** Returns how many Throwables were seen of this kind of thread, which is known from the first call on. */
    public LongAdder count(String name) {
        return failures.computeIfAbsent(kind(name), kind -> new LongAdder());
    }

    private static String kind(String name) {
        return name.replaceFirst("(?s)\\s.*", "");
    }
}
