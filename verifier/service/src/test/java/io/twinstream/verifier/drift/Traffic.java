package io.twinstream.verifier.drift;

import io.twinstream.schemas.record.MatchWindow;
import io.twinstream.schemas.record.SubjectScores;
import io.twinstream.schemas.record.TaskKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/** Traffic gives windows of one series, one after another, with verdicts drawn at random. */
final class Traffic {
    static final long SIZE_MS = 10_000;
    static final long FIRST_MS = Instant.parse("2024-05-01T10:00:00Z").toEpochMilli();
    static final String SERIES = "compact/1/PAIR/gate";

    private final Random random;
    private long startMs = FIRST_MS;

    Traffic(long seed) {
        random = new Random(seed);
    }

    Random random() {
        return random;
    }

    /** Returns the next window, with so many verdicts that match with this probability. */
    MatchWindow next(int verdicts, double share) {
        int matches = 0;
        for (int i = 0; i < verdicts; i++) {
            matches += random.nextDouble() < share ? 1 : 0;
        }
        return next(verdicts, matches, List.of());
    }

    /** Returns the next window, with so many scores that are spread like this. */
    MatchWindow scored(int verdicts, double[] spread) {
        Long[] scores = new Long[spread.length];
        Arrays.fill(scores, 0L);
        for (int i = 0; i < verdicts; i++) {
            double left = random.nextDouble();
            int bin = 0;
            while (bin < spread.length - 1 && left >= spread[bin]) {
                left -= spread[bin++];
            }
            scores[bin]++;
        }
        return next(verdicts, verdicts / 2, List.of(scores));
    }

    /** Returns the next window, in which each of some people came once with a score of this bin. */
    MatchWindow came(List<Integer> people, List<Integer> bins, int allBins) {
        Long[] scores = new Long[allBins];
        Arrays.fill(scores, 0L);
        SortedMap<Long, SortedMap<Integer, Long>> entries = new TreeMap<>();
        for (int i = 0; i < people.size(); i++) {
            scores[bins.get(i)]++;
            long hash = Integer.toUnsignedLong(people.get(i) * 0x9e3779b9);
            entries.computeIfAbsent(hash, each -> new TreeMap<>()).merge(bins.get(i), 1L, Long::sum);
        }
        List<Long> hashes = new ArrayList<>();
        List<Integer> ofBins = new ArrayList<>();
        List<Long> counts = new ArrayList<>();
        entries.forEach((hash, own) -> own.forEach((bin, count) -> {
            hashes.add(hash);
            ofBins.add(bin);
            counts.add(count);
        }));
        return MatchWindow.newBuilder(next(people.size(), people.size() / 2, List.of(scores)))
                .setTask(TaskKind.CLAIM.name())
                .setSubjects(new SubjectScores(1L << 32, hashes, ofBins, counts))
                .build();
    }

    private MatchWindow next(int verdicts, int matches, List<Long> scores) {
        MatchWindow window = window(startMs, verdicts, matches, scores);
        startMs += SIZE_MS;
        return window;
    }

    static MatchWindow window(long startMs, int verdicts, int matches, List<Long> scores) {
        return MatchWindow.newBuilder()
                .setStart(Instant.ofEpochMilli(startMs))
                .setSizeMs(SIZE_MS)
                .setModelName("compact")
                .setModelVersion("1")
                .setSourceId("gate")
                .setTask(TaskKind.PAIR.name())
                .setVerdicts(verdicts)
                .setMatches(matches)
                .setNonMatches(verdicts - matches)
                .setUndecided(Map.of())
                .setScores(scores)
                .setThresholdMin(0.5)
                .setThresholdMax(0.5)
                .setGallerySum(verdicts)
                .setLatencies(List.of())
                .setShadowed(0)
                .setShadowAgreed(0)
                .build();
    }
}
