package io.twinstream.deploy.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Comparator;

/**
 * How fast probes were judged.
 *
 * @param cpuMicros processor time of the whole process for one probe, which other processes on the machine change little
 */
public record Rate(double probesPerSecond, double cpuMicros) {
    /** The one in the middle by its speed. */
    public static Rate median(Rate[] rates) {
        Rate[] sorted = rates.clone();
        Arrays.sort(sorted, Comparator.comparingDouble(Rate::probesPerSecond));
        return sorted[sorted.length / 2];
    }

    @Override
    public String toString() {
        return "%.0f probes/s (%.0f us)".formatted(probesPerSecond, cpuMicros);
    }

    /** Begins to measure. */
    static Watch start() {
        return new Watch(System.nanoTime(), cpuNanos());
    }

    private static long cpuNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    record Watch(long startNanos, long startCpuNanos) {
        Rate stop(long probes) {
            double seconds = (System.nanoTime() - startNanos) / 1e9;
            return new Rate(probes / seconds, (cpuNanos() - startCpuNanos) / 1e3 / probes);
        }
    }
}
