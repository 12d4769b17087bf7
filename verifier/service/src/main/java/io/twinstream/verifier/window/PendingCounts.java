package io.twinstream.verifier.window;

import io.twinstream.schemas.record.MatchWindow;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.ShadowOpinion;
import io.twinstream.schemas.record.UndecidedCause;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.serde.Undecided;
import io.twinstream.verifier.stream.ProbeResults;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Pending counts are the counts of some verdicts of one window, at most 2<sup>31</sup> of them, as numbers at fixed
 * places in {@value #BYTES} bytes.
 *
 * <p>Maintainers: a verdict changes a dozen numbers. As a record, two histograms would be read and written for it, which
 * costs more than all the rest of counting. Nor are the bytes copied for a verdict: their store is in memory and gives
 * them as they were put, and the changelog's producer copies them when they are written. The layout is kept in the
 * changelog, if only for a second. So new counts are added at its end, where the counts of an earlier release are
 * shorter.
 */
final class PendingCounts {
    private static final int MATCHES = 0;
    private static final int NON_MATCHES = MATCHES + Integer.BYTES;
    private static final int SHADOWED = NON_MATCHES + Integer.BYTES;
    private static final int SHADOW_AGREED = SHADOWED + Integer.BYTES;
    private static final int GALLERY_SUM = SHADOW_AGREED + Integer.BYTES;
    private static final int THRESHOLD_MIN = GALLERY_SUM + Long.BYTES;
    private static final int THRESHOLD_MAX = THRESHOLD_MIN + Double.BYTES;

    private static final int UNKNOWN_SUBJECT = THRESHOLD_MAX + Double.BYTES;
    private static final int EMPTY_GALLERY = UNKNOWN_SUBJECT + Integer.BYTES;
    private static final int WITHOUT_CAUSE = EMPTY_GALLERY + Integer.BYTES;
    private static final int SCORES = WITHOUT_CAUSE + Integer.BYTES;
    private static final int LATENCIES = SCORES + HistogramBuckets.SCORE_BINS * Integer.BYTES;
    private static final int BLANK = LATENCIES + HistogramBuckets.LATENCIES * Integer.BYTES;
    private static final int OUT_OF_DOMAIN = BLANK + Integer.BYTES;
    private static final int OTHER = OUT_OF_DOMAIN + Integer.BYTES;
    private static final int NOTHING_FOUND = OTHER + Integer.BYTES;
    private static final int SUBJECTS = NOTHING_FOUND + Integer.BYTES;
    static final int BYTES = SUBJECTS + PendingSubjects.BYTES;

    private final byte[] bytes;
    private final ByteBuffer numbers;
    private final PendingSubjects subjects;

    private PendingCounts(byte[] bytes) {
        this.bytes = bytes;
        this.numbers = ByteBuffer.wrap(bytes);
        this.subjects = new PendingSubjects(numbers, SUBJECTS);
    }

    /** Returns the counts that {@link #bytes} gave, which go on in the same bytes, or counts of zero for null. */
    static PendingCounts of(byte @Nullable [] bytes) {
        if (bytes != null && bytes.length < BYTES) {
            PendingCounts before = new PendingCounts(Arrays.copyOf(bytes, BYTES));
            // An earlier release didn't look who came.
            before.subjects.addUnknown();
            return before;
        }
        if (bytes != null) {
            return new PendingCounts(bytes);
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
            case UNDECIDED -> increment(place(Undecided.cause(verdict)));
        }
        if (score != null && outcome != Outcome.UNDECIDED) {
            int bin = HistogramBuckets.ofScore(score);
            increment(SCORES + Integer.BYTES * bin);
            if (verdict.getCandidates().isEmpty()) {
                subjects.addUnknown();
            } else {
                subjects.add(SubjectCounts.hash(verdict.getCandidates().get(0).getSubjectId()), bin);
            }
        }
        Duration latency = Duration.between(verdict.getAppendedAt(), verdict.getDecidedAt());
        increment(LATENCIES + Integer.BYTES * HistogramBuckets.ofLatency(latency));
        if (outcome != Outcome.UNDECIDED) {
            double threshold = verdict.getThreshold();
            numbers.putDouble(THRESHOLD_MIN, Math.min(numbers.getDouble(THRESHOLD_MIN), threshold));
            numbers.putDouble(THRESHOLD_MAX, Math.max(numbers.getDouble(THRESHOLD_MAX), threshold));
            numbers.putLong(GALLERY_SUM, numbers.getLong(GALLERY_SUM) + verdict.getGallerySize());
        }
        if (shadow != null) {
            increment(SHADOWED);
            if (ProbeResults.agrees(verdict, shadow)) {
                increment(SHADOW_AGREED);
            }
        }
    }

    /** Adds the numbers to a record that already names the window. */
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
                .setScores(counts(SCORES, HistogramBuckets.SCORE_BINS))
                .setThresholdMin(numbers.getDouble(THRESHOLD_MIN))
                .setThresholdMax(numbers.getDouble(THRESHOLD_MAX))
                .setGallerySum(numbers.getLong(GALLERY_SUM))
                .setLatencies(counts(LATENCIES, HistogramBuckets.LATENCIES))
                .setShadowed(numbers.getInt(SHADOWED))
                .setShadowAgreed(numbers.getInt(SHADOW_AGREED))
                .setSubjects(subjects.known() ? SubjectCounts.record(subjects.counts()) : null);
    }

    private Map<String, Long> undecided() {
        Map<String, Long> undecided = new HashMap<>();
        for (UndecidedCause cause : UndecidedCause.values()) {
            put(undecided, cause.name(), place(cause));
        }
        // An undecided verdict without a cause breaks the promise of its schema, and is counted all the same.
        put(undecided, "null", WITHOUT_CAUSE);
        return undecided;
    }

    private void put(Map<String, Long> counts, String name, int at) {
        if (numbers.getInt(at) > 0) {
            counts.put(name, (long) numbers.getInt(at));
        }
    }

    /** Returns the counts at some places, without trailing zeros. */
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

    private static int place(@Nullable UndecidedCause cause) {
        if (cause == null) {
            return WITHOUT_CAUSE;
        }
        return switch (cause) {
            case UNKNOWN_SUBJECT -> UNKNOWN_SUBJECT;
            case EMPTY_GALLERY -> EMPTY_GALLERY;
            case BLANK -> BLANK;
            case OUT_OF_DOMAIN -> OUT_OF_DOMAIN;
            case OTHER -> OTHER;
            case NOTHING_FOUND -> NOTHING_FOUND;
        };
    }

    private void increment(int at) {
        numbers.putInt(at, numbers.getInt(at) + 1);
    }
}
