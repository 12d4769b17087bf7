package io.twinstream.trainer.evaluation;

import io.twinstream.schemas.image.Picture;
import io.twinstream.trainer.evaluation.PairSample.ImagePair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A verification evaluation has the errors in verification over a sample of pairs (ISO/IEC 19795-1).
 *
 * @param scored the pairs with their scores
 * @param accuracy mean share of the genuine and of the impostor pairs that are decided rightly, 0 to 1, at a threshold that was
 *     chosen on other pairs
 * @param otherSet true where the threshold comes from a set of its own; false where each half of the sample was judged at the
 *     best threshold of the other half, with which it has no subject in common
 */
public record VerificationEvaluation(PairSample sample, ScoredPairs scored, double accuracy, boolean otherSet) {

    /** Judges each half of the sample at the other half's best threshold. */
    public static VerificationEvaluation of(Comparer comparer, PairSample sample) {
        ScoredPairs scored = ScoredPairs.of(comparer, sample.images(), sample.pairs());
        int middle = sample.first().size();
        ErrorRates first = scored.part(0, middle).rates();
        ErrorRates second = scored.part(middle, sample.pairs().size()).rates();
        double ofFirst = second.bestThreshold();
        double ofSecond = first.bestThreshold();
        double refused = first.fnmr(ofFirst) * first.genuinePairs() + second.fnmr(ofSecond) * second.genuinePairs();
        double taken = first.fmr(ofFirst) * first.impostorPairs() + second.fmr(ofSecond) * second.impostorPairs();
        double fnmr = refused / (first.genuinePairs() + second.genuinePairs());
        double fmr = taken / (first.impostorPairs() + second.impostorPairs());
        return new VerificationEvaluation(sample, scored, 1 - (fmr + fnmr) / 2, false);
    }

    /** Judges the whole sample at the best threshold of another set's pairs. */
    public static VerificationEvaluation of(Comparer comparer, PairSample sample, PairSample thresholds) {
        ScoredPairs scored = ScoredPairs.of(comparer, sample.images(), sample.pairs());
        double threshold = ScoredPairs.of(comparer, thresholds.images(), thresholds.pairs())
                .rates()
                .bestThreshold();
        ErrorRates rates = scored.rates();
        return new VerificationEvaluation(sample, scored, 1 - (rates.fmr(threshold) + rates.fnmr(threshold)) / 2, true);
    }

    public ErrorRates rates() {
        return scored.rates();
    }

    /** Counts the classes that the pairs show. */
    public int classes() {
        return (int) scored.pairs().stream()
                .flatMap(pair -> Stream.of(pair.probe(), pair.reference()))
                .map(image -> sample.images().images().get(image).subject())
                .distinct()
                .count();
    }

    /** Draws the classes of the pairs. */
    ClassResampling resampling() {
        NumberedPairs pairs = NumberedPairs.of(this);
        return ClassResampling.of(pairs.logits, pairs.first, pairs.second);
    }

    /** Draws the groups of the pairs, and classes in them; empty where impostors don't come from one of several groups each. */
    Optional<ClassResampling> groupResampling() {
        NumberedPairs pairs = NumberedPairs.of(this);
        long groups = pairs.groups.values().stream().distinct().count();
        return sample.plan().acrossGroups() || groups < ClassResampling.FEWEST_GROUPS
                ? Optional.empty()
                : Optional.of(ClassResampling.withinGroups(pairs.logits, pairs.first, pairs.second, pairs.groups));
    }

    /**
     * The pairs have numbers for classes.
     *
     * @param groups the group of each class
     */
    private record NumberedPairs(float[] logits, int[] first, int[] second, Map<Integer, String> groups) {
        static NumberedPairs of(VerificationEvaluation of) {
            Map<String, Integer> numbers = new HashMap<>();
            Map<Integer, String> groups = new HashMap<>();
            List<ImagePair> pairs = of.scored.pairs();
            float[] logits = new float[pairs.size()];
            int[] first = new int[pairs.size()];
            int[] second = new int[pairs.size()];
            for (int i = 0; i < logits.length; i++) {
                logits[i] = (float) of.scored.scores()[i];
                first[i] = number(of.image(pairs.get(i).probe()), numbers, groups);
                second[i] = number(of.image(pairs.get(i).reference()), numbers, groups);
            }
            return new NumberedPairs(logits, first, second, groups);
        }

        private static int number(HeldOutImage image, Map<String, Integer> numbers, Map<Integer, String> groups) {
            int number = numbers.computeIfAbsent(image.subject(), each -> numbers.size());
            groups.put(number, image.group());
            return number;
        }
    }

    private HeldOutImage image(int index) {
        return sample.images().images().get(index);
    }

    /**
     * Scored pairs have the scores that one way of comparing gives them.
     *
     * @param scores the scores of the pairs, in their order
     */
    public record ScoredPairs(List<ImagePair> pairs, double[] scores) {

        static ScoredPairs of(Comparer comparer, HeldOutImages images, List<ImagePair> pairs) {
            Map<Integer, List<Integer>> byProbe = new LinkedHashMap<>();
            Map<Integer, Integer> references = new LinkedHashMap<>();
            for (int i = 0; i < pairs.size(); i++) {
                byProbe.computeIfAbsent(pairs.get(i).probe(), probe -> new ArrayList<>())
                        .add(i);
                references.putIfAbsent(pairs.get(i).reference(), references.size());
            }
            int[][] against = byProbe.values().stream()
                    .map(those -> those.stream()
                            .mapToInt(pair -> references.get(pairs.get(pair).reference()))
                            .toArray())
                    .toArray(int[][]::new);
            List<Picture> probes = images.pictures(List.copyOf(byProbe.keySet()));
            double[][] byProbeScores =
                    comparer.scores(probes, images.pictures(new ArrayList<>(references.keySet())), against);
            double[] scores = new double[pairs.size()];
            int probe = 0;
            for (List<Integer> those : byProbe.values()) {
                for (int i = 0; i < those.size(); i++) {
                    scores[those.get(i)] = byProbeScores[probe][i];
                }
                probe++;
            }
            return new ScoredPairs(pairs, scores);
        }

        /** Returns the scores of the genuine or of the impostor pairs, in the order of the pairs. */
        public double[] scores(boolean genuine) {
            double[] chosen = new double[scores.length];
            int count = 0;
            for (int i = 0; i < scores.length; i++) {
                if (pairs.get(i).genuine() == genuine) {
                    chosen[count++] = scores[i];
                }
            }
            return Arrays.copyOf(chosen, count);
        }

        public ErrorRates rates() {
            return new ErrorRates(scores(true), scores(false));
        }

        ScoredPairs part(int from, int to) {
            return new ScoredPairs(pairs.subList(from, to), Arrays.copyOfRange(scores, from, to));
        }
    }
}
