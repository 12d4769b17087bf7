package io.twinstream.deploy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.deploy.testkit.Ran;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class TwinstreamTest {
    @TempDir
    Path folder;

    @Test
    void helpHasNoColoursWhereNobodyLooksEvenIfSomethingAsksForThem() {
        System.setProperty("picocli.ansi", "true");
        try {
            assertFalse(Ran.run("--help").out().contains("\u001b"));
        } finally {
            System.clearProperty("picocli.ansi");
        }
    }

    @Test
    void aDemoChecksItsPortsAndTimesBeforeItStartsAnything() throws IOException {
        assertUsage("the duration must be above 0, was 0 ms", "demo", "--duration", "0s");
        assertUsage("the port must be 0 to 65535, was 70000", "demo", "--port", "70000");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertUsage(
                    "verifier can't listen on http://127.0.0.1:%1$d: another process listens there; set verifier.http.port to another port, or 0 for a free one"
                            .formatted(taken.getLocalPort()),
                    "demo",
                    "--set",
                    "verifier.http.port=" + taken.getLocalPort());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "localhost:abc", "localhost:70000", "a:1,b", ""})
    void aBrokerIsAskedForAsHostAndPort(String bootstrap) {
        assertUsage(
                "bootstrap.servers is '%s': must be host:port, comma-separated, as localhost:9092; set another, or none for localhost:9092"
                        .formatted(bootstrap),
                "topics",
                "list",
                "--bootstrap",
                bootstrap);
    }

    private static void assertUsage(String line, String... arguments) {
        Ran ran = Ran.run(arguments);

        assertEquals("twinstream: " + line, ran.err().strip());
        assertEquals(ExitCodes.USAGE, ran.exitCode());
        assertEquals("", ran.out());
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandsHelpShowsAnExampleAndTheExitCodes(String command) {
        List<String> arguments = new ArrayList<>(List.of(command.split(" ")));
        arguments.add("--help");

        Ran ran = Ran.run(arguments.toArray(String[]::new));

        assertEquals(0, ran.exitCode());
        assertTrue(ran.out().contains("Example:"), ran.out());
        assertTrue(ran.out().contains(System.lineSeparator() + "  twinstream "), ran.out());
        assertTrue(ran.out().contains("Exit codes:"), ran.out());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "settings",
                "topics create",
                "topics list",
                "topics transactions",
                "ingest",
                "verifier",
                "watch",
                "demo",
                "enrol .",
                "submit .",
                "verify a b",
                "evaluate --pairs .",
                "trainer",
                "publish model.zip",
                "runs list",
                "models list",
                "models show 1",
                "models activate 1 --reason r",
                "models rollback --reason r",
                "models shadow none --reason r",
                "models prune",
                "replay --from 1h"
            })
    void aMisspeltSettingIsAnErrorInEveryCommand(String command) {
        Ran ran = Ran.run((command + " --set verifier.treads=4").split(" "));

        assertEquals(ExitCodes.USAGE, ran.exitCode());
        assertEquals(
                "twinstream: unknown setting verifier.treads: did you mean verifier.threads?" + System.lineSeparator(),
                ran.err());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "topics",
                "verify a",
                "evaluate",
                "watch --count many",
                "demo --duration soon",
                "demo --rate 0",
                "demo --subjects 1",
                "submit --claim alice --pair a.png b.png",
                "submit --claim alice --label .",
                "submit --subject alice .",
                "submit --label --wait 1s .",
                "enrol no-such-file.png",
                "train --images a --validation b --model-version 1 --out no-such-folder/model.zip",
                "train --architecture head --images a --model-version 1 --out b.zip",
                "train --architecture head --parent compact --pairs 4 --images a --model-version 1 --out b.zip",
                "runs",
                "runs ask --name letters",
                "runs cancel",
                "runs list --trainer nowhere",
                "publish",
                "models",
                "models show",
                "models activate letters/1",
                "models activate letters/1 --reason r --in 2s --at 2024-02-29T12:00:00Z",
                "models activate letters/1 --reason r --at noon",
                "models rollback",
                "models prune --keep 0",
                "keys",
                "keys generate",
                "replay",
                "rehearse",
                "rehearse services --verbose",
                "rehearse nothing",
                "replay --from yesterday",
                "replay --from 1h --to 2h",
                "replay --from 1h --model letters",
                "settings --set topic.partitions=some"
            })
    void wrongUseIsCode2WithTheCauseOnTheFirstLine(String command) {
        Ran ran = Ran.run(command.isEmpty() ? new String[0] : command.split(" "));

        assertEquals(ExitCodes.USAGE, ran.exitCode(), ran.err());
        assertTrue(ran.err().startsWith("twinstream: "), ran.err());
        assertTrue(ran.err().lines().count() <= 3, ran.err());
    }

    @Test
    void aRehearsalOfNothingKnownNamesThoseThatUsersMayAskFor() {
        Ran ran = Ran.run("rehearse", "nothing");

        assertTrue(ran.err().contains("[SERVICES, VERIFIERS, COMMANDS]"), ran.err());
    }

    @Test
    void aMissingFileOfSettingsIsAWrongOption() {
        Ran ran = Ran.run(
                "settings", "--config", folder.resolve("none.properties").toString());

        assertEquals(ExitCodes.USAGE, ran.exitCode());
        assertEquals(
                "twinstream: --config names %s, which isn't there%n".formatted(folder.resolve("none.properties")),
                ran.err());
    }

    @Test
    void aModelThatIsNoneIsSaidInOneLine() throws IOException {
        Path model = Files.writeString(folder.resolve("model.zip"), "no zip file");

        Ran ran = Ran.run("evaluate", "--runs", ".", "--set", "verifier.model=" + model);

        assertEquals(ExitCodes.FAILURE, ran.exitCode());
        assertEquals(1, ran.err().lines().count(), ran.err());
        assertTrue(ran.err().contains(model.toString()), ran.err());
    }

    @Test
    void aPackageThatExistsIsNotTrainedOver() throws IOException {
        Path out = Files.writeString(folder.resolve("model.zip"), "a model");

        Ran ran = Ran.run(train(out));

        assertEquals(ExitCodes.USAGE, ran.exitCode());
        assertEquals("twinstream: --out %s exists: name another file, or add --overwrite%n".formatted(out), ran.err());
        assertEquals("a model", Files.readString(out));
    }

    @Test
    void aPackageThatExistsIsTrainedOverWhereThatIsAskedFor() throws IOException {
        Path out = Files.writeString(folder.resolve("model.zip"), "a model");

        Ran ran = Ran.run(train(out, "--overwrite"));

        assertTrue(ran.err().contains("no-such-images"), ran.err());
    }

    @Test
    void viewsForTeachersAreRefusedWhereThereIsNoneAndWhereThereAreTooMany() {
        Path out = folder.resolve("new.zip");

        Ran none = Ran.run(train(out, "--teacher-views", "3"));
        Ran many = Ran.run(train(out, "--teacher", "compact", "--teacher-views", "1000"));

        assertEquals(
                "twinstream: views are for teachers, and there is none: name one, or leave views out",
                none.err().strip());
        assertTrue(many.err().startsWith("twinstream: views must be 1 to "), many.err());
        assertFalse(Files.exists(out));
    }

    private String[] train(Path out, String... more) {
        List<String> arguments = new ArrayList<>(List.of("train", "--model-version", "1", "--out", out.toString()));
        for (String images : List.of("--images", "--validation")) {
            arguments.addAll(List.of(images, folder.resolve("no-such-images").toString()));
        }
        arguments.addAll(List.of(more));
        return arguments.toArray(String[]::new);
    }

    @Test
    void verboseShowsTheStackAsWell() {
        Ran ran = Ran.run("settings", "--config", folder.toString() + "/none", "--verbose");

        assertTrue(ran.err().contains("\tat "), ran.err());
    }

    static Stream<String> commands() {
        return commands("", Twinstream.commandLine());
    }

    private static Stream<String> commands(String prefix, CommandLine parent) {
        return parent.getSubcommands().entrySet().stream()
                .flatMap(entry -> Stream.concat(
                        Stream.of(prefix + entry.getKey()), commands(prefix + entry.getKey() + " ", entry.getValue())));
    }
}
