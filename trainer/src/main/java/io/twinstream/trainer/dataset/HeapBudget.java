package io.twinstream.trainer.dataset;

import java.util.Locale;

/**
 * The heap budget bounds what decoded images may take of the heap. It counts on past its limit, so that a refusal can
 * say how much would be needed. It is for one thread.
 */
final class HeapBudget {
    private static final double SHARE = 0.6;

    private final long heapBytes;
    private long bytes;

    /** @param heapBytes the most that the JVM may take; the images may have {@value #SHARE} of it */
    HeapBudget(long heapBytes) {
        this.heapBytes = heapBytes;
    }

    static HeapBudget ofThisJvm() {
        return new HeapBudget(Runtime.getRuntime().maxMemory());
    }

    void add(long more) {
        bytes += more;
    }

    boolean isExceeded() {
        return bytes > SHARE * heapBytes;
    }

    /** Returns one line with what the images take, what they may take, and what to do. */
    String refusal() {
        return String.format(
                Locale.ROOT,
                "the decoded images take %,d MiB and may take %,d MiB, 60 %% of the heap: "
                        + "set TWINSTREAM_JAVA_OPTS=-Xmx%dg, or use fewer or smaller images",
                mebibytes(bytes),
                mebibytes((long) (SHARE * heapBytes)),
                (long) Math.ceil(bytes / SHARE / (1 << 30)));
    }

    private static long mebibytes(long bytes) {
        return (bytes + (1 << 20) - 1) >> 20;
    }
}
