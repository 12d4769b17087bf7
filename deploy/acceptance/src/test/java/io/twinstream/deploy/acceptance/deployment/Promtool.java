package io.twinstream.deploy.acceptance.deployment;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs {@code promtool}. */
final class Promtool {
    private Promtool() {}

    /** Returns what it finds fault with in a scrape, a line each. */
    static List<String> faults(String scrape) throws IOException, InterruptedException {
        Process process = start(Path.of("."), "check", "metrics");
        try (OutputStream in = process.getOutputStream()) {
            in.write(scrape.getBytes(UTF_8));
        }
        List<String> lines = new String(process.getInputStream().readAllBytes(), UTF_8)
                .lines()
                .toList();
        return process.waitFor() == 0 || !lines.isEmpty() ? lines : List.of("promtool failed without a word");
    }

    /** Returns whether a command succeeds in a folder, and prints what it says. */
    static boolean passes(Path folder, String... arguments) throws IOException, InterruptedException {
        Process process = start(folder, arguments);
        process.getOutputStream().close();
        System.err.print(new String(process.getInputStream().readAllBytes(), UTF_8));
        return process.waitFor() == 0;
    }

    private static Process start(Path folder, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("promtool"));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
    }
}
