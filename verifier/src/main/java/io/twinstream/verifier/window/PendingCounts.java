package io.twinstream.verifier.window;

import io.twinstream.schemas.record.MatchWindow;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.ShadowOpinion;
import io.twinstream.schemas.record.UndecidedReason;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.verifier.stream.ShadowAgreement;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What some verdicts of one window come to, at most 2<sup>31</sup> of them, as numbers at fixed places in {@value #BYTES} bytes.
 *
 * <p>Maintainers: a verdict changes ten numbers. As a record, two histograms would be read and written for it, which costs
 * more than all else that counting does. The layout lies in a changelog, if only for a second: whoever changes it
 * renames the store.
 */
final class PendingCounts {
    private static final int MATCHES = 0;
    private static final int NON_MATCHES = MATCHES + Integer.BYTES;
    private static final int SHADOWED = NON_MATCHES + Integer.BYTES;
    private static final int SHADOW_AGREED = SHADOWED + Integer.BYTES;
    private static final int GALLERY_SUM = SHADOW_AGREED + Integer.BYTES;
    private static final int THRESHOLD_MIN = GALLERY_SUM + Long.BYTES;
    private static final int THRESHOLD_MAX = THRESHOLD_MIN + Double.BYTES;
    /** By the reason's place among all, behind them those without one. */
    private static final int UNDECIDED = THRESHOLD_MAX + Double.BYTES;

    private static final List<UndecidedReason> REASONS = List.of(UndecidedReason.values());
    private static final int SCORES = UNDECIDED + (REASONS.size() + 1) * Integer.BYTES;
    private static final int LATENCIES = SCORES + Buckets.SCORE_BINS * Integer.BYTES;
    static final int BYTES = LATENCIES + Buckets.LATENCIES * Integer.BYTES;

    private final byte[] bytes;
    private final ByteBuffer numbers;

    private PendingCounts(byte[] bytes) {
        this.bytes = bytes;
        this.numbers = ByteBuffer.wrap(bytes);
    }

    /** Those that {@link #bytes} gave, or none yet; the bytes given don't change. */
    static PendingCounts of(byte @Nullable [] bytes) {
        if (bytes != null) {
            return new PendingCounts(bytes.clone());
        }
        PendingCounts none = new PendingCounts(new byte[BYTES]);
        none.numbers.putDouble(THRESHOLD_MIN, Double.POSITIVE_INFINITY);
        none.numbers.putDouble(THRESHOLD_MAX, Double.NEGATIVE_INFINITY);
        return none;
    }

    byte[] bytes() {
        return bytes;
    }

    void add(Verdict verdict) {
        Outcome outcome = verdict.getOutcome();
        Double score = verdict.getScore();
        ShadowOpinion shadow = verdict.getShadow();
        switch (outcome) {
            case MATCH -> increment(MATCHES);
            case NON_MATCH -> increment(NON_MATCHES);
            case UNDECIDED -> increment(UNDECIDED + Integer.BYTES * place(verdict.getReason()));
        }
        if (score != null) {
            increment(SCORES + Integer.BYTES * Buckets.ofScore(score));
        }
        Duration latency = Duration.between(verdict.getAppendedAt(), verdict.getDecidedAt());
        increment(LATENCIES + Integer.BYTES * Buckets.ofLatency(latency));
        double threshold = verdict.getThreshold();
        numbers.putDouble(THRESHOLD_MIN, Math.min(numbers.getDouble(THRESHOLD_MIN), threshold));
        numbers.putDouble(THRESHOLD_MAX, Math.max(numbers.getDouble(THRESHOLD_MAX), threshold));
        numbers.putLong(GALLERY_SUM, numbers.getLong(GALLERY_SUM) + verdict.getGallerySize());
        if (shadow != null) {
            increment(SHADOWED);
            if (ShadowAgreement.agrees(verdict, shadow)) {
                increment(SHADOW_AGREED);
            }
        }
    }

    /** Adds the numbers to a record that says already what window they are of. */
    void fill(MatchWindow.Builder window) {
        Map<String, Long> undecided = undecided();
        long matches = numbers.getInt(MATCHES);
        long nonMatches = numbers.getInt(NON_MATCHES);
        window.setVerdicts(matches
                        + nonMatches
                        + undecided.values().stream().mapToLong(Long::longValue).sum())
                .setMatches(matches)
                .setNonMatches(nonMatches)
                .setUndecided(undecided)
                .setScores(counts(SCORES, Buckets.SCORE_BINS))
                .setThresholdMin(numbers.getDouble(THRESHOLD_MIN))
                .setThresholdMax(numbers.getDouble(THRESHOLD_MAX))
                .setGallerySum(numbers.getLong(GALLERY_SUM))
                .setLatencies(counts(LATENCIES, Buckets.LATENCIES))
                .setShadowed(numbers.getInt(SHADOWED))
                .setShadowAgreed(numbers.getInt(SHADOW_AGREED));
    }

    private Map<String, Long> undecided() {
        Map<String, Long> undecided = new HashMap<>();
        List<Long> counts = counts(UNDECIDED, REASONS.size() + 1);
        for (int i = 0; i < counts.size(); i++) {
            if (counts.get(i) > 0) {
                // An undecided verdict without a reason breaks its schema's word; it is counted all the same.
                undecided.put(i < REASONS.size() ? REASONS.get(i).name() : "null", counts.get(i));
            }
        }
        return undecided;
    }

    /** Without trailing zeros. */
    private List<Long> counts(int from, int length) {
        int used = length;
        while (used > 0 && numbers.getInt(from + (used - 1) * Integer.BYTES) == 0) {
            used--;
        }
        List<Long> counts = new ArrayList<>(used);
        for (int i = 0; i < used; i++) {
            counts.add((long) numbers.getInt(from + i * Integer.BYTES));
        }
        return counts;
    }

    private static int place(@Nullable UndecidedReason reason) {
        return reason == null ? REASONS.size() : REASONS.indexOf(reason);
    }

    private void increment(int at) {
        numbers.putInt(at, numbers.getInt(at) + 1);
    }
}
