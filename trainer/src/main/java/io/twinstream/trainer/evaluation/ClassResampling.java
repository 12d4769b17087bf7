package io.twinstream.trainer.evaluation;

import io.twinstream.trainer.evaluation.PairScores.EmbeddedImages;
import io.twinstream.verifier.match.MatchFunction;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Tells between which bounds error rates lie with 95 % confidence, by drawing the classes again and again with replacement
 * (Bolle, Ratha, Pankanti 2004). Pairs of one class hang together, so that bounds from pairs alone would be far too narrow where
 * classes are few. The same images always give the same bounds.
 *
 * <p>Maintainers: a class that is drawn m times weighs its genuine pairs by m, and impostor pairs weigh the product of both
 * classes. All draws walk over one sorted array of pairs.
 */
final class ClassResampling {
    private static final int DRAWS = 400;
    private static final long SEED = 1;

    /** More images would take minutes; so many give narrow bounds anyway. */
    private static final int MOST_IMAGES = 2_000;

    private static final double TARGET_FMR = 0.01;

    /** Pairs by ascending logit: the upper half of each number orders it, the lower one is the pair's place. */
    private final long[] sorted;

    private final int[] first;
    private final int[] second;
    private final int classes;

    private ClassResampling(long[] sorted, int[] first, int[] second, int classes) {
        this.sorted = sorted;
        this.first = first;
        this.second = second;
        this.classes = classes;
    }

    /**
     * Returns {@code eer.low}, {@code eer.high}, {@code fnmr@fmr=0.01.low} and {@code fnmr@fmr=0.01.high}; nothing where there are
     * more than {@value #MOST_IMAGES} images.
     */
    static Map<String, Double> bounds(EmbeddedImages images, MatchFunction match) {
        if (images.size() > MOST_IMAGES) {
            return Map.of();
        }
        ClassResampling resampling = of(images, match);
        double[] equal = new double[DRAWS];
        double[] fnmr = new double[DRAWS];
        SplittableRandom random = new SplittableRandom(SEED);
        int draws = 0;
        for (int draw = 0; draw < DRAWS; draw++) {
            if (resampling.measure(resampling.drawn(random), draws, equal, fnmr)) {
                draws++;
            }
        }
        Map<String, Double> bounds = new TreeMap<>();
        if (draws > DRAWS / 2) {
            put(bounds, "eer", Arrays.copyOf(equal, draws));
            put(bounds, "fnmr@fmr=0.01", Arrays.copyOf(fnmr, draws));
        }
        return bounds;
    }

    private static void put(Map<String, Double> bounds, String measure, double[] values) {
        Arrays.sort(values);
        bounds.put(measure + ".low", values[(int) (0.025 * (values.length - 1))]);
        bounds.put(measure + ".high", values[(int) Math.ceil(0.975 * (values.length - 1))]);
    }

    private static ClassResampling of(EmbeddedImages images, MatchFunction match) {
        int[] numbers = Arrays.stream(images.classes()).distinct().sorted().toArray();
        int[] dense = Arrays.stream(images.classes())
                .map(each -> Arrays.binarySearch(numbers, each))
                .toArray();
        float[][] probes = folded(images.embeddings(), match);
        float[][] references = folded(images.references(), match);
        int pairs = images.size() * (images.size() - 1) / 2;
        long[] sorted = new long[pairs];
        int[] first = new int[pairs];
        int[] second = new int[pairs];
        int next = 0;
        for (int i = 0; i < images.size(); i++) {
            for (int j = i + 1; j < images.size(); j++) {
                int bits = Float.floatToIntBits(match.foldedLogit(probes[i], references[j]));
                // Negative floats order the other way round.
                int ordered = bits ^ ((bits >> 31) & Integer.MAX_VALUE);
                sorted[next] = ((long) ordered << Integer.SIZE) | next;
                first[next] = dense[i];
                second[next++] = dense[j];
            }
        }
        Arrays.sort(sorted);
        return new ClassResampling(sorted, first, second, numbers.length);
    }

    private static float[][] folded(float[][] embeddings, MatchFunction match) {
        return Arrays.stream(embeddings).map(match::fold).toArray(float[][]::new);
    }

    private int[] drawn(SplittableRandom random) {
        int[] times = new int[classes];
        for (int i = 0; i < classes; i++) {
            times[random.nextInt(classes)]++;
        }
        return times;
    }

    /** Measures both rates of one draw; false where it holds pairs of one kind alone. */
    private boolean measure(int[] times, int draw, double[] equal, double[] fnmr) {
        long genuine = 0;
        long impostor = 0;
        for (int pair = 0; pair < first.length; pair++) {
            long weight = weight(times, pair);
            genuine += first[pair] == second[pair] ? weight : 0;
            impostor += first[pair] == second[pair] ? 0 : weight;
        }
        if (genuine == 0 || impostor == 0) {
            return false;
        }
        long refused = 0;
        long matched = impostor;
        boolean crossed = false;
        boolean reached = false;
        for (long each : sorted) {
            int pair = (int) each;
            long weight = weight(times, pair);
            if (first[pair] == second[pair]) {
                refused += weight;
            } else {
                matched -= weight;
            }
            double fmr = (double) matched / impostor;
            if (!crossed && refused * (double) impostor >= matched * (double) genuine) {
                equal[draw] = (fmr + (double) refused / genuine) / 2;
                crossed = true;
            }
            if (!reached && fmr <= TARGET_FMR) {
                fnmr[draw] = (double) refused / genuine;
                reached = true;
            }
            if (crossed && reached) {
                return true;
            }
        }
        return false;
    }

    private long weight(int[] times, int pair) {
        return first[pair] == second[pair] ? times[first[pair]] : (long) times[first[pair]] * times[second[pair]];
    }
}
