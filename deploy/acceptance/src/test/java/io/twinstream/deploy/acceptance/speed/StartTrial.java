package io.twinstream.deploy.acceptance.speed;

import io.twinstream.deploy.acceptance.rig.Images;
import io.twinstream.deploy.acceptance.rig.Rig;
import io.twinstream.deploy.acceptance.rig.VerifierProcess;
import io.twinstream.deploy.verdict.VerdictReader;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.Topics;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;

/**
 * Starts things with one Java, with a start cache or without.
 *
 * @param readySeconds seconds from the start of a verifier with 100 references until it says that it is ready
 * @param early verdicts a second in the ten seconds after that, with more probes on the topic than it can judge
 * @param full verdicts a second half a minute later
 * @param verifySeconds seconds of {@code verify A B}, the median
 * @param demoSeconds seconds from the start of a demo to its first verdict, the median
 */
record StartTrial(double readySeconds, double early, double full, double verifySeconds, double demoSeconds) {
    private static final int REFERENCES = 100;
    private static final int DISTINCT = 500;
    private static final Duration EARLY = Duration.ofSeconds(10);
    private static final Duration FULL_AFTER = Duration.ofSeconds(30);
    private static final Duration FULL_UNTIL = Duration.ofSeconds(45);
    private static final Duration LIMIT = Duration.ofMinutes(3);
    /** No more verdicts come after that. */
    private static final Duration LAST = Duration.ofSeconds(2);

    private static final int TIMES = 5;
    private static final int DEMOS = 3;
    private static final Pattern FIRST_VERDICT = Pattern.compile("\"firstVerdictSeconds\":([0-9.]+)");
    /** Chooses an archive, if only Java's own: then the launcher neither uses a start cache nor makes one. */
    private static final Map<String, String> WITHOUT = Map.of("TWINSTREAM_JAVA_OPTS", "-Xshare:auto");

    /**
     * Tries all starts.
     *
     * @param name is part of the names of topics that nothing else uses
     * @param probes number of probes to judge; more than are judged within three quarters of a minute
     */
    static StartTrial run(Rig rig, Jdk jdk, boolean cached, String name, List<Images.Drawing> drawings, int probes)
            throws Exception {
        Map<String, String> environment = new HashMap<>(cached ? Map.of() : WITHOUT);
        environment.put("JAVA_HOME", jdk.home().toString());
        double verify = median(TIMES, () -> verifySeconds(environment, drawings));
        double demo = median(DEMOS, () -> firstVerdictSeconds(environment));
        Topics topics = rig.createTopics(name);
        for (Images.Drawing drawing : drawings.subList(0, REFERENCES)) {
            rig.enrol(topics, drawing.subject(), drawing.drawer(), drawing.png());
        }
        for (int i = 0; i < probes; i++) {
            rig.identify(
                    topics,
                    Integer.toString(i),
                    drawings.get(REFERENCES + i % DISTINCT).png());
        }
        rig.flush();
        Path log = Files.createTempFile(name, ".log");
        long start = System.nanoTime();
        Process verifier = VerifierProcess.start(rig, name, log, environment);
        Instant ready;
        double readySeconds;
        try {
            Awaitility.await("the verifier is ready, see " + log)
                    .atMost(LIMIT)
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> Files.readString(log).contains("verifier: ready"));
            readySeconds = (System.nanoTime() - start) / 1e9;
            ready = Instant.now();
            TimeUnit.MILLISECONDS.sleep(FULL_UNTIL.plusSeconds(1).toMillis());
        } finally {
            verifier.destroy();
            verifier.waitFor();
        }
        long[] decided = decidedMillis(rig.settings(name), probes);
        return new StartTrial(
                readySeconds,
                rate(decided, ready, ready.plus(EARLY)),
                rate(decided, ready.plus(FULL_AFTER), ready.plus(FULL_UNTIL)),
                verify,
                demo);
    }

    double earlyShare() {
        return early / full;
    }

    @Override
    public String toString() {
        return "ready %.1f s, then %.0f of %.0f verdicts/s (%.2f) in 10 s, verify %.2f s, demo %.1f s"
                .formatted(readySeconds, early, full, earlyShare(), verifySeconds, demoSeconds);
    }

    /** Reads the verdicts when nobody judges any more, and returns when each was decided. */
    private static long[] decidedMillis(Settings settings, int probes) {
        LongStream.Builder decided = LongStream.builder();
        int count = 0;
        try (VerdictReader reader = VerdictReader.open(CommonSettings.of(settings), true)) {
            List<Verdict> some = reader.poll(LIMIT);
            while (!some.isEmpty()) {
                some.forEach(verdict -> decided.add(verdict.getDecidedAt().toEpochMilli()));
                count += some.size();
                some = reader.poll(LAST);
            }
        }
        if (count >= probes) {
            throw new IllegalStateException("all %d probes were judged too soon: more are needed".formatted(probes));
        }
        return decided.build().toArray();
    }

    private static double rate(long[] decidedMillis, Instant from, Instant to) {
        long count = LongStream.of(decidedMillis)
                .filter(at -> at >= from.toEpochMilli() && at < to.toEpochMilli())
                .count();
        return count / (Duration.between(from, to).toMillis() / 1e3);
    }

    private static double verifySeconds(Map<String, String> environment, List<Images.Drawing> drawings)
            throws IOException, InterruptedException {
        Path file = Files.createTempFile("start", ".png");
        try {
            Files.write(file, drawings.get(0).png());
            long start = System.nanoTime();
            String said = launched(environment, "verify", file.toString(), file.toString());
            double seconds = (System.nanoTime() - start) / 1e9;
            if (!said.startsWith("MATCH: ") || said.lines().count() != 1) {
                throw new IOException("verify says " + said);
            }
            return seconds;
        } finally {
            Files.delete(file);
        }
    }

    private static double firstVerdictSeconds(Map<String, String> environment)
            throws IOException, InterruptedException {
        String said = launched(environment, "demo", "--duration", "2s", "--json");
        Matcher seconds = FIRST_VERDICT.matcher(said);
        if (!seconds.find()) {
            throw new IOException("the demo says " + said);
        }
        return Double.parseDouble(seconds.group(1));
    }

    /** Runs a command to its end, and returns what it wrote, errors included. */
    static String launched(Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(new File(System.getProperty("twinstream.launcher", "deploy/twinstream")).getAbsolutePath()));
        command.addAll(Arrays.asList(arguments));
        Path output = Files.createTempFile("start", ".out");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        int status = builder.start().waitFor();
        String said = Files.readString(output);
        Files.delete(output);
        if (status != 0) {
            throw new IOException("%s: exit %d: %s".formatted(String.join(" ", command), status, said));
        }
        return said;
    }

    private static double median(int times, Measured measured) throws IOException, InterruptedException {
        double[] seconds = new double[times];
        for (int i = 0; i < times; i++) {
            seconds[i] = measured.seconds();
        }
        Arrays.sort(seconds);
        return seconds[times / 2];
    }

    private interface Measured {
        double seconds() throws IOException, InterruptedException;
    }
}
