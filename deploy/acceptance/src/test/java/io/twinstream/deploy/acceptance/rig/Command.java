package io.twinstream.deploy.acceptance.rig;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.List;

/** Runs a program that does one thing and ends, such as {@code docker}. */
public final class Command {
    private Command() {}

    /**
     * Runs the command, and returns what it wrote, errors included, without white space around it.
     *
     * @throws IOException if it fails, with what it wrote
     */
    public static String run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
        int status = process.waitFor();
        if (status != 0) {
            throw new IOException("%s: exit %d: %s".formatted(String.join(" ", command), status, output));
        }
        return output;
    }

    /** Runs the command as {@link #run(List)} does. */
    public static String run(String... command) throws IOException, InterruptedException {
        return run(List.of(command));
    }
}
