package io.twinstream.deploy.acceptance.models;

import io.twinstream.deploy.testkit.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * An import attempt is one call of the import command with what it must answer.
 *
 * @param name what is wrong, or whose file it is
 * @param reason what the refusal must say; empty where the model must be taken
 * @param length the numbers of an embedding where the model must be taken, else 0
 * @param arguments what follows {@code import}
 */
record ImportAttempt(String name, String reason, int length, List<String> arguments) {
    private static final String BEGIN = "twinstream: ";
    private static final String HELP = "Try 'twinstream import --help'";

    ImportAttempt {
        arguments = List.copyOf(arguments);
    }

    static ImportAttempt refused(String name, String reason, List<String> arguments) {
        return new ImportAttempt(name, reason, 0, arguments);
    }

    static ImportAttempt taken(String name, int length, List<String> arguments) {
        return new ImportAttempt(name, "", length, arguments);
    }

    /** Runs it, and returns what isn't as it must be; empty where all is. */
    String fault(Path folder) throws IOException {
        List<String> call = new ArrayList<>(List.of("import", "--json"));
        call.addAll(arguments);
        Map<Path, Long> before = files(folder);
        Ran ran = Ran.run(call.toArray(String[]::new));
        Map<Path, Long> after = files(folder);
        List<String> lines = ran.err().lines().toList();
        // What is wrong in the call itself is followed by the way to the help.
        List<String> told = lines.stream()
                .filter(line -> !line.isBlank() && !line.startsWith(HELP))
                .toList();
        String last = told.isEmpty() ? "" : told.get(told.size() - 1);
        System.err.printf("%s: %s%n", name, reason.isEmpty() ? ran.out().strip() + last : last);
        if (reason.isEmpty()) {
            return ran.exitCode() == 0 && ran.out().contains("\"embeddingLength\":" + length + ",")
                    ? ""
                    : "not taken as a model of %d numbers: %s".formatted(length, last);
        }
        if (ran.exitCode() == 0 || !ran.out().isEmpty()) {
            return "not refused, exit code " + ran.exitCode();
        }
        if (!last.startsWith(BEGIN)
                || lines.stream().filter(each -> each.startsWith(BEGIN)).count() != 1) {
            return "not refused in one line: " + ran.err();
        }
        if (!last.contains(reason)) {
            return "refused for another reason than '%s': %s".formatted(reason, last);
        }
        if (ran.err().contains("Exception")
                || ran.err().contains("\tat ")
                || ran.err().contains("internal error")) {
            return "refused with the program's own trouble: " + ran.err();
        }
        return before.equals(after) ? "" : "left something behind: " + after.keySet();
    }

    /** Returns all files below a folder with their sizes. */
    private static Map<Path, Long> files(Path folder) throws IOException {
        Map<Path, Long> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.toList()) {
                files.put(each, Files.isRegularFile(each) ? Files.size(each) : -1);
            }
        }
        return files;
    }
}
