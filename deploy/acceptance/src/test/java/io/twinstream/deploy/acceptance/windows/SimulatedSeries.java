package io.twinstream.deploy.acceptance.windows;

import io.twinstream.schemas.modelpackage.Manifest;
import io.twinstream.schemas.record.MatchWindow;
import io.twinstream.schemas.record.SubjectScores;
import io.twinstream.schemas.record.TaskKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Simulates windows of one source whose verdicts are drawn from what its model's release says: a share of genuine probes, their
 * scores and impostors', and a threshold. All of it is a function of the number; only the volume goes with the time of day. Either
 * each probe shows somebody else, or the same people come again and again, each mostly with a score of their own.
 */
final class SimulatedSeries {
    private static final int GALLERY = 50;
    /** Share of a person's probes that have the usual score. */
    private static final double USUAL = 0.7;

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
    private final List<Person> people = new ArrayList<>();

    /** @param number of people who come again and again; 0 where each probe shows somebody else, as pairs always do */
    SimulatedSeries(Manifest manifest, int number, Duration size, int recurring) {
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
        for (int i = 0; i < recurring && task != TaskKind.PAIR; i++) {
            people.add(new Person(
                    Integer.toUnsignedLong(random.nextInt()),
                    random.nextDouble() < genuineShare,
                    random.nextDouble(),
                    random.nextDouble()));
        }
    }

    /**
     * A person mostly has the same score.
     *
     * @param own where the score of the own reference lies among all such scores, 0 to 1
     * @param others where the best of the others' scores lies, 0 to 1
     */
    private record Person(long hash, boolean genuine, double own, double others) {}

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
        SortedMap<Long, SortedMap<Integer, Long>> came = new TreeMap<>();
        for (int i = 0; i < verdicts; i++) {
            int score;
            if (people.isEmpty()) {
                score = score(random.nextDouble() < genuineShare, random.nextDouble(), random.nextDouble());
            } else {
                Person person = people.get(random.nextInt(people.size()));
                score = random.nextDouble() < USUAL
                        ? score(person.genuine(), person.own(), person.others())
                        : score(person.genuine(), random.nextDouble(), random.nextDouble());
                came.computeIfAbsent(person.hash(), each -> new TreeMap<>()).merge(score, 1L, Long::sum);
            }
            scores[score]++;
            matches += score >= threshold ? 1 : 0;
        }
        return verdicts == 0
                ? Optional.empty()
                : Optional.of(MatchWindow.newBuilder(window(start, verdicts, matches, List.of(scores)))
                        .setSubjects(people.isEmpty() ? null : subjects(came))
                        .build());
    }

    private static SubjectScores subjects(SortedMap<Long, SortedMap<Integer, Long>> came) {
        SubjectScores subjects = new SubjectScores(1L << 32, new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        came.forEach((hash, own) -> own.forEach((bin, count) -> {
            subjects.getHashes().add(hash);
            subjects.getBins().add(bin);
            subjects.getCounts().add(count);
        }));
        return subjects;
    }

    private int score(boolean isGenuine, double own, double best) {
        int others = task == TaskKind.IDENTIFY ? GALLERY - 1 : 0;
        int score = highest(isGenuine ? genuine : impostor, 1, own);
        return others == 0 ? score : Math.max(score, highest(impostor, others, best));
    }

    /** Returns the highest of so many scores, by where it lies among all such, 0 to 1. */
    private static int highest(double[] cumulated, int draws, double share) {
        double value = Math.pow(share, 1.0 / draws);
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
