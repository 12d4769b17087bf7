package io.twinstream.verifier.trial;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.management.OperatingSystemMXBean;
import io.twinstream.schemas.machine.ResidentMemory;
import io.twinstream.schemas.modelpackage.InvalidPackageException;
import io.twinstream.schemas.modelpackage.Manifest;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.modelpackage.PackageFile;
import io.twinstream.schemas.modelpackage.PackageTrial;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A model trial opens and runs a model where it can do no harm: in a process of its own, on the CPU, with a bound of
 * time and of memory. A foreign graph may do anything when it is opened or run, and ONNX Runtime can't stop a session
 * while it is being opened. Safe for many threads, each of which waits for its trial.
 *
 * <p>Maintainers: without {@code /proc} only the bound of time holds. The process gets only those variables of the
 * environment that Java and ONNX Runtime need, and it dies with this one.
 */
public final class ModelTrial implements PackageTrial {
    private static final Logger log = LoggerFactory.getLogger(ModelTrial.class);
    private static final String FOLDER = "twinstream-trial-";
    private static final Pattern OF_PROCESS = Pattern.compile(FOLDER + "(\\d{1,18})-.*");
    private static final Duration LEFT = Duration.ofHours(1);
    private static final long LOOK_MS = 20;
    /**
     * Multiplies the package's size to get the trial's memory: the model is held as bytes, by ONNX Runtime as read and
     * as computed with, and int8 beside it.
     */
    private static final int TIMES_FILES = 6;
    /** This is the share of the machine's memory that all processes together may take before a trial is ended. */
    private static final double USABLE = 0.9;
    /**
     * Divides the machine's memory: a trial ended for lack of memory is refused only if it held more than this part of
     * it.
     */
    private static final int LARGE_SHARE = 4;

    /**
     * Divides the deadline: a process that used less processor time than this part of it was slowed by the machine, and
     * gets longer.
     */
    private static final int LEAST_USED = 4;
    /**
     * Multiplies the deadline to get the longest that a slowed process has; with the defaults everything is refused
     * within two minutes.
     */
    private static final double LONGEST = 1.75;

    private static final long HEAP_BYTES = 256L << 20;
    private static final int TIMES_HEAP = 3;
    private static final int KILLED = 128 + 9;
    private static final int KILLS = 3;
    private static final int SIGNALS = 128;
    private static final double GIB = 1 << 30;
    private static final int LONGEST_LINE = 2_000;
    private static final Set<String> ENVIRONMENT = Set.of(
            "PATH",
            "HOME",
            "LANG",
            "LC_ALL",
            "TZ",
            "LD_LIBRARY_PATH",
            "LD_PRELOAD",
            "MALLOC_ARENA_MAX",
            "MALLOC_TRIM_THRESHOLD_",
            "MALLOC_MMAP_THRESHOLD_");
    /** Lists the properties that say where native libraries lie in an image. */
    private static final List<String> PROPERTIES = List.of(
            "java.library.path",
            "onnxruntime.native.path",
            "org.bytedeco.javacpp.pathsFirst",
            "org.bytedeco.javacpp.cachedir",
            "jna.boot.library.path");

    /** Holds the resident bytes of the trials that run now, by process id. */
    private static final Map<Long, Double> RUNNING = new ConcurrentHashMap<>();

    private final Duration deadline;
    private final long bytes;
    private final int batchMax;
    private final Map<String, Integer> kills = new ConcurrentHashMap<>();

    /**
     * Creates a trial without starting a process.
     *
     * @param deadline the time for all steps of a trial together
     * @param bytes the memory that a trial may take in addition to a multiple of the package's size
     * @param batchMax the number of images in the largest batch that this process runs
     */
    public ModelTrial(Duration deadline, long bytes, int batchMax) {
        this.deadline = deadline;
        this.bytes = bytes;
        this.batchMax = batchMax;
    }

    @Override
    public String key() {
        return "1 %d %d %d".formatted(deadline.toMillis(), bytes, batchMax);
    }

