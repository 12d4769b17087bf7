package io.twinstream.trainer.evaluation;

import io.twinstream.schemas.modelpackage.FmrTable;
import io.twinstream.schemas.modelpackage.Impostors;
import io.twinstream.schemas.modelpackage.ThresholdBasis;
import io.twinstream.trainer.evaluation.PairScores.EmbeddedImages;
import io.twinstream.verifier.match.MatchFunction;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Tells between which bounds error rates lie with 95 % confidence, by drawing the classes again and again with replacement
 * (Bolle, Ratha, Pankanti 2004). Pairs of one class hang together, so that bounds from pairs alone would be far too narrow where
 * classes are few. The same pairs always give the same bounds.
 *
 * <p>Classes of one group hang together too. For impostors of one group, groups can be drawn first and then classes in each of
 * them, so that the bounds hold for other groups (Davison and Hinkley 1997, section 3.8). Groups are few, and as many draws as
 * there are would vary too little, by the share of one group. So one less is drawn (Rao and Wu 1988).
 *
 * <p>A forecast draws twice: one draw sets the threshold for a target, and another, of as many classes, is judged at it. Its bounds
 * hold for other classes, and not only for the mean over all of them.
 *
 * <p>Maintainers: a class that is drawn m times weighs its genuine pairs by m, and impostor pairs weigh the product of both
 * classes. A group that is drawn twice counts as two groups, whose classes don't meet. All draws walk down one array of pairs from
 * the highest score, and stop where the last rate is known.
 */
final class ClassResampling {
    /** Of more images so many are compared, spread over the classes: the classes bound what is known. */
    static final int MOST_IMAGES = 2_000;

    /** Fewer groups can't tell how groups differ. */
    static final int FEWEST_GROUPS = 2;

    private static final int DRAWS = 400;
    private static final long SEED = 1;
    private static final long SEED_OF_OTHERS = 2;

    private static final double TARGET_FMR = 0.01;
    private static final String FNMR = "fnmr@fmr=0.01";
    private static final String EER = "eer";

    /** Says what is drawn. */
    enum Unit {
        /** Classes. */
        CLASSES,
        /** Groups, and classes in each of them; for look-alikes in {@link #FEWEST_GROUPS} groups or more. */
        GROUPS
    }

    private final Impostors impostors;

    /** The pairs' logits ascend, and the couple of each pair's classes stands at its place. */
    private final float[] logits;

    private final int[] couples;
    private final Couples all;
    private final int classes;
    private final long impostorPairs;

    /** For look-alikes the classes of each group and the couples among them, otherwise none. */
    private final int[][] classesOfGroup;

    private final int[][] couplesOfGroup;

    /**
     * Couples are two classes each, or one class twice, that some pairs show.
     *
     * @param pairs how many pairs show each
     */
    private record Couples(int[] first, int[] second, long[] pairs) {
        boolean genuine(int couple) {
            return first[couple] == second[couple];
        }

        int size() {
            return pairs.length;
        }
    }

    private ClassResampling(
            Impostors impostors, float[] logits, int[] couples, Couples all, int classes, int[] groupOfClass) {
        this.impostors = impostors;
        this.logits = logits;
        this.couples = couples;
        this.all = all;
        this.classes = classes;
        this.impostorPairs = IntStream.range(0, all.size())
                .filter(couple -> !all.genuine(couple))
                .mapToLong(couple -> all.pairs()[couple])
                .sum();
        int groups = Arrays.stream(groupOfClass).max().orElse(-1) + 1;
        this.classesOfGroup = byGroup(groups, classes, each -> groupOfClass[each]);
        this.couplesOfGroup = byGroup(groups, all.size(), couple -> groupOfClass[all.first()[couple]]);
    }

    private static int[][] byGroup(int groups, int size, IntUnaryOperator groupOf) {
        int[][] byGroup = new int[groups][];
        for (int group = 0; group < groups; group++) {
            int number = group;
            byGroup[group] = IntStream.range(0, size)
                    .filter(each -> groupOf.applyAsInt(each) == number)
                    .toArray();
        }
        return byGroup;
    }

    /** Compares all pairs of the images, or of {@value #MOST_IMAGES} of them that are spread over the classes. */
    static ClassResampling of(EmbeddedImages all, MatchFunction match) {
        return of(all, match, Impostors.POOLED);
    }

