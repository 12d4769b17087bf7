package io.twinstream.schemas.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Measures the memory of a process that is in RAM, as Linux counts it. */
public final class ResidentMemory {
    private static final String FIELD = "VmRSS:";
    private static final int KIB = 1024;

    private ResidentMemory() {}

    /** Returns whether this machine tells it. */
    public static boolean known() {
        return !Double.isNaN(bytes());
    }

    /** Returns this process's memory in bytes; NaN where the machine doesn't tell it. */
    public static double bytes() {
        return bytes("self");
    }

    /** Returns another process's memory in bytes; NaN where the machine doesn't tell it, or the process has ended. */
    public static double bytes(long pid) {
        return bytes(Long.toString(pid));
    }

    private static double bytes(String process) {
        try (Stream<String> lines = Files.lines(Path.of("/proc", process, "status"))) {
            return lines.filter(line -> line.startsWith(FIELD))
                    .mapToDouble(line -> KIB
                            * Double.parseDouble(line.substring(FIELD.length())
                                    .replace("kB", "")
                                    .strip()))
                    .findFirst()
                    .orElse(Double.NaN);
        } catch (IOException | UncheckedIOException e) {
            return Double.NaN;
        }
    }
}
