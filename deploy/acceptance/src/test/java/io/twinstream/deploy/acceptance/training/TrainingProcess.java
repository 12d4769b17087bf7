package io.twinstream.deploy.acceptance.training;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.twinstream.deploy.acceptance.rig.ProcessMemory;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Runs {@code twinstream train} in a process of its own, by the launcher, as a user would start it. What it prints is printed
 * on.
 */
final class TrainingProcess implements AutoCloseable {
    private final long started = System.nanoTime();
    private final CountDownLatch learning = new CountDownLatch(1);
    private final Process process;
    private final Thread reader;
    private volatile long learningFrom;
    private volatile long learningTo;

    private TrainingProcess(Process process) {
        this.process = process;
        reader = new Thread(this::read, "training-output");
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts to train on these images, with further options. */
    static TrainingProcess start(Path out, Path images, Path validation, String... options) throws IOException {
        List<String> all =
                new ArrayList<>(List.of("--images", images.toString(), "--validation", validation.toString()));
        all.addAll(List.of(options));
        return start(out, all);
    }

    private static TrainingProcess start(Path out, List<String> options) throws IOException {
        File launcher = new File(System.getProperty("twinstream.launcher", "deploy/twinstream"));
        List<String> command = new ArrayList<>(
                List.of(launcher.getAbsolutePath(), "train", "--model-version", "1", "--out", out.toString()));
        command.addAll(options);
        return new TrainingProcess(
                new ProcessBuilder(command).redirectErrorStream(true).start());
    }

    /** Waits for the package, and fails where there is none. */
    TrainingProcess await() throws InterruptedException {
        int exit = process.waitFor();
        reader.join();
        if (exit != 0) {
            throw new IllegalStateException("the training ended with " + exit);
        }
        return this;
    }

    /** Waits until the network learns. */
    void awaitLearning() throws InterruptedException {
        learning.await();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Ends the process with SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
        reader.join();
    }

    /** Returns the seconds from the command to the first step. */
    double secondsBeforeLearning() {
        return (learningFrom - started) / 1e9;
    }

    /** Returns the seconds from the first step to the last. */
    double secondsOfLearning() {
        return (learningTo - learningFrom) / 1e9;
    }

    /** Returns the seconds from the command until now. */
    double seconds() {
        return (System.nanoTime() - started) / 1e9;
    }

    /** Returns the resident memory in MB. */
    double residentMegabytes() throws IOException {
        return ProcessMemory.megabytes(process);
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }

    private void read() {
        try (BufferedReader lines = process.inputReader(UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                System.err.println("  " + line);
                // The names of the phases, each on a line of its own.
                if (line.equals("train")) {
                    learningFrom = System.nanoTime();
                    learning.countDown();
                } else if (line.equals("measure")) {
                    learningTo = System.nanoTime();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            // A training that ends before it learns keeps nobody waiting.
            learning.countDown();
        }
    }
}
