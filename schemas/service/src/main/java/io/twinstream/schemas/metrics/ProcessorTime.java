package io.twinstream.schemas.metrics;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** Measures the time that this process has taken of the machine's processors. */
final class ProcessorTime {
    static final ProcessorTime SYSTEM = new ProcessorTime();

    private static final double NANOS = 1e9;

    private final OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private ProcessorTime() {}

    /** Returns the time summed over all threads, those of native code included. */
    double seconds() {
        return system.getProcessCpuTime() / NANOS;
    }
}
