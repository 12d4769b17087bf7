package io.twinstream.schemas.modelpackage;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A threshold basis says what a model's thresholds rest on, and what other classes would see at them. It is read from the measures
 * of a manifest. Pairs of one class hang together, so that the number of classes tells more than that of pairs. Classes of one
 * group hang together too, so that for look-alikes the number of groups tells most.
 *
 * @param groups the groups in which look-alikes were compared; 0 for thresholds of all impostors
 * @param classes the classes whose images were compared
 * @param classPairs the pairs of two different classes
 * @param impostorPairs the pairs of images of two different classes
 * @param forecasts what as many other classes, in as many other groups, would see, the highest target first
 */
public record ThresholdBasis(int groups, int classes, long classPairs, long impostorPairs, List<Forecast> forecasts) {
    /** Forecasts are made for these false match rates, as far as a table reaches. */
    public static final List<Double> TARGETS = List.of(0.1, 0.01, 0.001, 0.0001);

    /** The names of the measures. */
    public static final String CLASSES = "classes";

    public static final String CLASS_PAIRS = "classPairs";

    public static final String IMPOSTOR_PAIRS = "impostorPairs";

    public static final String GROUPS = "groups";

    /** No measure counts more, and doubles tell every whole number up to here. */
    private static final long MOST_PAIRS = 1L << 53;

    /** Ends the name of a measure's lower bound, at 95 % confidence. */
    public static final String LOW = ".low";

    /** Ends the name of a measure's upper bound, at 95 % confidence. */
    public static final String HIGH = ".high";

    /** A forecast is narrow where its rate is at most so many times the target. */
    private static final double MOST = 2;

    /** A forecast is narrow where its rate is at least this share of the target. */
    private static final double LEAST = 1.0 / 3;

    public ThresholdBasis {
        forecasts = List.copyOf(forecasts);
    }

    /** Returns the name of the false match rate at the threshold that a table gives for a target. */
    public static String fmr(double target) {
        return "fmr@target=" + plain(target);
    }

    /** Returns the name of the false non-match rate at the threshold that a table gives for a target. */
    public static String fnmr(double target) {
        return "fnmr@target=" + plain(target);
    }

    /**
     * Checks measures of a package that somebody else may have made: what can't be read later is refused at once.
     *
     * @throws IllegalArgumentException with one line, if a table or a basis among them can't be read
     */
    static void requireReadable(Map<String, Double> measures) {
        Optional<FmrTable> unusedTable = Impostors.lookAlikes(measures);
        for (Impostors each : Impostors.values()) {
            Optional<ThresholdBasis> unusedBasis = of(measures, each);
        }
    }

    /** Reads the basis of the thresholds of all impostors; it is empty for packages that don't name the number of their classes. */
    public static Optional<ThresholdBasis> of(Map<String, Double> measures) {
        return of(measures, Impostors.POOLED);
    }

    /** Reads the basis of some impostors' thresholds from measures; it is empty for packages that don't name it. */
    public static Optional<ThresholdBasis> of(Map<String, Double> measures, Impostors impostors) {
        String classesName = impostors.measure(CLASSES);
        String pairsName = impostors.measure(IMPOSTOR_PAIRS);
        if (!measures.containsKey(classesName) || !measures.containsKey(pairsName)) {
            return Optional.empty();
        }
        List<Forecast> forecasts = new ArrayList<>();
        for (double target : TARGETS) {
            String fmr = impostors.measure(fmr(target));
            String fnmr = impostors.measure(fnmr(target));
            Double fmrLow = measures.get(fmr + LOW);
            Double fmrHigh = measures.get(fmr + HIGH);
            Double fnmrLow = measures.get(fnmr + LOW);
            Double fnmrHigh = measures.get(fnmr + HIGH);
            if (fmrLow != null && fmrHigh != null && fnmrLow != null && fnmrHigh != null) {
                forecasts.add(new Forecast(target, fmrLow, fmrHigh, fnmrLow, fnmrHigh));
            }
        }
        boolean grouped = impostors == Impostors.LOOK_ALIKES;
        int classes = (int) count(measures, classesName, 0, Integer.MAX_VALUE);
        double everyPair = grouped ? 0 : classes * (classes - 1.0) / 2;
        return Optional.of(new ThresholdBasis(
                grouped ? (int) count(measures, GROUPS, 0, Integer.MAX_VALUE) : 0,
                classes,
                count(measures, impostors.measure(CLASS_PAIRS), everyPair, MOST_PAIRS),
                count(measures, pairsName, 0, MOST_PAIRS),
                forecasts));
    }

    private static long count(Map<String, Double> measures, String name, double otherwise, long most) {
        double count = measures.getOrDefault(name, otherwise);
        if (!(count >= 0 && count <= most)) {
            throw new IllegalArgumentException(
                    "the measure %s must lie between 0 and %d, was %s".formatted(name, most, count));
        }
        return Math.round(count);
    }

