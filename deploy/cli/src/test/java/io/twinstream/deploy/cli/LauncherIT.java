package io.twinstream.deploy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.twinstream.deploy.drawing.DrawnCharacters;
import io.twinstream.deploy.testkit.Ran;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisabledOnOs(OS.WINDOWS)
@Execution(ExecutionMode.CONCURRENT)
class LauncherIT {
    /** Is what Java itself says of the Vector API, which nothing turns off. */
    private static final String OF_JAVA = "WARNING: Using incubator modules: jdk.incubator.vector";

    /** Processes that live for seconds win by compiling less. */
    private static final String SHORT_LIVED = "-XX:TieredStopAtLevel=1";

    private static final Path LAUNCHER = Path.of("twinstream").toAbsolutePath();

    @TempDir
    Path folder;

    @Test
    void itRunsThroughASymlinkFromAFolderWithSpaces() throws Exception {
        Path here = Files.createDirectories(folder.resolve("a folder"));
        Path link = Files.createSymbolicLink(here.resolve("a link"), LAUNCHER);
        Files.write(here.resolve("a picture.png"), new DrawnCharacters(1).png(0, 0));

        Ran ran = run(here, Map.of(), link.toString(), "verify", "a picture.png", "a picture.png");

        assertTrue(ran.out().contains("MATCH: score "), ran.err());
        assertEquals("", ran.err());
    }

    @Test
    void itHandsOnTheExitCode() throws Exception {
        assertEquals(
                2, run(folder, Map.of(), LAUNCHER.toString(), "no-such-command").exitCode());
    }

    @Test
    void optionsForTheJvmAreNoSettings() throws Exception {
        Ran ran =
                run(folder, Map.of("TWINSTREAM_JAVA_OPTS", "-Xmx64m -Dx=y"), LAUNCHER.toString(), "settings", "--json");

        assertEquals(0, ran.exitCode(), ran.err());
    }