    /** Compares pairs of one group alone, or all; of many images {@value #MOST_IMAGES} that are spread over the classes. */
    static ClassResampling of(EmbeddedImages all, MatchFunction match, Impostors impostors) {
        EmbeddedImages images = all.spread(MOST_IMAGES);
        float[][] probes = folded(images.embeddings(), match);
        float[][] references = folded(images.references(), match);
        PairList pairs = new PairList(images.size() * (images.size() - 1) / 2);
        for (int i = 0; i < images.size(); i++) {
            for (int j = i + 1; j < images.size(); j++) {
                if (impostors == Impostors.POOLED || images.genuine(i, j) || images.sameGroup(i, j)) {
                    pairs.add(match.foldedLogit(probes[i], references[j]), images.classes()[i], images.classes()[j]);
                }
            }
        }
        Map<Integer, String> groups = new HashMap<>();
        for (int i = 0; i < images.size(); i++) {
            groups.put(images.classes()[i], images.groups().get(i));
        }
        return pairs.resampling(impostors, groups);
    }

    /**
     * Takes pairs of any classes with their logits.
     *
     * @param first the class of each pair's first image, any number
     * @param second the class of the other one
     */
    static ClassResampling of(float[] logits, int[] first, int[] second) {
        return pairs(logits, first, second).resampling(Impostors.POOLED, Map.of());
    }

    /**
     * Takes pairs of classes of one group each.
     *
     * @param groups the group of each class
     */
    static ClassResampling withinGroups(float[] logits, int[] first, int[] second, Map<Integer, String> groups) {
        return pairs(logits, first, second).resampling(Impostors.LOOK_ALIKES, groups);
    }

    private static PairList pairs(float[] logits, int[] first, int[] second) {
        PairList pairs = new PairList(logits.length);
        for (int i = 0; i < logits.length; i++) {
            pairs.add(logits[i], first[i], second[i]);
        }
        return pairs;
    }

    /** Pairs as they come, before they are put in order. */
    private static final class PairList {
        private final float[] logits;
        private final int[] first;
        private final int[] second;
        private int size;

        PairList(int most) {
            logits = new float[most];
            first = new int[most];
            second = new int[most];
        }

        void add(float logit, int one, int other) {
            logits[size] = logit;
            first[size] = one;
            second[size++] = other;
        }

        ClassResampling resampling(Impostors impostors, Map<Integer, String> groups) {
            int[] numbers = IntStream.concat(Arrays.stream(first, 0, size), Arrays.stream(second, 0, size))
                    .distinct()
                    .sorted()
                    .toArray();
            long[] keys = new long[size];
            for (int pair = 0; pair < size; pair++) {
                int bits = Float.floatToIntBits(logits[pair]);
                // Negative floats order the other way round.
                int ordered = bits ^ ((bits >> 31) & Integer.MAX_VALUE);
                keys[pair] = ((long) ordered << Integer.SIZE) | pair;
            }
            Arrays.sort(keys);
            float[] ascending = new float[size];
            long[] coupled = new long[size];
            for (int i = 0; i < size; i++) {
                int pair = (int) keys[i];
                ascending[i] = logits[pair];
                int one = Arrays.binarySearch(numbers, first[pair]);
                int other = Arrays.binarySearch(numbers, second[pair]);
                coupled[i] = (long) Math.min(one, other) * numbers.length + Math.max(one, other);
            }
            long[] distinct = LongStream.of(coupled).sorted().distinct().toArray();
            int[] couples = new int[size];
            long[] counts = new long[distinct.length];
            for (int i = 0; i < size; i++) {
                couples[i] = Arrays.binarySearch(distinct, coupled[i]);
                counts[couples[i]]++;
            }
            Couples all = new Couples(
                    LongStream.of(distinct)
                            .mapToInt(each -> (int) (each / numbers.length))
                            .toArray(),
                    LongStream.of(distinct)
                            .mapToInt(each -> (int) (each % numbers.length))
                            .toArray(),
                    counts);
            return new ClassResampling(
                    impostors, ascending, couples, all, numbers.length, groupOfClass(impostors, numbers, groups));
        }

        private static int[] groupOfClass(Impostors impostors, int[] numbers, Map<Integer, String> groups) {
            if (impostors == Impostors.POOLED) {
                return new int[0];
            }
            List<String> ofEach = Arrays.stream(numbers)
                    .mapToObj(number -> groups.getOrDefault(number, ""))
                    .toList();
            List<String> names = ofEach.stream().distinct().toList();
            return ofEach.stream().mapToInt(names::indexOf).toArray();
        }
    }

    private static float[][] folded(float[][] embeddings, MatchFunction match) {
        return Arrays.stream(embeddings).map(match::fold).toArray(float[][]::new);
    }

    /** Returns the unit that says the most about others: groups for look-alikes where there are enough, and classes otherwise. */
    Unit widest() {
        return classesOfGroup.length >= FEWEST_GROUPS ? Unit.GROUPS : Unit.CLASSES;
    }

    /** Returns the targets of {@link ThresholdBasis} that a table reaches and that these pairs can measure. */
    List<Double> targets(FmrTable table) {
        return ThresholdBasis.TARGETS.stream()
                .filter(target -> target >= table.lowestFmr() && target * impostorPairs >= FmrTable.LEAST_FALSE_MATCHES)
                .toList();
    }

