package io.twinstream.deploy.acceptance.speed;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import javax.management.MBeanServerConnection;

/**
 * Holds what a JVM's threads have allocated so far, or in some time, and how long its collections had them stand still.
 *
 * @param allocated bytes by the thread's name; those of threads that have ended are not known
 * @param collectionMillis milliseconds of all collectors
 */
record Heap(Map<String, Long> allocated, long collectionMillis) {
    /** Reads the figures of a JVM now. */
    static Heap of(MBeanServerConnection jvm) throws IOException {
        ThreadMXBean threads =
                ManagementFactory.newPlatformMXBeanProxy(jvm, ManagementFactory.THREAD_MXBEAN_NAME, ThreadMXBean.class);
        long[] ids = threads.getAllThreadIds();
        long[] bytes = threads.getThreadAllocatedBytes(ids);
        var names = threads.getThreadInfo(ids);
        Map<String, Long> allocated = new HashMap<>();
        for (int i = 0; i < ids.length; i++) {
            if (names[i] != null && bytes[i] >= 0) {
                allocated.merge(names[i].getThreadName(), bytes[i], Long::sum);
            }
        }
        long millis = 0;
        for (GarbageCollectorMXBean each : ManagementFactory.getPlatformMXBeans(jvm, GarbageCollectorMXBean.class)) {
            millis += each.getCollectionTime();
        }
        return new Heap(allocated, millis);
    }

    Heap since(Heap before) {
        Map<String, Long> more = new HashMap<>(allocated);
        before.allocated.forEach((thread, bytes) -> more.computeIfPresent(thread, (name, now) -> now - bytes));
        return new Heap(more, collectionMillis - before.collectionMillis);
    }

    /** Returns the bytes allocated by the threads with such names. */
    long bytes(Predicate<String> thread) {
        return allocated.entrySet().stream()
                .filter(each -> thread.test(each.getKey()))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }
}
