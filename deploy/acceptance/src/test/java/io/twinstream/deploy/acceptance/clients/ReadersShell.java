package io.twinstream.deploy.acceptance.clients;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Runs commands as a reader of the documentation types them.
 *
 * @param folder where they run
 * @param variables what the environment has besides this process's
 */
record ReadersShell(Path folder, Map<String, String> variables) {
    private static final Duration LONGEST = Duration.ofMinutes(3);

    ReadersShell {
        variables = Map.copyOf(variables);
    }

    /** Holds how a command ended, with the lines that it wrote. */
    record Ended(int status, List<String> out, List<String> err) {
        /** Returns the last line that it wrote, of errors where there are any; empty if it wrote nothing. */
        String lastLine() {
            List<String> lines = err.isEmpty() ? out : err;
            return lines.isEmpty() ? "" : lines.get(lines.size() - 1);
        }
    }

    /** Is a command that runs until it is stopped. */
    record Running(Process process, Path out, Path err) {
        List<String> lines() throws IOException {
            return Files.readAllLines(out);
        }

        List<String> errors() throws IOException {
            return Files.readAllLines(err);
        }

        /** Asks it to end, as a terminal or an init system does, and returns its status. */
        int stop() throws InterruptedException {
            process.destroy();
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
            return process.exitValue();
        }
    }

    /** Returns a shell whose environment has this as well. */
    ReadersShell with(Map<String, String> further) {
        Map<String, String> all = new HashMap<>(variables);
        all.putAll(further);
        return new ReadersShell(folder, all);
    }

    /** Runs a command to its end. One that takes longer than minutes is killed, and has the status of that. */
    Ended run(String command) throws IOException, InterruptedException {
        Running running = start(command);
        if (!running.process().waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS)) {
            running.process().descendants().forEach(ProcessHandle::destroyForcibly);
            running.process().destroyForcibly().waitFor();
        }
        return new Ended(running.process().exitValue(), running.lines(), running.errors());
    }

    /** Starts a command, which takes the place of its shell, so that a signal reaches it. */
    Running start(String command) throws IOException {
        Path out = Files.createTempFile(folder, "command-", ".out");
        Path err = Files.createTempFile(folder, "command-", ".err");
        ProcessBuilder process = new ProcessBuilder("bash", "-c", "exec " + command)
                .directory(folder.toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        process.environment().putAll(variables);
        return new Running(process.start(), out, err);
    }
}