    /**
     * Returns the bounds of {@code eer} and {@code fnmr@fmr=0.01}; and those of the rates that as many others see at the thresholds
     * that these pairs set for some targets, as {@link ThresholdBasis} names them. What is drawn is the {@link #widest} unit.
     */
    Map<String, Double> bounds(List<Double> targets) {
        Drawn drawn = drawn(widest(), SEED);
        Drawn others = drawn(widest(), SEED_OF_OTHERS);
        List<Rates> draws = IntStream.range(0, DRAWS)
                .parallel()
                .mapToObj(draw -> rates(drawn.weights(draw), others.weights(draw), targets))
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
    Optional<RateBounds> at(double logit, Unit unit) {
        int from = (int) IntStream.range(0, logits.length)
                .filter(pair -> logits[pair] < logit)
                .count();
        Drawn drawn = drawn(unit, SEED);
        List<double[]> draws = IntStream.range(0, DRAWS)
                .parallel()
                .mapToObj(draw -> at(from, drawn.weights(draw)))
                .flatMap(Optional::stream)
                .toList();
        return draws.size() > DRAWS / 2
                ? Optional.of(new RateBounds(interval(draws, draw -> draw[0]), interval(draws, draw -> draw[1])))
                : Optional.empty();
    }

    private Optional<double[]> at(int from, int[] drawn) {
        Weights weights = new Weights(drawn);
        if (!weights.hasBothKinds()) {
            return Optional.empty();
        }
        for (int pair = logits.length - 1; pair >= from; pair--) {
            weights.match(pair);
        }
        return Optional.of(new double[] {weights.fmr(weights.matched), weights.fnmr(weights.accepted)});
    }

    private <T> void put(Map<String, Double> bounds, String measure, List<T> draws, ToDoubleFunction<T> rate) {
        if (draws.size() > DRAWS / 2) {
            interval(draws, rate).put(impostors.measure(measure), bounds);
        }
    }

    private static <T> Interval interval(List<T> draws, ToDoubleFunction<T> rate) {
        double[] values = draws.stream().mapToDouble(rate).sorted().toArray();
        return new Interval(
                values[(int) (0.025 * (values.length - 1))], values[(int) Math.ceil(0.975 * (values.length - 1))]);
    }

    private Drawn drawn(Unit unit, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        if (unit == Unit.GROUPS) {
            SplittableRandom[] each = new SplittableRandom[DRAWS];
            Arrays.setAll(each, draw -> random.split());
            return draw -> weightsOfGroups(each[draw]);
        }
        int[][] drawn = new int[DRAWS][classes];
        for (int[] times : drawn) {
            for (int i = 0; i < classes; i++) {
                times[random.nextInt(classes)]++;
            }
        }
        return draw -> {
            int[] weights = new int[all.size()];
            for (int couple = 0; couple < weights.length; couple++) {
                weights[couple] = weight(couple, drawn[draw]);
            }
            return weights;
        };
    }

    /** Draws groups, one less than there are, and as many classes of each as it has. */
    private int[] weightsOfGroups(SplittableRandom random) {
        int[] weights = new int[all.size()];
        int[] times = new int[classes];
        for (int i = 1; i < classesOfGroup.length; i++) {
            int group = random.nextInt(classesOfGroup.length);
            int[] members = classesOfGroup[group];
            for (int j = 0; j < members.length; j++) {
                times[members[random.nextInt(members.length)]]++;
            }
            for (int couple : couplesOfGroup[group]) {
                weights[couple] += weight(couple, times);
            }
            for (int member : members) {
                times[member] = 0;
            }
        }
        return weights;
    }

    private int weight(int couple, int[] times) {
        int once = times[all.first()[couple]];
        return all.genuine(couple) ? once : once * times[all.second()[couple]];
    }

    /** Measures one draw, and another at its thresholds; empty where the first holds pairs of one kind alone. */
    private Optional<Rates> rates(int[] weights, int[] otherWeights, List<Double> targets) {
        Weights own = new Weights(weights);
        if (!own.hasBothKinds()) {
            return Optional.empty();
        }
        Weights other = new Weights(otherWeights);
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

    /** Gives the weight of each couple in a draw; each draw is asked for once. */
    @FunctionalInterface
    private interface Drawn {
        int[] weights(int draw);
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
        private final int[] weights;
        private final long genuine;
        private final long impostor;
        private long accepted;
        private long matched;

        Weights(int[] weights) {
            this.weights = weights;
            long same = 0;
            long different = 0;
            for (int couple = 0; couple < weights.length; couple++) {
                long weight = weights[couple] * all.pairs()[couple];
                if (all.genuine(couple)) {
                    same += weight;
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
            int couple = couples[pair];
            if (all.genuine(couple)) {
                accepted += weights[couple];
            } else {
                matched += weights[couple];
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
