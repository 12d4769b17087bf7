package io.twinstream.verifier.replay;

import io.twinstream.verifier.standstill.ProbePlace;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A reproduction tells whether the verdicts on record come out again. For one thread. */
public final class Reproduction implements ReplayTally {
    private static final int SHOWN = 10;

    private final Map<DecisionComparison, Long> counts = new EnumMap<>(DecisionComparison.class);
    private final Map<String, Long> versions = new TreeMap<>();
    private final List<Difference> differences = new ArrayList<>();
    private double largestScoreDifference;

    @Override
    public void add(ProbePlace at, @Nullable String probeId, Decision onRecord, @Nullable Decision now) {
        DecisionComparison comparison = now == null ? DecisionComparison.DIFFERS : DecisionComparison.of(onRecord, now);
        counts.merge(comparison, 1L, Long::sum);
        if (now != null) {
            versions.merge(now.model(), 1L, Long::sum);
        }
        if (now != null
                && comparison != DecisionComparison.GALLERY_CHANGED
                && Double.isFinite(onRecord.distance(now))) {
            largestScoreDifference = Math.max(largestScoreDifference, onRecord.distance(now));
        }
        if (comparison == DecisionComparison.DIFFERS && differences.size() < SHOWN) {
            differences.add(new Difference(probeId, at.partition(), at.offset(), onRecord, now));
        }
    }

    /** Returns how many verdicts came out again. */
    public long same() {
        return counts.getOrDefault(DecisionComparison.SAME, 0L);
    }

    /** Returns how many verdicts came out otherwise, probes that are rejected now included. */
    public long differs() {
        return counts.getOrDefault(DecisionComparison.DIFFERS, 0L);
    }

    /**
     * Returns how many claims and identifications can't be compared, since they came out otherwise from a gallery of
     * another size.
     */
    public long galleryChanged() {
        return counts.getOrDefault(DecisionComparison.GALLERY_CHANGED, 0L);
    }

    /** Returns the numbers of today's verdicts by the version that gave them, {@code name/version}. */
    public Map<String, Long> versions() {
        return Map.copyOf(versions);
    }

    /** Returns the largest difference of two scores of a probe, where the gallery isn't the cause. */
    public double largestScoreDifference() {
        return largestScoreDifference;
    }

    /** Returns the first ten probes whose verdicts differ. */
    public List<Difference> differences() {
        return List.copyOf(differences);
    }

    /**
     * A difference is a probe on which the verdict of today isn't the one on record.
     *
     * @param probeId the probe's id; null if the probe can't be read
     * @param now the decision of today; null if the probe is rejected
     */
    public record Difference(
            @Nullable String probeId,
            int partition,
            long offset,
            Decision onRecord,
            @Nullable Decision now) {}
}