    @ParameterizedTest
    @CsvSource({
        "TWINSTREAM_JAVA_OPTS, -Dx=y, 268435456",
        "TWINSTREAM_JAVA_OPTS, -Xmx128m, 134217728",
        "TWINSTREAM_JAVA_OPTS, -Xmx512m -Xms300m, 314572800",
        "JAVA_TOOL_OPTIONS, -Xmx128m, 134217728",
        "JDK_JAVA_OPTIONS, -XX:MaxHeapSize=128m, 134217728",
        // As in a small container.
        "TWINSTREAM_JAVA_OPTS, -XX:MaxRAM=256m -XX:MaxRAMPercentage=50, 134217728"
    })
    void aServiceStartsWithAsMuchHeapAsItMayHave(String variable, String options, String initialHeap) throws Exception {
        Map<String, String> environment = new HashMap<>(Map.of(variable, options));
        environment.merge("TWINSTREAM_JAVA_OPTS", "-XX:+PrintFlagsFinal", (given, flags) -> given + " " + flags);

        Ran ran = run(folder, environment, LAUNCHER.toString(), "broker", "--help");

        assertEquals(0, ran.exitCode(), ran.err());
        assertTrue(Pattern.compile("\\bInitialHeapSize\\s*= " + initialHeap + "\\b")
                .matcher(ran.out())
                .find());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "LC_ALL=C", "LC_ALL=tr_TR.ISO-8859-9", "LANG=xx_XX.UTF-8", "LC_MESSAGES=fa_IR"})
    void whateverTheMachinesLocaleTheJvmSpeaksUtf8AndNobodysLanguage(String variable) throws Exception {
        Ran ran = run(
                folder,
                Map.of(),
                Stream.of(
                                "env",
                                "-i",
                                "PATH=" + System.getenv("PATH"),
                                "HOME=" + folder,
                                "TWINSTREAM_JAVA_OPTS=-XshowSettings:all",
                                variable,
                                LAUNCHER.toString(),
                                "verify",
                                "\u738b\u4f1f.png",
                                "\u738b\u4f1f.png")
                        .filter(word -> !word.isEmpty())
                        .toArray(String[]::new));

        assertTrue(ran.err().contains("sun.jnu.encoding = UTF-8\n"), ran.err());
        assertTrue(ran.err().contains("user.language = \n"), ran.err());
        assertTrue(ran.err().contains("\u738b\u4f1f.png"), ran.err());
    }

    @Test
    void aMissingJavaIsSaidInOneLine() throws Exception {
        Ran ran = run(folder, Map.of("JAVA_HOME", folder.toString()), LAUNCHER.toString(), "--version");

        assertEquals(1, ran.exitCode());
        assertTrue(
                ran.err().startsWith("twinstream: JAVA_HOME is %s, where there is no bin/java: ".formatted(folder)),
                ran.err());
        assertEquals(1, ran.err().lines().count());
    }

    @Test
    void anotherUserThanTheBuilderRunsIt() throws Exception {
        assumeTrue(
                System.getProperty("user.name").equals("root") && Files.isExecutable(Path.of("/usr/bin/setpriv")),
                "only root can become another user");
        assumeTrue(
                run(Path.of("/"), Map.of(), asNobody("/usr/bin/test", "-x", LAUNCHER.toString()))
                                .exitCode()
                        == 0,
                "nobody else may enter the folder that this was cloned to");
        assertEquals(0, run(folder, Map.of(), LAUNCHER.toString(), "--version").exitCode());

        Ran ran = run(Path.of("/"), Map.of("HOME", "/nonexistent"), asNobody(LAUNCHER.toString(), "--version"));

        assertEquals(0, ran.exitCode(), ran.err());
        assertTrue(ran.out().startsWith("twinstream "), ran.out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"verifier", "trainer", "ingest"})
    void aServiceWithoutABrokerSaysSoInOneLine(String service) throws Exception {
        // Where nobody listens.
        String bootstrap = "--bootstrap=127.0.0.1:1";
        String freePort = "--set=%s.http.port=0".formatted(service);

        Ran ran = run(
                folder,
                Map.of("TWINSTREAM_JAVA_OPTS", SHORT_LIVED),
                LAUNCHER.toString(),
                service,
                bootstrap,
                freePort,
                "--set=start.broker.wait.ms=0");

        assertEquals(4, ran.exitCode(), ran.err());
        List<String> lines =
                ran.err().lines().filter(line -> !line.equals(OF_JAVA)).toList();
        assertEquals(1, lines.size(), ran.err());
        assertTrue(lines.get(0).startsWith("twinstream: no broker answers at 127.0.0.1:1: "), ran.err());
    }

    @Test
    void aSignalStopsAServiceInOrder() throws Exception {
        Process broker = broker();
        try {
            broker.destroy();

            assertTrue(broker.waitFor(30, TimeUnit.SECONDS));
            assertEquals(0, broker.exitValue());
        } finally {
            broker.destroyForcibly();
        }
    }

    @Test
    void aSecondBrokerOnAFolderEndsWithALineAndTheFirstGoesOn() throws Exception {
        Process broker = broker();
        try {
            Ran second = run(folder, Map.of(), LAUNCHER.toString(), "broker", "--port", "0", "--folder", "data");

            assertEquals(2, second.exitCode(), second.err());
            assertTrue(second.err().contains("data is in use by a broker that runs: "), second.err());
            assertEquals(1, second.err().lines().count(), second.err());

            broker.destroy();
            assertTrue(broker.waitFor(30, TimeUnit.SECONDS));
            assertEquals(0, broker.exitValue());
        } finally {
            broker.destroyForcibly();
        }
    }

    @Test
    void aBrokerThatWasKilledLeavesItsFolderToTheNext() throws Exception {
        Process killed = broker();
        killed.destroyForcibly().waitFor();

        Process next = broker();

        next.destroyForcibly().waitFor();
    }

    /** Starts a broker that runs in the folder "data". */
    private Process broker() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(LAUNCHER.toString(), "broker", "--port", "0", "--folder", "data")
                .directory(folder.toFile())
                .redirectErrorStream(true);
        builder.environment().put("TWINSTREAM_JAVA_OPTS", SHORT_LIVED);
        Process broker = builder.start();
        String line = broker.inputReader(StandardCharsets.UTF_8).readLine();
        if (line == null || !line.startsWith("broker at 127.0.0.1:")) {
            broker.destroyForcibly();
            throw new IOException("no broker started: " + line);
        }
        return broker;
    }

    private static String[] asNobody(String... command) {
        return Stream.concat(
                        Stream.of("/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"),
                        Stream.of(command))
                .toArray(String[]::new);
    }

    private static Ran run(Path folder, Map<String, String> environment, String... command)
            throws IOException, InterruptedException {
        Path out = Files.createTempFile("launcher", ".out");
        Path err = Files.createTempFile("launcher", ".err");
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            assertTrue(process.waitFor(60, TimeUnit.SECONDS));
            return new Ran(process.exitValue(), Files.readString(out), Files.readString(err));
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }
}
