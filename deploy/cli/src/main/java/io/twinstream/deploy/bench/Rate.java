package io.twinstream.deploy.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Says how fast probes were judged.
 *
 * @param cpuMicros processor time of the whole process for one probe, which other processes on the machine change little
 */
public record Rate(double probesPerSecond, double cpuMicros) {
    /** Returns the median of the rates by speed. */
    public static Rate median(Rate[] rates) {
        Rate[] sorted = rates.clone();
        Arrays.sort(sorted, Comparator.comparingDouble(Rate::probesPerSecond));
        return sorted[sorted.length / 2];
    }

    /**
     * Returns how many times as fast some are as others, as the median of the rounds' ratios: what slows a machine down slows
     * all of a round down.
     */
    public static double medianRatio(Rate[] rates, Rate[] others) {
        return IntStream.range(0, rates.length)
                .mapToDouble(i -> rates[i].probesPerSecond / others[i].probesPerSecond)
                .sorted()
                .skip(rates.length / 2)
                .findFirst()
                .orElseThrow();
    }

    Rate mean(Rate other) {
        return new Rate((probesPerSecond + other.probesPerSecond) / 2, (cpuMicros + other.cpuMicros) / 2);
    }

    @Override
    public String toString() {
        return "%.0f probes/s (%.0f us)".formatted(probesPerSecond, cpuMicros);
    }

    /** Begins to measure; the watch gives the rate once it is asked for it. */
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
