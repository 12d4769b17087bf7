package io.twinstream.deploy.acceptance.windows;

import io.twinstream.schemas.modelpackage.Manifest;
import io.twinstream.schemas.record.MatchWindow;
import io.twinstream.schemas.record.TaskKind;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Simulates windows of one source whose verdicts are drawn from what its model's release says: a share of genuine probes, their
 * scores and impostors', and a threshold. All of it is a function of the number; only the volume goes with the time of day.
 */
final class SimulatedSeries {
    private static final int GALLERY = 50;
    private static final double SWING = 0.9;
    private static final double DAY_MS = Duration.ofDays(1).toMillis();

    private final Manifest manifest;
    private final Duration size;
    private final String source;
    private final TaskKind task;
    private final SplittableRandom random;
    private final double genuineShare;
    private final double perWindow;
    private final double[] genuine;
    private final double[] impostor;
    private final int threshold;

    SimulatedSeries(Manifest manifest, int number, Duration size) {
        this.manifest = manifest;
        this.size = size;
        source = "source-" + number;
        task = TaskKind.values()[number % TaskKind.values().length];
        random = new SplittableRandom(number);
        genuineShare = random.nextDouble();
        // From one verdict in 10 s to 10 a second.
        perWindow = Math.pow(100, random.nextDouble());
        genuine = cumulated(manifest.histograms().genuine());
        impostor = cumulated(manifest.histograms().impostor());
        threshold = (int) (manifest.fmrTable().threshold(0.01) * impostor.length);
    }

    /** Returns {@code name/version/task/source}. */
    String key() {
        return String.join("/", manifest.name(), manifest.version(), task.name(), source);
    }

    /** Returns the window with this start; empty if no verdict is in it. */
    Optional<MatchWindow> next(Instant start) {
        double phase = 2 * Math.PI * (start.toEpochMilli() % DAY_MS) / DAY_MS;
        int verdicts = poisson(perWindow * (1 + SWING * Math.sin(phase)));
        Long[] scores = new Long[impostor.length];
        Arrays.fill(scores, 0L);
        int matches = 0;
        for (int i = 0; i < verdicts; i++) {
            int score = score(random.nextDouble() < genuineShare);
            scores[score]++;
            matches += score >= threshold ? 1 : 0;
        }
        return verdicts == 0 ? Optional.empty() : Optional.of(window(start, verdicts, matches, List.of(scores)));
    }

    private int score(boolean isGenuine) {
        int others = task == TaskKind.IDENTIFY ? GALLERY - 1 : 0;
        int best = draw(isGenuine ? genuine : impostor, 1);
        return others == 0 ? best : Math.max(best, draw(impostor, others));
    }

    /** Returns the highest of so many draws, by one. */
    private int draw(double[] cumulated, int draws) {
        double value = Math.pow(random.nextDouble(), 1.0 / draws);
        int found = Arrays.binarySearch(cumulated, value);
        return Math.min(cumulated.length - 1, found < 0 ? -found - 1 : found);
    }

    private int poisson(double mean) {
        int count = 0;
        for (double time = -Math.log1p(-random.nextDouble()); time < mean; count++) {
            time -= Math.log1p(-random.nextDouble());
        }
        return count;
    }

    private static double[] cumulated(long[] counts) {
        double[] sums = new double[counts.length];
        double all = Arrays.stream(counts).sum();
        double sum = 0;
        for (int i = 0; i < sums.length; i++) {
            sum += counts[i];
            sums[i] = sum / all;
        }
        return sums;
    }

    private MatchWindow window(Instant start, int verdicts, int matches, List<Long> scores) {
        return MatchWindow.newBuilder()
                .setStart(start)
                .setSizeMs(size.toMillis())
                .setModelName(manifest.name())
                .setModelVersion(manifest.version())
                .setSourceId(source)
                .setTask(task.name())
                .setVerdicts(verdicts)
                .setMatches(matches)
                .setNonMatches(verdicts - matches)
                .setUndecided(Map.of())
                .setScores(scores)
                .setThresholdMin(0.5)
                .setThresholdMax(0.5)
                .setGallerySum((long) GALLERY * verdicts)
                .setLatencies(List.of())
                .setShadowed(0)
                .setShadowAgreed(0)
                .build();
    }
}
