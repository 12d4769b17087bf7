package io.twinstream.deploy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
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
                "publish",
                "replay",
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
    void aMissingFileIsSaidInOneLine() {
        Ran ran = Ran.run(
                "settings", "--config", folder.resolve("none.properties").toString());

        assertEquals(ExitCodes.FAILURE, ran.exitCode());
        assertEquals(
                "twinstream: no file or folder " + folder.resolve("none.properties") + System.lineSeparator(),
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