    /** An untried exception says that a model couldn't be tried, through no fault of its own. */
    private static final class UntriedException extends IOException {
        UntriedException(String message) {
            super(message);
        }
    }

    /** A watched process is read line by line for the step that it is at and the result that it ends with. */
    private static final class Watched {
        private volatile String step = "its start";
        private volatile String end = "";
        private volatile String other = "";
        private volatile boolean begun;

        void read(Process process) {
            try (BufferedReader lines = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    hear(line.length() > LONGEST_LINE ? line.substring(0, LONGEST_LINE) : line);
                }
            } catch (IOException e) {
                log.debug("a trial's output ends: {}", e.getMessage());
            }
        }

        private void hear(String line) {
            if (!line.startsWith(TrialProcess.MARK)) {
                other = line;
                return;
            }
            String said = line.substring(TrialProcess.MARK.length());
            begun = true;
            if (said.equals(TrialProcess.PASSED)
                    || said.startsWith(TrialProcess.REFUSED)
                    || said.startsWith(TrialProcess.UNREAD)) {
                end = said;
            } else {
                step = said;
            }
        }
    }

    @Override
    public void require(Manifest manifest, Path file) throws IOException {
        ModelId id = ModelId.of(manifest);
        long started = System.nanoTime();
        Path folder = null;
        try {
            sweep(Path.of(System.getProperty("java.io.tmpdir")), Instant.now().minus(LEFT));
            folder = Files.createTempDirectory(
                    FOLDER + "%d-".formatted(ProcessHandle.current().pid()));
            double unpacked =
                    manifest.files().stream().mapToDouble(PackageFile::bytes).sum();
            Process process = start(folder, file, (long) unpacked);
            try {
                require(id, process, bytes + TIMES_FILES * unpacked, started);
            } finally {
                RUNNING.remove(process.pid());
                process.destroyForcibly();
            }
            log.info("{} passed its trial in {} ms", id, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started));
        } catch (InvalidPackageException | UntriedException e) {
            throw e;
        } catch (IOException e) {
            throw new IOException("no process can be started to try %s in: %s".formatted(id, e.getMessage()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the trial of %s was interrupted".formatted(id));
        } finally {
            delete(folder);
        }
    }

    private void require(ModelId id, Process process, double mostBytes, long started)
            throws IOException, InterruptedException {
        Watched watched = new Watched();
        Thread reader = new Thread(() -> watched.read(process), "trial-output");
        reader.setDaemon(true);
        reader.start();
        while (!process.waitFor(LOOK_MS, TimeUnit.MILLISECONDS)) {
            if (isOver(process, System.nanoTime() - started)) {
                if (!watched.begun) {
                    throw new UntriedException(
                            "the process to try %s in didn't begin within %s".formatted(id, seconds(deadline)));
                }
                throw InvalidPackageException.published(
                        id, "didn't stand its trial: %s took more than %s".formatted(watched.step, seconds(deadline)));
            }
            checkMemory(id, process, watched, mostBytes);
        }
        reader.join();
        judge(id, watched, process.exitValue());
    }

    /** Returns whether a trial's time is up; a process that a busy machine gave little processor time has longer. */
    private boolean isOver(Process process, long nanos) {
        if (nanos <= deadline.toNanos()) {
            return false;
        }
        Duration used = process.info().totalCpuDuration().orElse(deadline);
        return used.compareTo(deadline.dividedBy(LEAST_USED)) >= 0 || nanos > LONGEST * deadline.toNanos();
    }

    private static void checkMemory(ModelId id, Process process, Watched watched, double mostBytes) throws IOException {
        double resident = ResidentMemory.bytes(process.pid());
        if (Double.isNaN(resident)) {
            return;
        }
        RUNNING.put(process.pid(), resident);
        double total = total();
        double all = ResidentMemory.bytes()
                + RUNNING.values().stream().mapToDouble(each -> each).sum();
        if (resident > mostBytes) {
            throw InvalidPackageException.published(
                    id,
                    "didn't stand its trial: %s took more than %.1f GiB of memory"
                            .formatted(watched.step, mostBytes / GIB));
        }
        if (all > USABLE * total) {
            String scarce = "%s took %.1f GiB of memory, and this machine has no more beside what serves"
                    .formatted(watched.step, resident / GIB);
            if (resident > total / LARGE_SHARE) {
                throw InvalidPackageException.published(id, "didn't stand its trial: " + scarce);
            }
            throw new UntriedException("%s can't be tried now: %s".formatted(id, scarce));
        }
    }

    private void judge(ModelId id, Watched watched, int exitCode) throws IOException {
        String end = watched.end;
        if (end.equals(TrialProcess.PASSED)) {
            return;
        }
        if (end.startsWith(TrialProcess.REFUSED)) {
            throw new InvalidPackageException(end.substring(TrialProcess.REFUSED.length()));
        }
        if (!watched.begun || end.startsWith(TrialProcess.UNREAD)) {
            throw new UntriedException("%s can't be tried, the process for it ends with %d: %s"
                    .formatted(id, exitCode, end.isEmpty() ? watched.other : end));
        }
        // The kernel kills a trial first when memory runs short, whoever needed the memory.
        if (exitCode == KILLED && kills.merge(id.toString(), 1, Integer::sum) < KILLS) {
            throw new UntriedException("%s can't be tried: its process was killed during %s, as where memory runs short"
                    .formatted(id, watched.step));
        }
        throw InvalidPackageException.published(
                id,
                "didn't stand its trial: during %s the process ended with %s"
                        .formatted(
                                watched.step,
                                exitCode > SIGNALS ? "signal " + (exitCode - SIGNALS) : "exit code " + exitCode));
    }

    private Process start(Path folder, Path file, long unpackedBytes) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + (HEAP_BYTES + TIMES_HEAP * unpackedBytes),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=" + folder.resolve("crash.log"),
                "-Djava.io.tmpdir=" + folder,
                "-Djava.awt.headless=true"));
        for (String property : PROPERTIES) {
            String value = System.getProperty(property);
            if (value != null) {
                command.add("-D" + property + "=" + value);
            }
        }
        // After half of the time no larger batch is begun, since a model that is slow here may serve on a device.
        command.addAll(List.of(
                TrialProcess.class.getName(),
                file.toAbsolutePath().toString(),
                Integer.toString(batchMax),
                Long.toString(deadline.toMillis() / 2)));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        Map<String, String> environment = builder.environment();
        environment.keySet().retainAll(ENVIRONMENT);
        environment.put("CLASSPATH", System.getProperty("java.class.path"));
        environment.put("ORT_DISABLE_TELEMETRY", "1");
        return builder.start();
    }

    private static double total() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
    }

    private static String seconds(Duration duration) {
        return duration.toSeconds() + " s";
    }

    /**
     * Deletes the folders that trials of killed processes have left. A younger folder stays: it may belong to a
     * container that shares the temporary folder and whose processes can't be seen from here.
     */
    static void sweep(Path temporary, Instant before) throws IOException {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(temporary, FOLDER + "*")) {
            for (Path folder : left) {
                Matcher name = OF_PROCESS.matcher(folder.getFileName().toString());
                if (name.matches()
                        && ProcessHandle.of(Long.parseLong(name.group(1))).isEmpty()
                        && Files.getLastModifiedTime(folder).toInstant().isBefore(before)) {
                    delete(folder);
                }
            }
        } catch (NoSuchFileException e) {
            log.debug("another has deleted {}", e.getMessage());
        }
    }

    private static void delete(@Nullable Path folder) {
        if (folder == null) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        } catch (IOException | UncheckedIOException e) {
            log.warn("the folder {} of an ended trial can't be deleted, delete it by hand: {}", folder, e.getMessage());
        }
    }
}
