package io.twinstream.schemas.modelpackage;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Impostors are the pairs of two subjects on which thresholds are measured. Where subjects come in groups, such as characters of
 * alphabets, two of one group look alike, and more of them match at one threshold.
 *
 * <p>Maintainers: a manifest with an unknown field is refused by verifiers from before, and one with unknown measures isn't. So
 * the table of look-alikes stands among the measures, by names like {@code threshold@fmr=0.01.withinGroup}. A release carries it
 * too, since its manifest comes without the package's other files.
 */
public enum Impostors {
    /** Pairs of two subjects of the same group. */
    LOOK_ALIKES("look-alikes", ".withinGroup"),
    /** Pairs of any two subjects. */
    POOLED("pooled", "");

    private static final String THRESHOLD = "threshold@fmr=";

    private final String word;
    private final String suffix;

    Impostors(String word, String suffix) {
        this.word = word;
        this.suffix = suffix;
    }

    /** Returns the name in JSON and in lines for people. */
    public String word() {
        return word;
    }

    /** Returns the name of a measure that was taken on these impostors; of its bounds, the ends come behind. */
    public String measure(String name) {
        return name + suffix;
    }

    /** Returns the measures of accuracy among some, without the rows of tables. */
    public static Map<String, Double> withoutThresholds(Map<String, Double> measures) {
        Map<String, Double> accuracy = new TreeMap<>(measures);
        accuracy.keySet().removeIf(Impostors::isThreshold);
        return accuracy;
    }

    private static boolean isThreshold(String measure) {
        return measure.startsWith(THRESHOLD);
    }

    /** Adds a table of look-alikes to some measures. */
    public static void putLookAlikes(FmrTable table, Map<String, Double> measures) {
        table.points()
                .forEach(point -> measures.put(
                        LOOK_ALIKES.measure(THRESHOLD + ThresholdBasis.plain(point.fmr())), point.threshold()));
    }

    /**
     * Reads the table of look-alikes from measures; empty for packages from before, and where subjects had no groups.
     *
     * @throws IllegalArgumentException if the measures name a table that is none
     */
    public static Optional<FmrTable> lookAlikes(Map<String, Double> measures) {
        List<FmrPoint> points = new ArrayList<>();
        measures.forEach((name, threshold) -> {
            if (isThreshold(name) && name.endsWith(LOOK_ALIKES.suffix)) {
                points.add(new FmrPoint(rate(name), threshold));
            }
        });
        points.sort(Comparator.comparingDouble(FmrPoint::fmr).reversed());
        return points.isEmpty() ? Optional.empty() : Optional.of(new FmrTable(points));
    }

    private static double rate(String measure) {
        String fmr = measure.substring(THRESHOLD.length(), measure.length() - LOOK_ALIKES.suffix.length());
        try {
            return Double.parseDouble(fmr);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "the measure %s needs a false match rate behind '='".formatted(measure), e);
        }
    }
}
