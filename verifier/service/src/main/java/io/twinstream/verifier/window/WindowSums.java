package io.twinstream.verifier.window;

import io.twinstream.schemas.record.MatchWindow;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Window sums add up windows of one size. The given windows never change. Safe for many threads. */
public final class WindowSums {
    /** This is the source of a window that {@link #acrossSources} returns. */
    public static final String ALL_SOURCES = "*";

    private final long sizeMs;

    WindowSums(Duration size) {
        sizeMs = size.toMillis();
    }

    /**
     * Adds up the windows of all sources to one for each model version, task, size and start, in the order of the first
     * of each. Its source is {@value #ALL_SOURCES}.
     */
    public static List<MatchWindow> acrossSources(Collection<MatchWindow> windows) {
        Map<List<Object>, MatchWindow> added = new LinkedHashMap<>();
        for (MatchWindow each : windows) {
            List<Object> key = List.of(
                    each.getModelName(), each.getModelVersion(), each.getTask(), each.getSizeMs(), each.getStart());
            WindowSums sums = new WindowSums(Duration.ofMillis(each.getSizeMs()));
            added.put(
                    key,
                    MatchWindow.newBuilder(sums.add(added.getOrDefault(key, sums.empty()), each))
                            .setSourceId(ALL_SOURCES)
                            .build());
        }
        return List.copyOf(added.values());
    }

    /** Returns a window without verdicts, which belongs to no series yet. */
    MatchWindow empty() {
        return MatchWindow.newBuilder()
                .setStart(Instant.EPOCH)
                .setSizeMs(sizeMs)
                .setModelName("")
                .setModelVersion("")
                .setSourceId("")
                .setTask("")
                .setVerdicts(0)
                .setMatches(0)
                .setNonMatches(0)
                .setUndecided(Map.of())
                .setScores(List.of())
                .setThresholdMin(Double.POSITIVE_INFINITY)
                .setThresholdMax(Double.NEGATIVE_INFINITY)
                .setGallerySum(0)
                .setLatencies(List.of())
                .setShadowed(0)
                .setShadowAgreed(0)
                .setSubjects(SubjectCounts.record(SubjectCounts.NONE))
                .build();
    }

    /** Returns the window with the counts of a part of its time added. */
    MatchWindow add(MatchWindow window, MatchWindow part) {
        long partMs = part.getStart().toEpochMilli();
        return MatchWindow.newBuilder(part)
                .setStart(Instant.ofEpochMilli(partMs - partMs % sizeMs))
                .setSizeMs(sizeMs)
                .setVerdicts(window.getVerdicts() + part.getVerdicts())
                .setMatches(window.getMatches() + part.getMatches())
                .setNonMatches(window.getNonMatches() + part.getNonMatches())
                .setUndecided(sum(window.getUndecided(), part.getUndecided()))
                .setScores(HistogramBuckets.sum(window.getScores(), part.getScores()))
                .setThresholdMin(Math.min(window.getThresholdMin(), part.getThresholdMin()))
                .setThresholdMax(Math.max(window.getThresholdMax(), part.getThresholdMax()))
                .setGallerySum(window.getGallerySum() + part.getGallerySum())
                .setLatencies(HistogramBuckets.sum(window.getLatencies(), part.getLatencies()))
                .setShadowed(window.getShadowed() + part.getShadowed())
                .setShadowAgreed(window.getShadowAgreed() + part.getShadowAgreed())
                .setSubjects(SubjectCounts.record(SubjectCounts.sum(
                        SubjectCounts.of(window.getSubjects()), SubjectCounts.of(part.getSubjects()))))
                .build();
    }

    private static Map<String, Long> sum(Map<String, Long> some, Map<String, Long> others) {
        Map<String, Long> sums = new HashMap<>(some);
        others.forEach((reason, count) -> sums.merge(reason, count, Long::sum));
        return sums;
    }
}
