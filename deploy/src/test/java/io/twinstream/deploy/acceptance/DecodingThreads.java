package io.twinstream.deploy.acceptance;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.function.LongUnaryOperator;

/** What the current thread and those that decode for it take; nobody else decodes in this process meanwhile. */
final class DecodingThreads {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final String NAME = "foreign-decoder-";

    private DecodingThreads() {}

    /** Processor time so far. */
    static long cpuNanos() {
        return sum(THREADS::getThreadCpuTime);
    }

    /** Memory allocated so far, whether or not it is free again. */
    static long allocatedBytes() {
        return sum(THREADS::getThreadAllocatedBytes);
    }

    private static long sum(LongUnaryOperator figure) {
        long sum = figure.applyAsLong(Thread.currentThread().getId());
        for (ThreadInfo thread : THREADS.getThreadInfo(THREADS.getAllThreadIds())) {
            if (thread != null && thread.getThreadName().startsWith(NAME)) {
                sum += figure.applyAsLong(thread.getThreadId());
            }
        }
        return sum;
    }
}
