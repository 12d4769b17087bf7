package io.twinstream.deploy.acceptance.rig;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads a process's memory as Linux counts it. */
public final class ProcessMemory {
    /**
     * A process with this option takes the memory of its first heap at its start. Without it, that comes a piece at a time as
     * garbage first reaches it, for minutes under a light load, and looks like a leak.
     */
    public static final String HEAP_AT_START = "-XX:+AlwaysPreTouch";

    private static final double KB_IN_MB = 1024;

    private ProcessMemory() {}

    /** Returns the process's memory now, in MB. */
    public static double megabytes(Process process) throws IOException {
        return field(process, "VmRSS:");
    }

    /** Returns the process's memory at its height, in MB. */
    public static double peakMegabytes(Process process) throws IOException {
        return field(process, "VmHWM:");
    }

    /** Returns the process's memory now that is no file's, in MB. */
    public static double anonymousMegabytes(Process process) throws IOException {
        return field(process, "RssAnon:");
    }

    private static double field(Process process, String name) throws IOException {
        try (var lines = Files.lines(Path.of("/proc/%d/status".formatted(process.pid())))) {
            return lines.filter(line -> line.startsWith(name))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                            .sum()
                    / KB_IN_MB;
        }
    }
}
