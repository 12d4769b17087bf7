package io.twinstream.trainer.evaluation;

import io.twinstream.trainer.dataset.DatasetException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
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
        return tried(comparer, images, plan)
                .orElseThrow(() -> new DatasetException(
                        "identification needs a stranger and a subject with two images to enrol: add classes"));
    }

    /**
     * Compares probes with references of their own group alone, so that strangers look like those enrolled. Groups with too few
     * subjects are left out, and there are no trials where subjects have no groups or all the same.
     */
    static List<IdentificationTrial> ofGroups(Comparer comparer, HeldOutImages images, IdentificationPlan plan) {
        Map<String, List<HeldOutImage>> groups = new TreeMap<>();
        images.images().stream()
                .filter(image -> !image.group().isEmpty())
                .forEach(image -> groups.computeIfAbsent(image.group(), name -> new ArrayList<>())
                        .add(image));
        return groups.size() < 2
                ? List.of()
                : groups.values().stream()
                        .map(some -> new HeldOutImages(some, List.of(), images.fingerprint()))
                        .flatMap(group -> tried(comparer, group, plan).stream())
                        .toList();
    }

    private static Optional<IdentificationTrial> tried(
            Comparer comparer, HeldOutImages images, IdentificationPlan plan) {
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
            return Optional.empty();
        }
        int[][] against = new int[probes.size()][];
        Arrays.fill(against, IntStream.range(0, references.size()).toArray());
        double[][] scores = comparer.scores(images.pictures(probes), images.pictures(references), against);
        return Optional.of(new IdentificationTrial(
                scores, mates.stream().mapToInt(Integer::intValue).toArray()));
    }

    /** Returns 10, 20, 50, 100 and so on, and the number of all references. */
    int[] gallerySizes() {
        int all = references();
        return IntStream.concat(steps(all), IntStream.of(all)).toArray();
    }

    /** Returns 10, 20, 50 and so on, as far as one of some trials reaches; if none does, what all reach. */
    static int[] gallerySizes(List<IdentificationTrial> trials) {
        int most =
                trials.stream().mapToInt(IdentificationTrial::references).max().orElse(0);
        int[] sizes = steps(most + 1).toArray();
        return sizes.length > 0
                ? sizes
                : trials.stream().mapToInt(IdentificationTrial::references).min().stream()
                        .toArray();
    }

    /** Returns 10, 20, 50 and so on below a number. */
    private static IntStream steps(int below) {
        return IntStream.iterate(SMALLEST, decade -> decade < below, decade -> decade * 10)
                .flatMap(decade -> Arrays.stream(STEPS).map(step -> step * decade))
                .filter(size -> size < below);
    }

    private int references() {
        return scores[0].length;
    }

    int galleries(int size) {
        return references() / size;
    }

    /**
     * Returns rates of strangers' best scores as impostors, and of enrolled subjects' scores as genuine where they come
     * at rank 1; at another rank they count as not found.
     */
    ErrorRates rates(int gallerySize) {
        return rates(List.of(this), gallerySize);
    }

    /** Returns the same rates of several trials together; those that are too small for the gallery have no part in it. */
    static ErrorRates rates(List<IdentificationTrial> trials, int gallerySize) {
        DoubleStream.Builder mated = DoubleStream.builder();
        DoubleStream.Builder strangers = DoubleStream.builder();
        trials.forEach(trial -> trial.search(gallerySize, mated, strangers));
        return new ErrorRates(mated.build().toArray(), strangers.build().toArray());
    }

    private void search(int gallerySize, DoubleStream.Builder mated, DoubleStream.Builder strangers) {
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
