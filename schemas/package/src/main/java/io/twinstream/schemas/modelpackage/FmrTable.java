package io.twinstream.schemas.modelpackage;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;

/**
 * Gives the threshold for each target false match rate, as measured on impostor pairs: the rates fall and the thresholds rise.
 * Between two points the threshold's logit is linear in the rate's logarithm.
 */
public record FmrTable(@JsonValue List<FmrPoint> points) {
    /**
     * So many false matches are the fewest that measure a rate. By the rule of 30 (Doddington, ISO/IEC 19795-1 annex B) they put
     * the true rate within 30 % of the measured one, with 90 % confidence.
     */
    public static final int LEAST_FALSE_MATCHES = 30;

    @JsonCreator
    public FmrTable {
        points = List.copyOf(points);
        if (points.size() < 2) {
            throw new IllegalArgumentException("an FMR table needs 2 points, had " + points.size());
        }
        for (int i = 1; i < points.size(); i++) {
            if (points.get(i).fmr() >= points.get(i - 1).fmr()
                    || points.get(i).threshold() < points.get(i - 1).threshold()) {
                throw new IllegalArgumentException("FMR must fall and thresholds must not fall, at point " + i);
            }
        }
    }

    /**
     * Returns the threshold that keeps the false match rate of one comparison at the target. A target above the table's range
     * gets the lowest threshold.
     *
     * @throws IllegalArgumentException if the target lies below the lowest rate that was measured
     */
    public double threshold(double targetFmr) {
        if (targetFmr >= highestFmr()) {
            return points.get(0).threshold();
        }
        for (int i = 1; i < points.size(); i++) {
            if (targetFmr >= points.get(i).fmr()) {
                return between(points.get(i - 1), points.get(i), targetFmr);
            }
        }
        throw new IllegalArgumentException(
                "the model's FMR table ends at %s: a target of %s was not measured".formatted(lowestFmr(), targetFmr));
    }

    /**
     * Returns a table with the rates of this one, and at each the higher threshold of both. Where the other one doesn't reach a rate
     * its last threshold counts.
     */
    public FmrTable stricter(FmrTable other) {
        return new FmrTable(points.stream()
                .map(point -> new FmrPoint(
                        point.fmr(),
                        Math.max(point.threshold(), other.threshold(Math.max(point.fmr(), other.lowestFmr())))))
                .toList());
    }

    /** Returns the highest rate that was measured. */
    public double highestFmr() {
        return points.get(0).fmr();
    }

    /** Returns the lowest rate that was measured. */
    public double lowestFmr() {
        return points.get(points.size() - 1).fmr();
    }

    private static double between(FmrPoint high, FmrPoint low, double target) {
        double part = Math.log(high.fmr() / target) / Math.log(high.fmr() / low.fmr());
        double logit = (1 - part) * logit(high.threshold()) + part * logit(low.threshold());
        return 1 / (1 + Math.exp(-logit));
    }

    private static double logit(double probability) {
        return Math.log(probability / (1 - probability));
    }
}
