package io.twinstream.verifier.window;

import io.twinstream.schemas.record.MatchWindow;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Adds up what lies in windows of one size. Windows that are given never change. Safe for many threads. */
final class WindowSums {
    private final long sizeMs;

    WindowSums(Duration size) {
        sizeMs = size.toMillis();
    }

    /** A window without verdicts, which is nobody's yet. */
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
                .build();
    }

    /** The window with what was counted in a part of its time. */
    MatchWindow add(MatchWindow window, MatchWindow part) {
        long partMs = part.getStart().toEpochMilli();
        return MatchWindow.newBuilder(part)
                .setStart(Instant.ofEpochMilli(partMs - partMs % sizeMs))
                .setSizeMs(sizeMs)
                .setVerdicts(window.getVerdicts() + part.getVerdicts())
                .setMatches(window.getMatches() + part.getMatches())
                .setNonMatches(window.getNonMatches() + part.getNonMatches())
                .setUndecided(sum(window.getUndecided(), part.getUndecided()))
                .setScores(Buckets.sum(window.getScores(), part.getScores()))
                .setThresholdMin(Math.min(window.getThresholdMin(), part.getThresholdMin()))
                .setThresholdMax(Math.max(window.getThresholdMax(), part.getThresholdMax()))
                .setGallerySum(window.getGallerySum() + part.getGallerySum())
                .setLatencies(Buckets.sum(window.getLatencies(), part.getLatencies()))
                .setShadowed(window.getShadowed() + part.getShadowed())
                .setShadowAgreed(window.getShadowAgreed() + part.getShadowAgreed())
                .build();
    }

    private static Map<String, Long> sum(Map<String, Long> some, Map<String, Long> others) {
        Map<String, Long> sums = new HashMap<>(some);
        others.forEach((reason, count) -> sums.merge(reason, count, Long::sum));
        return sums;
    }
}
