package io.twinstream.deploy.acceptance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a process holds in memory, as Linux counts it. */
final class ResidentMemory {
    private static final double KB_IN_MB = 1024;

    private ResidentMemory() {}

    /** In MB. */
    static double megabytes(Process process) throws IOException {
        try (var lines = Files.lines(Path.of("/proc/%d/status".formatted(process.pid())))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                            .sum()
                    / KB_IN_MB;
        }
    }
}
