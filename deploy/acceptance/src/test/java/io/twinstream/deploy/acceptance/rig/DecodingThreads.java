package io.twinstream.deploy.acceptance.rig;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongUnaryOperator;

/** Measures what the current thread and those that decode for it take, while nobody else decodes in this process. */
public final class DecodingThreads {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final String NAME = "foreign-decoder-";
    private static final Map<Long, Long> CPU_NANOS = new ConcurrentHashMap<>();
    private static final Map<Long, Long> ALLOCATED_BYTES = new ConcurrentHashMap<>();

    private DecodingThreads() {}

    /** Returns the processor time so far, in nanoseconds. */
    public static long cpuNanos() {
        return sum(THREADS::getThreadCpuTime, CPU_NANOS);
    }

    /** Returns the bytes allocated so far, whether or not they are free again. */
    public static long allocatedBytes() {
        return sum(THREADS::getThreadAllocatedBytes, ALLOCATED_BYTES);
    }

    /** Returns the sum over the threads; one that has ended meanwhile counts with what it had taken when it was last seen. */
    private static long sum(LongUnaryOperator figure, Map<Long, Long> seen) {
        for (ThreadInfo thread : THREADS.getThreadInfo(THREADS.getAllThreadIds())) {
            if (thread != null && thread.getThreadName().startsWith(NAME)) {
                seen.merge(thread.getThreadId(), figure.applyAsLong(thread.getThreadId()), Math::max);
            }
        }
        long sum = figure.applyAsLong(Thread.currentThread().getId());
        for (long each : seen.values()) {
            sum += each;
        }
        return sum;
    }
}