    /** Says in one line what the thresholds rest on. */
    public String line() {
        return groups > 0
                ? "thresholds for look-alikes rest on %d groups, %d classes, %d pairs of classes and %d impostor pairs"
                        .formatted(groups, classes, classPairs, impostorPairs)
                : "thresholds rest on %d classes, %d pairs of classes and %d impostor pairs"
                        .formatted(classes, classPairs, impostorPairs);
    }

    /** Returns a line for each forecast that isn't narrow, with what would help. */
    public List<String> doubts() {
        return forecasts.stream()
                .filter(each -> !each.isNarrow())
                .map(this::doubt)
                .toList();
    }

    /** Returns a line for each rate that these classes can't vouch for, and one for the first that a table doesn't reach. */
    public List<String> warnings(FmrTable table) {
        List<String> warnings = new ArrayList<>(doubts());
        for (double target : TARGETS) {
            if (target < table.lowestFmr()) {
                warnings.add(unmeasured(target));
                break;
            }
        }
        return warnings;
    }

    /** Returns a line for each rate of a package that what its thresholds rest on can't carry, of both tables. */
    public static List<String> warnings(Manifest manifest) {
        List<String> warnings = new ArrayList<>();
        of(manifest.evaluation()).ifPresent(basis -> warnings.addAll(basis.warnings(manifest.fmrTable())));
        manifest.lookAlikes()
                .ifPresent(table -> of(manifest.evaluation(), Impostors.LOOK_ALIKES)
                        .ifPresent(basis -> warnings.addAll(basis.warnings(table))));
        return warnings;
    }

    /** Returns why thresholds for a target false match rate may do something else on other classes; null if nothing says so. */
    public @Nullable String doubt(double targetFmr) {
        return forecasts.stream()
                .filter(each -> each.target() <= targetFmr * (1 + 1e-9))
                .findFirst()
                .or(() -> forecasts.isEmpty() ? Optional.empty() : Optional.of(forecasts.get(forecasts.size() - 1)))
                .filter(each -> !each.isNarrow())
                .map(this::doubt)
                .orElse(null);
    }

    private String doubt(Forecast forecast) {
        int counted = groups > 0 ? groups : classes;
        String what = groups > 0 ? "groups" : "classes";
        int wanted = forecast.wanted(counted);
        double share = Math.sqrt((double) counted / wanted);
        double target = forecast.target();
        return "%d %s don't carry an FMR of %s%s: as many others see %s to %s at its threshold and an FNMR of %s to %s, with 95 %% confidence; about %d %s would narrow the FMR to %s to %s"
                .formatted(
                        counted,
                        what,
                        plain(forecast.target()),
                        groups > 0 ? " among look-alikes" : "",
                        plain(forecast.fmrLow()),
                        plain(forecast.fmrHigh()),
                        plain(forecast.fnmrLow()),
                        plain(forecast.fnmrHigh()),
                        wanted,
                        what,
                        plain(target - share * (target - forecast.fmrLow())),
                        plain(target * Math.pow(forecast.fmrHigh() / target, share)));
    }

    private String unmeasured(double target) {
        double pairs = Math.ceil(FmrTable.LEAST_FALSE_MATCHES / target - 1e-6);
        // Further groups add pairs among their own classes alone, and further classes add pairs with all others.
        return groups > 0
                ? "an FMR of %s is not in the table of look-alikes: it takes %.0f impostor pairs and there are %d, so about %d groups like these"
                        .formatted(plain(target), pairs, impostorPairs, tens(groups * pairs / impostorPairs))
                : "an FMR of %s is not in the table: it takes %.0f impostor pairs and there are %d, so about %d classes like these"
                        .formatted(
                                plain(target), pairs, impostorPairs, tens(classes * Math.sqrt(pairs / impostorPairs)));
    }

    /** Returns a number of classes or groups as one would ask for it, never too few. */
    private static int tens(double number) {
        return (int) (10 * Math.ceil(number / 10));
    }

    /** Writes a rate with two digits that count. */
    public static String plain(double rate) {
        return rate == 0
                ? "0"
                : BigDecimal.valueOf(rate)
                        .round(new MathContext(2, RoundingMode.HALF_UP))
                        .stripTrailingZeros()
                        .toPlainString();
    }

    /**
     * A forecast says between which bounds the rates of other classes lie, with 95 % confidence, where as many of them meet the
     * threshold that a table gives for a target.
     *
     * @param target the false match rate that the threshold was set for
     */
    public record Forecast(double target, double fmrLow, double fmrHigh, double fnmrLow, double fnmrHigh) {

        /** Returns whether other classes would see at most twice the target, and at least a third of it. */
        boolean isNarrow() {
            return excess() <= 1;
        }

        /**
         * Returns about how many classes, or groups, would make the forecast narrow. Its width falls with their square root, above the
         * target on a logarithmic scale.
         */
        int wanted(int counted) {
            return Math.max(counted + 1, tens(counted * excess() * excess()));
        }

        /** Returns how far the bounds lie from the target, as a share of what is narrow. */
        private double excess() {
            double above = Math.log(fmrHigh / target) / Math.log(MOST);
            double below = (1 - fmrLow / target) / (1 - LEAST);
            return Math.max(above, below);
        }
    }
}
