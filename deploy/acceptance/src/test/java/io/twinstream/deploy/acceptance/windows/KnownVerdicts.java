package io.twinstream.deploy.acceptance.windows;

import io.twinstream.schemas.record.MatchWindow;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.ShadowOpinion;
import io.twinstream.schemas.record.TaskKind;
import io.twinstream.schemas.record.UndecidedCause;
import io.twinstream.schemas.record.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Makes verdicts of 30 series over a span of time, and what windows of them must hold, added up here by the words of {@code
 * MatchWindow}'s schema. Scores lie in the middle of their bins and latencies on the bounds of their buckets, so that no
 * rounding decides. The same seed gives the same verdicts.
 */
final class KnownVerdicts {
    private static final int SOURCES = 5;
    private static final int VERSIONS = 2;
    private static final int SCORE_BINS = 100;
    /** Number of the latencies' powers of two, up to 2^11 ms. */
    private static final int LATENCY_POWERS = 12;

    private static final int BUCKETS_A_POWER = 8;
    private static final double THRESHOLD = 0.5;
    private static final String HASH = "ab".repeat(32);

    private final SplittableRandom random;
    private final List<Duration> sizes;
    private final Instant first;
    private final Duration span;
    private final int count;
    private final Map<String, Map<String, Long>> windows = new HashMap<>();
    private int given;

    /**
     * Makes no verdict yet.
     *
     * @param sizes sizes of the windows that are added up
     * @param first time when the first one's probe was appended
     * @param span time until the last one's
     */
    KnownVerdicts(long seed, int count, List<Duration> sizes, Instant first, Duration span) {
        this.random = new SplittableRandom(seed);
        this.count = count;
        this.sizes = sizes;
        this.first = first;
        this.span = span;
    }

    /** Returns the next verdict, which is added to its windows. */
    Verdict next() {
        Instant appendedAt = Instant.ofEpochMilli(first.toEpochMilli() + span.toMillis() * given / count);
        Outcome outcome = Outcome.values()[random.nextInt(Outcome.values().length)];
        int bin = outcome == Outcome.NON_MATCH
                ? random.nextInt(SCORE_BINS / 2)
                : SCORE_BINS / 2 + random.nextInt(SCORE_BINS / 2);
        int power = random.nextInt(LATENCY_POWERS);
        Verdict verdict = Verdict.newBuilder()
                .setProbeId("known-" + given++)
                .setSourceId("gate-" + random.nextInt(SOURCES))
                .setTask(TaskKind.values()[random.nextInt(TaskKind.values().length)])
                .setOutcome(outcome)
                .setCause(
                        outcome == Outcome.UNDECIDED
                                ? UndecidedCause.values()[random.nextInt(UndecidedCause.values().length)]
                                : null)
                .setScore(outcome == Outcome.UNDECIDED ? null : (bin + 0.5) / SCORE_BINS)
                .setThreshold(THRESHOLD)
                .setTargetFmr(0.01)
                .setCandidates(List.of())
                .setGallerySize(random.nextInt(1_000))
                .setModelName("letters")
                .setModelVersion(Integer.toString(1 + random.nextInt(VERSIONS)))
                .setModelSha256(HASH)
                .setProbePartition(0)
                .setProbeOffset(given)
                .setAppendedAt(appendedAt)
                .setDecidedAt(appendedAt.plusMillis(1L << power))
                .setShadow(random.nextInt(4) == 0 ? shadow() : null)
                .build();
        sizes.forEach(size -> add(size, verdict, bin, power * BUCKETS_A_POWER));
        return verdict;
    }

    /** Returns what each window holds by its key on the topic, counter by counter, those at 0 left out. */
    Map<String, Map<String, Long>> windows() {
        return windows;
    }

    /** Returns a window as it came, in the same form. */
    static Map<String, Long> counters(MatchWindow window) {
        Map<String, Long> counters = new TreeMap<>();
        put(counters, "verdicts", window.getVerdicts());
        put(counters, "MATCH", window.getMatches());
        put(counters, "NON_MATCH", window.getNonMatches());
        window.getUndecided().forEach((reason, undecided) -> put(counters, "UNDECIDED " + reason, undecided));
        for (int bin = 0; bin < window.getScores().size(); bin++) {
            put(counters, "score " + bin, window.getScores().get(bin));
        }
        for (int bucket = 0; bucket < window.getLatencies().size(); bucket++) {
            put(counters, "latency " + bucket, window.getLatencies().get(bucket));
        }
        put(counters, "references", window.getGallerySum());
        put(counters, "shadowed", window.getShadowed());
        put(counters, "agreed", window.getShadowAgreed());
        return counters;
    }

    private ShadowOpinion shadow() {
        return ShadowOpinion.newBuilder()
                .setModelName("letters")
                .setModelVersion("shadow")
                .setModelSha256(HASH)
                .setOutcome(random.nextBoolean() ? Outcome.MATCH : Outcome.NON_MATCH)
                .setScore(THRESHOLD)
                .setThreshold(THRESHOLD)
                .setGallerySize(1)
                .build();
    }

    private void add(Duration size, Verdict verdict, int bin, int bucket) {
        long start = verdict.getAppendedAt().toEpochMilli() / size.toMillis() * size.toMillis();
        String key = "%d/%s/%s/%s/%s/%d"
                .formatted(
                        size.toMillis(),
                        verdict.getModelName(),
                        verdict.getModelVersion(),
                        verdict.getTask(),
                        verdict.getSourceId(),
                        start);
        Map<String, Long> counters = windows.computeIfAbsent(key, k -> new TreeMap<>());
        add(counters, "verdicts", 1);
        if (verdict.getOutcome() == Outcome.UNDECIDED) {
            add(counters, "UNDECIDED " + verdict.getCause(), 1);
        } else {
            add(counters, verdict.getOutcome().name(), 1);
            add(counters, "score " + bin, 1);
            add(counters, "references", verdict.getGallerySize());
        }
        add(counters, "latency " + bucket, 1);
        if (verdict.getShadow() != null) {
            add(counters, "shadowed", 1);
            add(counters, "agreed", verdict.getShadow().getOutcome() == verdict.getOutcome() ? 1 : 0);
        }
    }

    private static void add(Map<String, Long> counters, String name, long more) {
        if (more != 0) {
            counters.merge(name, more, Long::sum);
        }
    }

    private static void put(Map<String, Long> counters, String name, long value) {
        if (value != 0) {
            counters.put(name, value);
        }
    }
}
