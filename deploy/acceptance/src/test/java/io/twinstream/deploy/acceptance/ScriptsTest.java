package io.twinstream.deploy.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tries what all scripts of {@code deploy/acceptance} share: they say what they are, take no wrong word, and leave nothing
 * running.
 */
class ScriptsTest {
    private static final Path CHECKS = Path.of("acceptance").toAbsolutePath();
    private static final String SHARED = ". \"$(dirname \"$0\")/lib.sh\"";
    private static final int TERMINATED = 128 + 15;

    @TempDir
    Path folder;

    static List<Path> scripts() throws IOException {
        try (Stream<Path> files = Files.list(CHECKS)) {
            return files.filter(Files::isRegularFile)
                    .filter(Files::isExecutable)
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void eachSaysWhatItChecksHowLongThatTakesAndWhatItNeeds(Path script) throws Exception {
        assertEquals(
                SHARED,
                Files.readAllLines(script).stream()
                        .filter(line -> !line.startsWith("#"))
                        .findFirst()
                        .orElseThrow(),
                "before this line nothing may run");

        Ended help = run(List.of(script.toString(), "--help"));

        assertEquals(0, help.status(), help.text());
        assertTrue(
                help.text()
                        .matches("(?s)" + script.getFileName()
                                + " checks a promise of [a-z ]+\\.\n\n\\S.*\n\nIt takes about .*\nIt needs .*"),
                help.text());
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void noneTakesAWordThatItDoesNotKnow(Path script) throws Exception {
        Ended refused = run(List.of(script.toString(), "--no-such"));

        assertEquals(2, refused.status(), refused.text());
        assertEquals(
                "%s: there is no option --no-such; '%s --help' says what there is\n"
                        .formatted(script.getFileName(), script),
                refused.text());
    }

    @ParameterizedTest
    @CsvSource({
        "0, --quick, got --quick",
        "0, --into there --quick some-file, got --into there --quick some-file",
        "2, --into, check: --into needs FOLDER",
        "2, --quick=no, check: there is no option --quick=no",
        "0, --quick -h, check checks a promise of tests.",
    })
    void optionsAreThoseOfTheFirstLines(int status, String words, String first) throws Exception {
        List<String> command = new ArrayList<>(List.of("bash", check("echo got \"$@\"")));
        command.addAll(List.of(words.split(" ")));

        Ended ended = run(command);

        assertEquals(status, ended.status(), ended.text());
        assertTrue(ended.text().startsWith(first), ended.text());
    }

    @Test
    void whatAScriptHasStartedEndsWithIt() throws Exception {
        Process script = new ProcessBuilder(
                        "bash",
                        check("at_exit 'echo undone first'", "bash -c 'sleep 600 & echo $!; wait'", "echo not reached"))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader lines = script.inputReader()) {
            String below = lines.readLine();

            // A process of Java's would close what is to be read.
            script.toHandle().destroy();

            assertEquals(List.of("undone first"), lines.lines().toList());
            assertEquals(TERMINATED, script.waitFor());
            assertTrue(ChildProcessesTest.hasEnded(below), below);
        }
    }

    /** Writes a script of this folder's kind and returns its path. */
    private String check(String... commands) throws IOException {
        return Files.writeString(folder.resolve("check"), """
                        #!/usr/bin/env bash
                        # promise of tests: It keeps
                        #   this.
                        # takes: about a second on two cores
                        # needs: nothing but what all checks need
                        # option --quick: does less
                        # option --into FOLDER: writes there
                        # option FILE: reads it
                        . '%s/lib.sh'
                        %s
                        """.formatted(CHECKS, String.join("\n", commands)))
                .toString();
    }

    /** Holds how a command ended, and all that it wrote. */
    private record Ended(int status, String text) {}

    private static Ended run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes(), UTF_8);
        return new Ended(process.waitFor(), text);
    }
}
