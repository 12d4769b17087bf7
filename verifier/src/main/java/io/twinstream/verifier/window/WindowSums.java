package io.twinstream.verifier.window;

import io.twinstream.schemas.record.MatchWindow;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.ShadowOpinion;
import io.twinstream.schemas.record.UndecidedReason;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.verifier.stream.ShadowAgreement;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Verdicts added up in windows of one size. Windows that are given never change. Safe for many threads. */
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

    /** The window with the verdict, which belongs to it. */
    MatchWindow add(MatchWindow window, Verdict verdict) {
        long appendedMs = verdict.getAppendedAt().toEpochMilli();
        Outcome outcome = verdict.getOutcome();
        Double score = verdict.getScore();
        ShadowOpinion shadow = verdict.getShadow();
        Duration latency = Duration.between(verdict.getAppendedAt(), verdict.getDecidedAt());
        return MatchWindow.newBuilder()
                .setStart(Instant.ofEpochMilli(appendedMs - appendedMs % sizeMs))
                .setSizeMs(sizeMs)
                .setModelName(verdict.getModelName())
                .setModelVersion(verdict.getModelVersion())
                .setSourceId(verdict.getSourceId())
                .setTask(verdict.getTask().name())
                .setVerdicts(window.getVerdicts() + 1)
                .setMatches(window.getMatches() + (outcome == Outcome.MATCH ? 1 : 0))
                .setNonMatches(window.getNonMatches() + (outcome == Outcome.NON_MATCH ? 1 : 0))
                .setUndecided(
                        outcome == Outcome.UNDECIDED
                                ? increment(window.getUndecided(), verdict.getReason())
                                : window.getUndecided())
                .setScores(
                        score == null
                                ? window.getScores()
                                : Buckets.increment(window.getScores(), Buckets.ofScore(score)))
                .setThresholdMin(Math.min(window.getThresholdMin(), verdict.getThreshold()))
                .setThresholdMax(Math.max(window.getThresholdMax(), verdict.getThreshold()))
                .setGallerySum(window.getGallerySum() + verdict.getGallerySize())
                .setLatencies(Buckets.increment(window.getLatencies(), Buckets.ofLatency(latency)))
                .setShadowed(window.getShadowed() + (shadow == null ? 0 : 1))
                .setShadowAgreed(
                        window.getShadowAgreed() + (shadow != null && ShadowAgreement.agrees(verdict, shadow) ? 1 : 0))
                .build();
    }

    private static Map<String, Long> increment(Map<String, Long> counts, UndecidedReason reason) {
        Map<String, Long> sums = new HashMap<>(counts);
        // An undecided verdict without a reason breaks its schema's word; it is counted all the same.
        sums.merge(String.valueOf(reason), 1L, Long::sum);
        return sums;
    }
}
