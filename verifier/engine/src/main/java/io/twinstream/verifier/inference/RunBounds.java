package io.twinstream.verifier.inference;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How much processor time a run of a model may take: a minute while nothing is known of it; once it has been warmed four
 * times what a run of as many images took then, and never less than two seconds and a half. Safe for many threads.
 *
 * <p>Maintainers: a probe is run twice before it is given up, and both have to fit into what a transaction has left.
 */
final class RunBounds {
    static final long LEAST_NANOS = TimeUnit.MILLISECONDS.toNanos(2_500);

    private static final long UNKNOWN_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final int TIMES = 4;

    /** By the binary logarithm of the number of images; 0 where it isn't known. */
    private final AtomicLongArray measured = new AtomicLongArray(Integer.SIZE);

    /** Of a run of so many images. */
    long nanos(int images) {
        for (int size = log2(images); size >= 0; size--) {
            long known = measured.get(size);
            if (known > 0) {
                return Math.max(LEAST_NANOS, TIMES * known * Math.max(1, images >> size));
            }
        }
        return UNKNOWN_NANOS;
    }

    /** Notes what a run of so many images took. */
    void measured(int images, long nanos) {
        measured.accumulateAndGet(log2(images), nanos, Math::max);
    }

    private static int log2(int images) {
        return Integer.SIZE - 1 - Integer.numberOfLeadingZeros(images);
    }
}
