package io.twinstream.trainer.head;

import io.twinstream.trainer.dataset.DatasetException;
import io.twinstream.trainer.evaluation.ErrorRates;
import io.twinstream.trainer.evaluation.PairScores;
import io.twinstream.trainer.evaluation.PairScores.EmbeddedImages;
import io.twinstream.verifier.match.MatchFunction;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * Head trials leave out some of the classes in turn, learn every kind of head from the others, and measure it on those left out
 * (cross-validation by whole classes). So each kind is judged on classes that it has not seen, and none of the images that set
 * thresholds is used up. The same images and seed give the same rates.
 *
 * @param rates by kind: the equal error rate of each trial
 */
record HeadTrials(Map<HeadKind, double[]> rates) {
    /** Fewest classes to learn from and to try on: 2 each. */
    static final int FEWEST_CLASSES = 4;

    private static final int MOST_PARTS = 5;
    private static final int CLASSES_OF_PART = 3;
    /** The parts are drawn again until there are so many trials. */
    private static final int FEWEST_TRIALS = 6;

    /** Images that are compared in a trial. */
    private static final int MOST_COMPARED = 1_500;

    /** A trial learns from some classes and is measured on others. */
    private record Trial(Set<Integer> learned, Set<Integer> leftOut) {}

    /**
     * Returns the classes that a trial can use, which have two images at least.
     */
    static List<Integer> classes(EmbeddedImages images) {
        Map<Integer, Integer> sizes = new TreeMap<>();
        for (int each : images.classes()) {
            sizes.merge(each, 1, Integer::sum);
        }
        return sizes.entrySet().stream()
                .filter(each -> each.getValue() > 1)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Returns how many trials there are with so many classes. */
    static int count(int classes) {
        int parts = parts(classes);
        return classes < FEWEST_CLASSES ? 0 : parts * rounds(parts);
    }

    private static int parts(int classes) {
        return Math.max(2, Math.min(MOST_PARTS, classes / CLASSES_OF_PART));
    }

    private static int rounds(int parts) {
        return (FEWEST_TRIALS + parts - 1) / parts;
    }

    /**
     * Runs all trials.
     *
     * @param kinds the kinds to try
     * @throws DatasetException if the parent doesn't tell the images apart at all
     * @throws InterruptedException if the thread was interrupted
     */
    static HeadTrials run(
            EmbeddedImages images,
            List<HeadKind> kinds,
            HeadLearner learner,
            long seed,
            HeadLearner.StepListener listener)
            throws DatasetException, InterruptedException {
        List<Trial> trials = trials(classes(images), seed);
        Map<HeadKind, double[]> rates = new EnumMap<>(HeadKind.class);
        kinds.forEach(kind -> rates.put(kind, new double[trials.size()]));
        for (int trial = 0; trial < trials.size(); trial++) {
            EmbeddedImages learned = HeadImages.some(images, trials.get(trial).learned(), HeadImages.MOST_IMAGES);
            EmbeddedImages leftOut = HeadImages.some(images, trials.get(trial).leftOut(), MOST_COMPARED);
            for (Map.Entry<HeadKind, double[]> each : rates.entrySet()) {
                each.getValue()[trial] = equalErrorRate(learner.learn(each.getKey(), learned, listener), leftOut);
            }
        }
        return new HeadTrials(rates);
    }

    private static double equalErrorRate(Head head, EmbeddedImages images) {
        PairScores pairs = PairScores.of(head.seen(images), new MatchFunction(head.weights(), 0));
        return new ErrorRates(pairs.genuine(), pairs.impostor()).equalErrorRate();
    }

    private static List<Trial> trials(List<Integer> classes, long seed) {
        List<Trial> trials = new ArrayList<>();
        int parts = parts(classes.size());
        Random random = new Random(seed);
        for (int round = 0; round < rounds(parts); round++) {
            List<Integer> shuffled = new ArrayList<>(classes);
            Collections.shuffle(shuffled, random);
            for (int part = 0; part < parts; part++) {
                Set<Integer> leftOut = new HashSet<>(
                        shuffled.subList(part * shuffled.size() / parts, (part + 1) * shuffled.size() / parts));
                Set<Integer> learned = new HashSet<>(shuffled);
                learned.removeAll(leftOut);
                trials.add(new Trial(learned, leftOut));
            }
        }
        return trials;
    }

    /** Returns the mean equal error rate of a kind. */
    double mean(HeadKind kind) {
        return mean(rates(kind));
    }

    /**
     * Returns whether a kind is better than the parent's head by more than chance: the mean gain is above its own standard error.
     */
    boolean better(HeadKind kind) {
        double[] own = rates(kind);
        double[] parents = rates(HeadKind.CALIBRATION);
        double[] gains = new double[own.length];
        for (int trial = 0; trial < own.length; trial++) {
            gains[trial] = parents[trial] - own[trial];
        }
        double mean = mean(gains);
        double squares = 0;
        for (double gain : gains) {
            squares += (gain - mean) * (gain - mean);
        }
        double error = Math.sqrt(squares / (gains.length - 1.0) / gains.length);
        return mean > 0 && mean > error;
    }

    private double[] rates(HeadKind kind) {
        double[] own = rates.get(kind);
        if (own == null) {
            throw new IllegalArgumentException("no head of kind %s was tried".formatted(kind.word()));
        }
        return own;
    }

    private static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.length;
    }
}
