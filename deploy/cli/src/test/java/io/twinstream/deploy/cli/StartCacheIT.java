package io.twinstream.deploy.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.twinstream.deploy.testkit.Ran;
import java.io.File;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Tries start caches on an installation that is laid out as a release's archive is. Each test begins with the start cache for
 * commands that two processes made at once.
 */
@DisabledOnOs(OS.WINDOWS)
@Execution(ExecutionMode.SAME_THREAD)
class StartCacheIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int HEADER_BYTES = 1 << 16;
    private static final String CLI = "twinstream-cli.jar";
    private static final String NOBODY = "nobody";
    private static final boolean ROOT = System.getProperty("user.name").equals("root");

    @TempDir
    static Path installation;

    private static final List<Ran> makers = new ArrayList<>();
    private static Path cache;
    private static byte[] made;

    @TempDir
    Path folder;

    @BeforeAll
    static void makeOneTwiceAtOnce() throws Exception {
        layOut();
        List<Launched> launched = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            launched.add(launch(List.of(), Map.of(), "rehearse", "commands"));
        }
        for (Launched each : launched) {
            makers.add(each.ended());
        }
        List<Path> files = startCache();
        assertEquals(1, files.size(), makers + " leave " + files);
        cache = files.get(0);
        made = Files.readAllBytes(cache);
    }

    @BeforeEach
    void putBack() throws IOException {
        put(made);
    }

    @AfterEach
    void endMakerAndClear() throws IOException {
        Files.setPosixFilePermissions(installation, PosixFilePermissions.fromString("rwxr-xr-x"));
        for (Path file : startCache()) {
            if (file.toString().endsWith(".lock")) {
                ProcessHandle.of(Long.parseLong(Files.readString(file).strip()))
                        .ifPresent(ProcessHandle::destroyForcibly);
            }
            Files.delete(file);
        }
    }

    @Test
    void twoThatMakeOneAtOnceBothSucceed() {
        for (Ran maker : makers) {
            assertEquals(0, maker.exitCode(), maker.err());
            assertEquals("", maker.err());
            assertTrue(maker.out().startsWith("start cache for commands, made in "), maker.out());
        }
    }

    @Test
    void classesComeFromIt() throws Exception {
        assertTrue(comesFromCache(List.of(), Map.of()));
    }

    @Test
    void anOptionForTheJvmTurnsItOff() throws Exception {
        assertFalse(comesFromCache(List.of(), Map.of("JDK_JAVA_OPTIONS", "-Xshare:auto")));
    }

    @Test
    void aBrokenOneIsNobodysConcern() throws Exception {
        for (byte[] broken : List.of(
                new byte[0],
                "no start cache".getBytes(ISO_8859_1),
                Arrays.copyOf(made, 1_000),
                Arrays.copyOf(made, made.length / 2))) {
            put(broken);

            assertFalse(comesFromCache(List.of(), Map.of()));
        }
    }

    @Test
    void oneOfAnotherJavaIsNobodysConcern() throws Exception {
        byte[] other = made.clone();
        int from = new String(other, 0, HEADER_BYTES, ISO_8859_1).indexOf(System.getProperty("java.vm.version"));
        assertTrue(from > 0, "a start cache names the JVM that made it");
        other[from]++;
        put(other);

        assertFalse(comesFromCache(List.of(), Map.of()));
    }

    @Test
    void oneOfOtherJarsIsNobodysConcern() throws Exception {
        Path jar = installation.resolve("lib").resolve(CLI);
        FileTime before = Files.getLastModifiedTime(jar);
        try {
            Files.setLastModifiedTime(jar, FileTime.from(before.toInstant().minusSeconds(10)));

            assertFalse(comesFromCache(List.of(), Map.of()));
        } finally {
            Files.setLastModifiedTime(jar, before);
        }
    }

    @Test
    void whereThereIsNoneACommandLeavesItToAnotherProcessToMakeOne() throws Exception {
        Files.delete(cache);

        assertFalse(comesFromCache(List.of(), Map.of()));

        awaitMaker("");
    }

    @Test
    void whereOneWasKilledThatMadeItAnotherTriesAnHourLater() throws Exception {
        Files.delete(cache);
        // No process has this number.
        String killed = Integer.toString(Integer.MAX_VALUE);
        Files.writeString(lock(), killed);

        comesFromCache(List.of(), Map.of());

        assertEquals(killed, Files.readString(lock()));

        Files.setLastModifiedTime(lock(), FileTime.from(Instant.now().minus(Duration.ofHours(2))));

        comesFromCache(List.of(), Map.of());

        awaitMaker(killed);
    }

    @Test
    void whereTheInstallationCanNotBeWrittenItLiesWithTheUser() throws Exception {
        Files.delete(cache);
        List<String> other = asOther();
        Path home = Files.createDirectories(folder.resolve("home"));
        Path kept = Files.createDirectories(
                home.resolve(".cache/twinstream/" + installation.toString().replace('/', '%')));
        Path own = Files.write(kept.resolve(cache.getFileName()), made);
        own(own);
        assertTrue(comesFromCache(other, Map.of("HOME", home.toString())));

        // Whoever else could write there could make it do anything.
        if (ROOT) {
            Files.setOwner(
                    own, own.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("root"));
            assertFalse(comesFromCache(other, Map.of("HOME", home.toString())));
        }
    }

    @Test
    void whereNothingCanBeWrittenCommandsWorkAllTheSame() throws Exception {
        Files.delete(cache);
        List<String> other = asOther();

        assertFalse(comesFromCache(other, Map.of("HOME", "/nonexistent")));

        Ran ran = launch(other, Map.of("HOME", "/nonexistent"), "rehearse", "commands")
                .ended();
        assertEquals(1, ran.exitCode());
        assertTrue(ran.err().startsWith("twinstream: no start cache can be made: "), ran.err());
        assertEquals(1, ran.err().lines().count(), ran.err());
    }

    /** Makes the installation one that can't be written, and returns what begins a command for which that holds. */
    private List<String> asOther() throws Exception {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.deleteIfExists(cache.getParent());
        if (!ROOT) {
            Files.setPosixFilePermissions(installation, PosixFilePermissions.fromString("r-xr-xr-x"));
            return List.of();
        }
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")), "root can write anywhere");
        List<String> other = List.of("/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
        List<String> reads = new ArrayList<>(other);
        reads.addAll(List.of(
                "/usr/bin/test", "-r", installation.resolve("lib").resolve(CLI).toString()));
        assumeTrue(new ProcessBuilder(reads).start().waitFor() == 0, "nobody else may read this build");
        return other;
    }

    /** Gives a file to the user for whom the installation can't be written. */
    private static void own(Path file) throws IOException {
        if (ROOT) {
            Files.setOwner(
                    file, file.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(NOBODY));
        }
    }

    /** Waits until another process than this one makes a start cache. */
    private static void awaitMaker(String before) {
        Awaitility.await().atMost(LIMIT).until(() -> {
            String maker = Files.exists(lock()) ? Files.readString(lock()).strip() : "";
            return !maker.isEmpty() && !maker.equals(before);
        });
    }

    private static Path lock() {
        return Path.of(cache.toString().replaceAll("\\.cache$", ".lock"));
    }

    private static void put(byte[] content) throws IOException {
        Files.createDirectories(cache.getParent());
        Files.deleteIfExists(cache);
        Files.write(cache, content);
    }

    private static List<Path> startCache() throws IOException {
        Path startCache = installation.resolve("start-cache");
        if (!Files.exists(startCache)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(startCache)) {
            return files.sorted().toList();
        }
    }

    /** Runs a command that must succeed without a word of it, and returns whether its classes came from a start cache. */
    private boolean comesFromCache(List<String> before, Map<String, String> environment) throws Exception {
        Path classes = Files.createDirectories(folder.resolve("log")).resolve("classes");
        Files.setPosixFilePermissions(classes.getParent(), PosixFilePermissions.fromString("rwxrwxrwx"));
        Map<String, String> all = new HashMap<>(environment);
        all.put("TWINSTREAM_JAVA_OPTS", "-Xlog:class+load:file=" + classes);

        Ran ran = launch(before, all, "--version").ended();

        assertEquals(0, ran.exitCode(), ran.err());
        assertTrue(ran.out().startsWith("twinstream "), ran.out());
        assertEquals(1, ran.out().lines().count(), ran.out());
        assertEquals(
                environment.containsKey("JDK_JAVA_OPTIONS") ? "NOTE: Picked up JDK_JAVA_OPTIONS: -Xshare:auto" : "",
                ran.err().strip());
        try (Stream<String> lines = Files.lines(classes)) {
            return lines.anyMatch(line -> line.matches(
                    ".* io\\.twinstream\\.deploy\\.cli\\.judging\\.VerifyCommand source: shared objects file.*"));
        } finally {
            Files.delete(classes);
        }
    }

    private record Launched(Process process, Path out, Path err) {
        Ran ended() throws IOException, InterruptedException {
            return new Ran(process.waitFor(), Files.readString(out), Files.readString(err));
        }
    }

    private static Launched launch(List<String> before, Map<String, String> environment, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(before);
        command.add(installation.resolve("deploy/twinstream").toString());
        command.addAll(List.of(arguments));
        Path out = Files.createTempFile("start-cache", ".out");
        Path err = Files.createTempFile("start-cache", ".err");
        out.toFile().deleteOnExit();
        err.toFile().deleteOnExit();
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(new File("/"))
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        // The build's tests have a folder of their own for such files, and HOME wouldn't count.
        builder.environment().remove("XDG_CACHE_HOME");
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().putAll(environment);
        return new Launched(builder.start(), out, err);
    }

    /** Lays the installation out, with the jars of this build. */
    private static void layOut() throws IOException {
        Files.setPosixFilePermissions(installation, PosixFilePermissions.fromString("rwxr-xr-x"));
        installation = installation.toRealPath();
        Path launcher = Files.createDirectories(installation.resolve("deploy")).resolve("twinstream");
        Files.copy(Path.of("twinstream"), launcher, StandardCopyOption.COPY_ATTRIBUTES);
        Path lib = Files.createDirectories(installation.resolve("lib"));
        Path cli = Path.of("cli/target", CLI);
        // One test changes its time.
        Files.copy(cli, lib.resolve(CLI), StandardCopyOption.COPY_ATTRIBUTES);
        for (String jar :
                Files.readString(Path.of("cli/target/classpath")).strip().split(File.pathSeparator)) {
            Path file = Path.of(jar);
            Path link = lib.resolve(file.getFileName());
            try {
                Files.createLink(link, file);
            } catch (FileSystemException e) {
                // On another disk.
                Files.createSymbolicLink(link, file);
            }
        }
    }
}
