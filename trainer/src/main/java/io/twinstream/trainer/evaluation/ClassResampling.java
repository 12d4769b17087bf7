package io.twinstream.trainer.evaluation;

import io.twinstream.schemas.modelpackage.FmrTable;
import io.twinstream.schemas.modelpackage.ThresholdBasis;
import io.twinstream.trainer.evaluation.PairScores.EmbeddedImages;
import io.twinstream.verifier.match.MatchFunction;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Tells between which bounds error rates lie with 95 % confidence, by drawing the classes again and again with replacement
 * (Bolle, Ratha, Pankanti 2004). Pairs of one class hang together, so that bounds from pairs alone would be far too narrow where
 * classes are few. The same pairs always give the same bounds.
 *
 * <p>A forecast draws twice: one draw sets the threshold for a target, and another, of as many classes, is judged at it. Its bounds
 * hold for other classes, and not only for the mean over all of them.
 *
 * <p>Maintainers: a class that is drawn m times weighs its genuine pairs by m, and impostor pairs weigh the product of both
 * classes. All draws walk down one array of pairs from the highest score, and stop where the last rate is known.
 */
final class ClassResampling {
    /** Of more images so many are compared, spread over the classes: the classes bound what is known. */
    static final int MOST_IMAGES = 2_000;

    private static final int DRAWS = 400;
    private static final long SEED = 1;
    private static final long SEED_OF_OTHERS = 2;

    private static final double TARGET_FMR = 0.01;
    private static final String FNMR = "fnmr@fmr=0.01";
    private static final String EER = "eer";

    /** The pairs' logits ascend, and the classes of each pair stand at its place. */
    private final float[] logits;

    private final int[] first;
    private final int[] second;
    private final int classes;
    private final long impostors;

    private ClassResampling(float[] logits, int[] first, int[] second, int classes) {
        this.logits = logits;
        this.first = first;
        this.second = second;
        this.classes = classes;
        this.impostors =
                IntStream.range(0, first.length).filter(pair -> !genuine(pair)).count();
    }

    /** Compares all pairs of the images, or of {@value #MOST_IMAGES} of them that are spread over the classes. */
    static ClassResampling of(EmbeddedImages all, MatchFunction match) {
        EmbeddedImages images = all.spread(MOST_IMAGES);
        float[][] probes = folded(images.embeddings(), match);
        float[][] references = folded(images.references(), match);
        int pairs = images.size() * (images.size() - 1) / 2;
        float[] logits = new float[pairs];
        int[] first = new int[pairs];
        int[] second = new int[pairs];
        int next = 0;
        for (int i = 0; i < images.size(); i++) {
            for (int j = i + 1; j < images.size(); j++) {
                logits[next] = match.foldedLogit(probes[i], references[j]);
                first[next] = images.classes()[i];
                second[next++] = images.classes()[j];
            }
        }
        return of(logits, first, second);
    }

    /**
     * Takes pairs with their logits.
     *
     * @param first the class of each pair's first image, any number
     * @param second the class of the other one
     */
    static ClassResampling of(float[] logits, int[] first, int[] second) {
        int[] numbers = IntStream.concat(Arrays.stream(first), Arrays.stream(second))
                .distinct()
                .sorted()
                .toArray();
        long[] keys = new long[logits.length];
        for (int pair = 0; pair < keys.length; pair++) {
            int bits = Float.floatToIntBits(logits[pair]);
            // Negative floats order the other way round.
            int ordered = bits ^ ((bits >> 31) & Integer.MAX_VALUE);
            keys[pair] = ((long) ordered << Integer.SIZE) | pair;
        }
        Arrays.sort(keys);
        float[] ascending = new float[keys.length];
        int[] dense = new int[keys.length];
        int[] others = new int[keys.length];
        for (int i = 0; i < keys.length; i++) {
            int pair = (int) keys[i];
            ascending[i] = logits[pair];
            dense[i] = Arrays.binarySearch(numbers, first[pair]);
            others[i] = Arrays.binarySearch(numbers, second[pair]);
        }
        return new ClassResampling(ascending, dense, others, numbers.length);
    }

    private static float[][] folded(float[][] embeddings, MatchFunction match) {
        return Arrays.stream(embeddings).map(match::fold).toArray(float[][]::new);
    }

    /** Returns the targets of {@link ThresholdBasis} that a table reaches and that these pairs can measure. */
    List<Double> targets(FmrTable table) {
        return ThresholdBasis.TARGETS.stream()
                .filter(target -> target >= table.lowestFmr() && target * impostors >= FmrTable.LEAST_FALSE_MATCHES)
                .toList();
    }

    /**
     * Returns the bounds of {@code eer} and {@code fnmr@fmr=0.01}; and those of the rates that as many other classes see at the
     * thresholds that these pairs set for some targets, as {@link ThresholdBasis} names them.
     */
    Map<String, Double> bounds(List<Double> targets) {
        int[][] drawn = drawn(SEED);
        int[][] others = drawn(SEED_OF_OTHERS);
        List<Rates> draws = IntStream.range(0, DRAWS)
                .parallel()
                .mapToObj(draw -> rates(drawn[draw], others[draw], targets))
                .flatMap(Optional::stream)
                .toList();
        Map<String, Double> bounds = new TreeMap<>();
        put(bounds, EER, draws, Rates::equal);
        put(bounds, FNMR, draws, Rates::fnmr);
        List<Rates> foretold = draws.stream().filter(Rates::foretells).toList();
        for (int i = 0; i < targets.size(); i++) {
            int at = i;
            put(bounds, ThresholdBasis.fmr(targets.get(i)), foretold, draw -> draw.others()[at][0]);
            put(bounds, ThresholdBasis.fnmr(targets.get(i)), foretold, draw -> draw.others()[at][1]);
        }
        return bounds;
    }

