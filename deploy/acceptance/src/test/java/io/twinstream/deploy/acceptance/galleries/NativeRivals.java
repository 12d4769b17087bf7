package io.twinstream.deploy.acceptance.galleries;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Runs what others make of the same comparisons on one core, each in a process of its own: a loop over all numbers in C with AVX-512,
 * where gcc and the CPU have it, and faiss's search by L1, where Debian's python3-faiss is. A rate of 0 says that it isn't there.
 */
final class NativeRivals {
    private static final Path PYTHON = Path.of("/usr/bin/python3");

    private final List<String> c;
    private final List<String> faiss;

    private NativeRivals(List<String> c, List<String> faiss) {
        this.c = c;
        this.faiss = faiss;
    }

    /**
     * Finds out which of them are there.
     *
     * @param folder receives their programs
     */
    static NativeRivals find(Path folder) throws IOException, InterruptedException {
        Path source = copy("exact-l1.c", folder);
        Path program = folder.resolve("exact-l1");
        boolean compiled = run(List.of("gcc", "-O3", "-march=native", "-o", program.toString(), source.toString()))
                        .isPresent()
                && run(List.of(program.toString(), "1", "1000", "1")).isPresent();
        Path script = copy("faiss-l1.py", folder);
        List<String> faiss = List.of(PYTHON.toString(), script.toString());
        boolean known =
                Files.isExecutable(PYTHON) && run(with(faiss, "1", "1000", "1")).isPresent();
        return new NativeRivals(compiled ? List.of(program.toString()) : List.of(), known ? faiss : List.of());
    }

    /** Returns C's million comparisons per second for a batch of probes. */
    double rateOfC(int probes, int references, int passes) throws IOException, InterruptedException {
        return rate(c, probes, references, passes);
    }

    /** Returns faiss's million comparisons per second for a batch of probes. */
    double rateOfFaiss(int probes, int references, int passes) throws IOException, InterruptedException {
        return rate(faiss, probes, references, passes);
    }

    private static double rate(List<String> command, int probes, int references, int passes)
            throws IOException, InterruptedException {
        if (command.isEmpty()) {
            return 0;
        }
        List<String> whole =
                with(command, Integer.toString(probes), Integer.toString(references), Integer.toString(passes));
        return Double.parseDouble(run(whole)
                .orElseThrow(() -> new IOException("no figure from " + whole))
                .strip());
    }

    private static List<String> with(List<String> command, String... more) {
        List<String> whole = new ArrayList<>(command);
        whole.addAll(List.of(more));
        return whole;
    }

    private static Path copy(String name, Path folder) throws IOException {
        Path file = folder.resolve(name);
        try (InputStream source = NativeRivals.class.getResourceAsStream(name)) {
            Files.copy(Objects.requireNonNull(source, name), file);
        }
        return file;
    }

    /** Returns what a program says, or nothing if it isn't there or fails. */
    private static Optional<String> run(List<String> command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            ByteArrayOutputStream said = new ByteArrayOutputStream();
            process.getInputStream().transferTo(said);
            return process.waitFor() == 0 ? Optional.of(said.toString(StandardCharsets.UTF_8)) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
