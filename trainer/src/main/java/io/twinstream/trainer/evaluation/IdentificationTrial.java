package io.twinstream.trainer.evaluation;

import io.twinstream.trainer.dataset.DatasetException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * A trial of open-set identification makes some subjects of the held-out images strangers, enrols one image of each
 * other subject, and searches for all other images. A smaller gallery is a part of the subjects. As many galleries
 * without a common subject as there are get searched, so that a rate doesn't depend on who happened to be in one.
 *
 * @param scores the score of each probe against every reference
 * @param mates the reference of each probe's subject, or {@link #STRANGER}
 */
record IdentificationTrial(double[][] scores, int[] mates) {
    static final int STRANGER = -1;

    private static final int[] STEPS = {1, 2, 5};
    private static final int SMALLEST = 10;

    /**
     * Compares every probe with every reference.
     *
     * @throws DatasetException if nobody is a stranger, or nobody with two images is left to be enrolled
     */
    static IdentificationTrial of(Comparer comparer, HeldOutImages images, IdentificationPlan plan)
            throws DatasetException {
        List<List<Integer>> subjects = subjects(images);
        Random random = new Random(plan.seed());
        Collections.shuffle(subjects, random);
        int strangers = Math.max(1, (int) Math.round(plan.strangers() * subjects.size()));
        List<Integer> references = new ArrayList<>();
        List<Integer> probes = new ArrayList<>();
        List<Integer> mates = new ArrayList<>();
        for (int number = 0; number < subjects.size(); number++) {
            List<Integer> subject = new ArrayList<>(subjects.get(number));
            boolean stranger = number < strangers;
            if (!stranger && subject.size() > 1) {
                references.add(subject.remove(random.nextInt(subject.size())));
            } else if (!stranger) {
                continue;
            }
            probes.addAll(subject);
            mates.addAll(Collections.nCopies(subject.size(), stranger ? STRANGER : references.size() - 1));
        }
        if (references.isEmpty()) {
            throw new DatasetException(
                    "identification needs a stranger and a subject with two images to enrol: add classes");
        }
        int[][] against = new int[probes.size()][];
        Arrays.fill(against, IntStream.range(0, references.size()).toArray());
        double[][] scores = comparer.scores(images.pictures(probes), images.pictures(references), against);
        return new IdentificationTrial(
                scores, mates.stream().mapToInt(Integer::intValue).toArray());
    }

    /** Returns 10, 20, 50, 100 and so on, and the number of all references. */
    int[] gallerySizes() {
        int all = scores[0].length;
        IntStream.Builder sizes = IntStream.builder();
        for (long decade = SMALLEST; decade < all; decade *= 10) {
            for (int step : STEPS) {
                if (step * decade < all) {
                    sizes.add((int) (step * decade));
                }
            }
        }
        return sizes.add(all).build().toArray();
    }

    int galleries(int size) {
        return scores[0].length / size;
    }

    /**
     * Returns rates of strangers' best scores as impostors, and of enrolled subjects' scores as genuine where they come
     * at rank 1; at another rank they count as not found.
     */
    ErrorRates rates(int gallerySize) {
        DoubleStream.Builder mated = DoubleStream.builder();
        DoubleStream.Builder strangers = DoubleStream.builder();
        for (int gallery = 0; gallery < galleries(gallerySize); gallery++) {
            int from = gallery * gallerySize;
            for (int probe = 0; probe < scores.length; probe++) {
                if (mates[probe] == STRANGER) {
                    strangers.add(scores[probe][best(scores[probe], from, from + gallerySize)]);
                } else if (mates[probe] >= from && mates[probe] < from + gallerySize) {
                    int best = best(scores[probe], from, from + gallerySize);
                    mated.add(best == mates[probe] ? scores[probe][best] : Double.NEGATIVE_INFINITY);
                }
            }
        }
        return new ErrorRates(mated.build().toArray(), strangers.build().toArray());
    }

    private static int best(double[] scores, int from, int to) {
        int best = from;
        for (int i = from + 1; i < to; i++) {
            if (scores[i] > scores[best]) {
                best = i;
            }
        }
        return best;
    }

    private static List<List<Integer>> subjects(HeldOutImages images) {
        Map<String, List<Integer>> subjects = new LinkedHashMap<>();
        for (int i = 0; i < images.images().size(); i++) {
            subjects.computeIfAbsent(images.images().get(i).subject(), name -> new ArrayList<>())
                    .add(i);
        }
        return new ArrayList<>(subjects.values());
    }
}
