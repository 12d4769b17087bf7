package io.twinstream.deploy.bench;

import java.util.List;
import java.util.Optional;

/**
 * Fits the documentation's time of a probe, {@code base + perReference x references}, by least squares.
 *
 * @param base microseconds of processor time of a probe without its search
 * @param perReference microseconds that each reference adds
 * @param residual root of the mean squared difference from the measured times, in microseconds
 */
record CapacityFit(double base, double perReference, double residual) {
    private static final int FEWEST = 3;

    /** Holds the measured time of a probe, in microseconds. */
    record Measured(int references, double micros) {}

    /**
     * Fits the measured times. It returns nothing where fewer than three galleries of different sizes were measured, since two
     * always lie on a line.
     */
    static Optional<CapacityFit> of(List<Measured> measured) {
        if (measured.stream().mapToInt(Measured::references).distinct().count() < FEWEST) {
            return Optional.empty();
        }
        double meanX =
                measured.stream().mapToInt(Measured::references).average().orElseThrow();
        double meanY = measured.stream().mapToDouble(Measured::micros).average().orElseThrow();
        double covariance = measured.stream()
                .mapToDouble(each -> (each.references() - meanX) * (each.micros() - meanY))
                .sum();
        double variance = measured.stream()
                .mapToDouble(each -> Math.pow(each.references() - meanX, 2))
                .sum();
        double slope = covariance / variance;
        double base = meanY - slope * meanX;
        double squares = measured.stream()
                .mapToDouble(each -> Math.pow(each.micros() - base - slope * each.references(), 2))
                .average()
                .orElseThrow();
        return Optional.of(new CapacityFit(base, slope, Math.sqrt(squares)));
    }
}
