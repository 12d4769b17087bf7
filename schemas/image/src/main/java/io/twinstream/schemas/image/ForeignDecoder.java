package io.twinstream.schemas.image;

import io.twinstream.schemas.text.Sha256;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.FutureTask;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs decoders that aren't ours on threads of their own, with a deadline: 4 s of processor time or 8 s by the clock,
 * whichever comes first. Then the thread is interrupted and given up, and the picture is tried once more on another one. If
 * that one hangs too, the picture is {@link ImageFault#STUCK}, and is refused as such from then on. Safe for many threads.
 *
 * <p>Maintainers: two tries take 16 s at most, less than the 20 s of a transaction in which a probe is decoded. Processor time
 * counts apart, so that a busy machine doesn't condemn a picture that is merely slow. A thread can't be killed: one that
 * ignores its interrupt goes on, is counted, and its result is dropped. {@code ImageReader.abort} isn't called, as it takes
 * the lock of a reader that may never let go of it; instead the input ends for an interrupted thread.
 */
public final class ForeignDecoder {
    private static final Logger log = LoggerFactory.getLogger(ForeignDecoder.class);
    private static final ForeignDecoder SHARED = new ForeignDecoder(Duration.ofSeconds(4), Duration.ofSeconds(8));
    private static final Duration LONG = Duration.ofSeconds(1);
    private static final int TRIES = 2;
    private static final long IDLE_SECONDS = 10;
    private static final long LOOK_MILLIS = 200;
    private static final int MOST_KNOWN = 1_000;

    /** Decodes to a result that shares nothing mutable with the caller or with another try. */
    public interface Decoding<T> {
        T decode() throws ImageRefusedException;
    }

    private final ThreadMXBean times = ManagementFactory.getThreadMXBean();
    private final long cpuNanos;
    private final long wallNanos;
    private final Set<Try<?>> underway = ConcurrentHashMap.newKeySet();
    /** The SHA-256 of pictures that were stuck, the oldest first. */
    private final Set<String> stuck = new LinkedHashSet<>();

    private final AtomicInteger made = new AtomicInteger();
    private final ExecutorService threads = new ThreadPoolExecutor(
            0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), this::thread);
    private volatile boolean anyStuck;

    ForeignDecoder(Duration cpu, Duration wall) {
        this.cpuNanos = cpu.toNanos();
        this.wallNanos = wall.toNanos();
    }

    /**
     * Decodes a picture on another thread and waits for the result.
     *
     * @param encoded the picture, by which it is known again
     * @throws ImageRefusedException with the decoding's own fault, {@code TOO_MANY_PIXELS} where memory doesn't suffice,
     *     {@code DAMAGED} where the decoder fails otherwise, {@code STUCK} where it doesn't end
     */
    public static <T> T decode(byte[] encoded, Decoding<T> decoding) throws ImageRefusedException {
        return SHARED.result(encoded, decoding);
    }

    /** Returns the number of threads that were given up and still run. */
    public static int lost() {
        return SHARED.lostThreads();
    }

    /**
     * Returns since when the slowest picture has been decoded, whether given up or not; empty unless one takes longer than a
     * second.
     */
    public static Optional<Instant> hangingSince() {
        return SHARED.longestSince(true);
    }

    /**
     * Returns since when the slowest picture that somebody still waits for has been decoded; empty unless one takes longer
     * than a second.
     */
    public static Optional<Instant> awaitedSince() {
        return SHARED.longestSince(false);
    }

    /** Makes the exception for a picture that takes more memory than there is. */
    public static ImageRefusedException tooLarge() {
        return new ImageRefusedException(
                ImageFault.TOO_MANY_PIXELS, "the image needs more memory than there is: send it smaller");
    }

    int lostThreads() {
        return (int) underway.stream().filter(each -> each.lost).count();
    }

    Optional<Instant> longestSince(boolean lostToo) {
        Instant bound = Instant.now().minus(LONG);
        return underway.stream()
                .filter(each -> lostToo || !each.lost)
                .map(each -> each.begun)
                .filter(begun -> begun.isBefore(bound))
                .min(Comparator.naturalOrder());
    }

    <T> T result(byte[] encoded, Decoding<T> decoding) throws ImageRefusedException {
        if (anyStuck && isKnown(Sha256.of(encoded))) {
            throw stuck();
        }
        for (int i = 0; i < TRIES; i++) {
            Try<T> once = new Try<>(decoding);
            threads.execute(once);
            Outcome<T> outcome = await(once);
            if (outcome != null) {
                return outcome.get();
            }
        }
        know(Sha256.of(encoded));
        throw stuck();
    }

    private Thread thread(Runnable work) {
        Thread thread = new Thread(work, "foreign-decoder-" + made.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    }

    private static <T> Outcome<T> outcome(Decoding<T> decoding) {
        try {
            return new Outcome<>(decoding.decode(), null);
        } catch (ImageRefusedException | RuntimeException | Error e) {
            // The caller's thread throws it again, and must not wait for this thread to end.
            return new Outcome<>(null, e);
        }
    }

    /** Waits until the try ends, even if interrupted; returns null when its time is over. */
    private <T> @Nullable Outcome<T> await(Try<T> once) {
        long start = System.nanoTime();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return once.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
                } catch (ExecutionException e) {
                    throw new IllegalStateException("an outcome carries what fails", e);
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (TimeoutException e) {
                    if (cpuNanos(once) > this.cpuNanos || System.nanoTime() - start > wallNanos) {
                        giveUp(once);
                        return null;
                    }
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Returns the processor time that a try has taken; its thread may have used some before. */
    private long cpuNanos(Try<?> once) {
        Thread thread = once.thread;
        return thread == null || !times.isThreadCpuTimeEnabled()
                ? 0
                : Math.max(0, times.getThreadCpuTime(thread.getId()) - once.cpuStartNanos);
    }

    private void giveUp(Try<?> once) {
        once.lost = true;
        once.cancel(true);
        log.warn(
                "a picture's decoder has hung since {}: its thread is given up; {} such threads are still running",
                once.begun,
                lostThreads());
    }

    private synchronized boolean isKnown(String sha256) {
        return stuck.contains(sha256);
    }

    private synchronized void know(String sha256) {
        anyStuck = true;
        stuck.add(sha256);
        if (stuck.size() > MOST_KNOWN) {
            Iterator<String> oldest = stuck.iterator();
            oldest.next();
            oldest.remove();
        }
    }

    private static ImageRefusedException stuck() {
        return new ImageRefusedException(
                ImageFault.STUCK, "the image's decoder didn't end, twice: send it in another format");
    }

    /** Holds the result or the failure of a decoding. */
    private record Outcome<T>(@Nullable T result, @Nullable Throwable failure) {
        T get() throws ImageRefusedException {
            if (result != null) {
                return result;
            } else if (failure instanceof ImageRefusedException refused) {
                throw refused;
            } else if (failure instanceof OutOfMemoryError) {
                throw tooLarge();
            } else if (failure instanceof RuntimeException || failure instanceof StackOverflowError) {
                throw new ImageRefusedException(
                        ImageFault.DAMAGED,
                        "the image is damaged: its decoder ends with "
                                + failure.getClass().getSimpleName());
            }
            throw new IllegalStateException("a decoder can't run: " + failure, failure);
        }
    }

    /** A try is one decoding of one picture. It never fails, since its outcome carries the failure. */
    private final class Try<T> extends FutureTask<Outcome<T>> {
        private volatile @Nullable Thread thread;
        private volatile Instant begun = Instant.now();
        private volatile boolean lost;
        private volatile long cpuStartNanos;

        Try(Decoding<T> decoding) {
            super(() -> outcome(decoding));
        }

        @Override
        public void run() {
            cpuStartNanos = times.isThreadCpuTimeEnabled() ? times.getCurrentThreadCpuTime() : 0;
            begun = Instant.now();
            thread = Thread.currentThread();
            underway.add(this);
            try {
                super.run();
            } finally {
                underway.remove(this);
            }
        }
    }
}