    /** Returns the bounds of both rates at a threshold that other pairs have set; empty where few draws have pairs of both kinds. */
    Optional<RateBounds> at(double logit) {
        int from = (int) IntStream.range(0, logits.length)
                .filter(pair -> logits[pair] < logit)
                .count();
        List<double[]> draws = Arrays.stream(drawn(SEED))
                .parallel()
                .flatMap(times -> at(from, times).stream())
                .toList();
        return draws.size() > DRAWS / 2
                ? Optional.of(new RateBounds(interval(draws, draw -> draw[0]), interval(draws, draw -> draw[1])))
                : Optional.empty();
    }

    private Optional<double[]> at(int from, int[] times) {
        Weights weights = new Weights(times);
        if (!weights.hasBothKinds()) {
            return Optional.empty();
        }
        for (int pair = logits.length - 1; pair >= from; pair--) {
            weights.match(pair);
        }
        return Optional.of(new double[] {weights.fmr(weights.matched), weights.fnmr(weights.accepted)});
    }

    private static <T> void put(Map<String, Double> bounds, String measure, List<T> draws, ToDoubleFunction<T> rate) {
        if (draws.size() > DRAWS / 2) {
            interval(draws, rate).put(measure, bounds);
        }
    }

    private static <T> Interval interval(List<T> draws, ToDoubleFunction<T> rate) {
        double[] values = draws.stream().mapToDouble(rate).sorted().toArray();
        return new Interval(
                values[(int) (0.025 * (values.length - 1))], values[(int) Math.ceil(0.975 * (values.length - 1))]);
    }

    /** Returns how often each class is drawn, for every draw. */
    private int[][] drawn(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int[][] drawn = new int[DRAWS][classes];
        for (int[] times : drawn) {
            for (int i = 0; i < classes; i++) {
                times[random.nextInt(classes)]++;
            }
        }
        return drawn;
    }

    /** Measures one draw, and another at its thresholds; empty where the first holds pairs of one kind alone. */
    private Optional<Rates> rates(int[] times, int[] otherTimes, List<Double> targets) {
        Weights own = new Weights(times);
        if (!own.hasBothKinds()) {
            return Optional.empty();
        }
        Weights other = new Weights(otherTimes);
        double[] goals = new double[targets.size() + 1];
        goals[0] = TARGET_FMR;
        for (int i = 1; i < goals.length; i++) {
            goals[i] = targets.get(i - 1);
        }
        double[][] found = new double[goals.length][];
        double equal = Double.NaN;
        int open = goals.length;
        for (int pair = logits.length - 1; open > 0 || Double.isNaN(equal); pair--) {
            long matched = own.matched;
            long accepted = own.accepted;
            long otherMatched = other.matched;
            long otherAccepted = other.accepted;
            own.match(pair);
            other.match(pair);
            boolean last = pair == 0;
            if (Double.isNaN(equal) && (last || !own.refusesAsManyAsItMatches())) {
                equal = (own.fmr(matched) + own.fnmr(accepted)) / 2;
            }
            double fmr = own.fmr(own.matched);
            for (int i = 0; i < goals.length; i++) {
                if (found[i] == null && (last || fmr > goals[i])) {
                    found[i] = new double[] {own.fnmr(accepted), other.fmr(otherMatched), other.fnmr(otherAccepted)};
                    open--;
                }
            }
        }
        double[][] others = Arrays.stream(found)
                .skip(1)
                .map(each -> new double[] {each[1], each[2]})
                .toArray(double[][]::new);
        return Optional.of(new Rates(equal, found[0][0], other.hasBothKinds(), others));
    }

    private boolean genuine(int pair) {
        return first[pair] == second[pair];
    }

    /**
     * What one draw gives.
     *
     * @param equal the equal error rate
     * @param fnmr the FNMR where the FMR is 0.01
     * @param foretells whether the other draw has pairs of both kinds
     * @param others FMR and FNMR of the other draw at the threshold of each target
     */
    private record Rates(double equal, double fnmr, boolean foretells, double[][] others) {}

    /** Between these bounds lie both rates at one threshold. */
    record RateBounds(Interval fmr, Interval fnmr) {}

    /** The weights of all pairs under one draw, of which some match. */
    private final class Weights {
        private final int[] times;
        private final long genuine;
        private final long impostor;
        private long accepted;
        private long matched;

        Weights(int[] times) {
            this.times = times;
            long same = 0;
            long different = 0;
            for (int pair = 0; pair < first.length; pair++) {
                long weight = (long) times[first[pair]] * times[second[pair]];
                if (genuine(pair)) {
                    same += times[first[pair]];
                } else {
                    different += weight;
                }
            }
            this.genuine = same;
            this.impostor = different;
        }

        boolean hasBothKinds() {
            return genuine > 0 && impostor > 0;
        }

        void match(int pair) {
            if (genuine(pair)) {
                accepted += times[first[pair]];
            } else {
                matched += (long) times[first[pair]] * times[second[pair]];
            }
        }

        double fmr(long matches) {
            return (double) matches / impostor;
        }

        double fnmr(long acceptances) {
            return (double) (genuine - acceptances) / genuine;
        }

        boolean refusesAsManyAsItMatches() {
            return (genuine - accepted) * (double) impostor >= matched * (double) genuine;
        }
    }
}
