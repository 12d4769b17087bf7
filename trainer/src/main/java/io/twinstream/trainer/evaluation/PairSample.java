package io.twinstream.trainer.evaluation;

import io.twinstream.trainer.dataset.DatasetException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A pair sample is drawn from held-out images much as Koch et al. (2015, section 4.2) draw theirs. It is half genuine
 * and half impostor, with as many pairs from each group. Both pictures of an impostor pair are from one group
 * (look-alikes, the harder case) and never by one drawer. No pair is drawn twice; where there are too few of a kind,
 * all are taken.
 *
 *
 * <p>The pairs come as two halves that share no subject, and no group where there are two or more: a threshold chosen
 * on one half can be judged on the other.
 *
 * @param drawersKnown true where pairs of one drawer could be told and left out
 */
public record PairSample(
        HeldOutImages images, PairPlan plan, List<ImagePair> first, List<ImagePair> second, boolean drawersKnown) {
    public PairSample {
        first = List.copyOf(first);
        second = List.copyOf(second);
    }

    /**
     * Draws a sample; the same images and plan give the same pairs.
     *
     * @throws DatasetException if either half has no genuine or no impostor pair
     */
    public static PairSample draw(HeldOutImages images, PairPlan plan) throws DatasetException {
        List<List<PairStratum>> halves = halves(images, plan);
        int strata = halves.get(0).size() + halves.get(1).size();
        boolean drawersKnown = halves.stream().flatMap(List::stream).allMatch(PairStratum::drawersKnown);
        Random random = new Random(plan.seed());
        List<List<ImagePair>> drawn = List.of(new ArrayList<>(), new ArrayList<>());
        int number = 0;
        for (int half = 0; half < 2; half++) {
            for (PairStratum stratum : halves.get(half)) {
                drawn.get(half).addAll(stratum.draw(share(plan, number++, strata), drawersKnown, random));
            }
            requireBothKinds(drawn.get(half));
        }
        return new PairSample(images, plan, drawn.get(0), drawn.get(1), drawersKnown);
    }

    /** Returns the pairs of both halves, the first half's in front. */
    public List<ImagePair> pairs() {
        return Stream.concat(first.stream(), second.stream()).toList();
    }

    /**
     * Returns how many genuine pairs, and as many impostors, a stratum gives; those of all strata sum up to half of
     * what is wanted.
     */
    private static int share(PairPlan plan, int stratum, int strata) {
        long genuine = plan.count() / 2;
        return (int) (genuine * (stratum + 1) / strata - genuine * stratum / strata);
    }

    private static List<List<PairStratum>> halves(HeldOutImages images, PairPlan plan) {
        List<Map<String, List<Integer>>> groups = List.copyOf(groups(images).values());
        List<List<PairStratum>> halves = List.of(new ArrayList<>(), new ArrayList<>());
        if (groups.size() == 1) {
            List<List<Integer>> subjects = List.copyOf(groups.get(0).values());
            halves.get(0).add(new PairStratum(images, everySecond(subjects, 0)));
            halves.get(1).add(new PairStratum(images, everySecond(subjects, 1)));
            return halves;
        }
        for (int half = 0; half < 2; half++) {
            List<List<List<Integer>>> chosen = new ArrayList<>();
            everySecond(groups, half).forEach(group -> chosen.add(List.copyOf(group.values())));
            if (plan.acrossGroups()) {
                halves.get(half)
                        .add(new PairStratum(
                                images, chosen.stream().flatMap(List::stream).toList()));
            } else {
                int at = half;
                chosen.forEach(group -> halves.get(at).add(new PairStratum(images, group)));
            }
        }
        return halves;
    }

    /** Returns the images of each subject, by group. */
    private static Map<String, Map<String, List<Integer>>> groups(HeldOutImages images) {
        Map<String, Map<String, List<Integer>>> groups = new TreeMap<>();
        for (int i = 0; i < images.images().size(); i++) {
            HeldOutImage image = images.images().get(i);
            groups.computeIfAbsent(image.group(), name -> new LinkedHashMap<>())
                    .computeIfAbsent(image.subject(), name -> new ArrayList<>())
                    .add(i);
        }
        return groups;
    }

    private static <T> List<T> everySecond(List<T> all, int from) {
        List<T> chosen = new ArrayList<>();
        for (int i = from; i < all.size(); i += 2) {
            chosen.add(all.get(i));
        }
        return chosen;
    }

    private static void requireBothKinds(List<ImagePair> half) throws DatasetException {
        if (half.stream().noneMatch(ImagePair::genuine) || half.stream().allMatch(ImagePair::genuine)) {
            throw new DatasetException(
                    "pairs need two halves without a common subject, each with two classes and two images of one: add classes");
        }
    }

    /**
     * A pair is a probe and a reference, by their index in the held-out images.
     *
     * @param genuine true where both show one subject
     */
    public record ImagePair(int probe, int reference, boolean genuine) {}

    /**
     * A stratum holds the subjects that pairs are drawn among; every subject is as likely as another.
     *
     * @param subjects the images of each, by index
     */
    record PairStratum(HeldOutImages images, List<List<Integer>> subjects) {

        /**
         * Returns whether names tell drawers. They don't where one drawer seems to have made all pictures of a subject.
         */
        boolean drawersKnown() {
            return subjects.stream()
                    .filter(PairStratum::several)
                    .allMatch(subject -> subject.stream()
                                    .map(image -> images.images().get(image).drawer())
                                    .distinct()
                                    .count()
                            > 1);
        }

        /** Draws so many genuine pairs and as many impostors, or all that there are. */
        List<ImagePair> draw(int genuine, boolean drawersApart, Random random) {
            List<List<Integer>> pairable =
                    subjects.stream().filter(PairStratum::several).toList();
            long inside = pairable.stream()
                    .mapToLong(List::size)
                    .map(n -> n * (n - 1) / 2)
                    .sum();
            long total = subjects.stream().mapToLong(List::size).sum();
            List<ImagePair> pairs = new ArrayList<>(new PairDraw(images, true, drawersApart)
                    .draw(
                            genuine,
                            inside,
                            random,
                            () -> within(any(pairable, random), random),
                            () -> pairable.stream()
                                    .flatMap(subject -> everyTwo(subject, random).stream())
                                    .toList()));
            pairs.addAll(new PairDraw(images, false, drawersApart)
                    .draw(
                            genuine,
                            total * (total - 1) / 2 - inside,
                            random,
                            () -> across(random),
                            () -> everyTwo(
                                    subjects.stream().flatMap(List::stream).toList(), random)));
            return pairs;
        }

        private static boolean several(List<Integer> subject) {
            return subject.size() > 1;
        }

        private static int[] within(List<Integer> subject, Random random) {
            return new int[] {any(subject, random), any(subject, random)};
        }

        private int[] across(Random random) {
            return new int[] {any(any(subjects, random), random), any(any(subjects, random), random)};
        }

        /** Returns every two images once, with either of them as the probe. */
        private static List<int[]> everyTwo(List<Integer> images, Random random) {
            List<int[]> all = new ArrayList<>();
            for (int i = 0; i < images.size(); i++) {
                for (int j = i + 1; j < images.size(); j++) {
                    boolean forward = random.nextBoolean();
                    all.add(new int[] {images.get(forward ? i : j), images.get(forward ? j : i)});
                }
            }
            return all;
        }

        private static <T> T any(List<T> all, Random random) {
            return all.get(random.nextInt(all.size()));
        }
    }

    /** Draws pairs of one kind, genuine or impostor, without repetition; a pair and its reverse are one. */
    static final class PairDraw {
        /**
         * Where there are this many possible pairs for each that is wanted, chance finds a new one soon; below, all are
         * listed.
         */
        private static final int PLENTY = 4;

        /**
         * Drawing stops after this many tries for each pair, since chance may never find the last ones where drawers
         * rule out most.
         */
        private static final int TRIES = 100;

        private final HeldOutImages images;
        private final boolean genuine;
        private final boolean drawersApart;
        private final Set<Long> seen = new HashSet<>();
        private final List<ImagePair> pairs = new ArrayList<>();

        PairDraw(HeldOutImages images, boolean genuine, boolean drawersApart) {
            this.images = images;
            this.genuine = genuine;
            this.drawersApart = drawersApart;
        }

        /**
         * Draws pairs by chance where there are plenty, and otherwise from a list of all.
         *
         * @param possible about how many there are, drawers not considered
         * @param chance a supplier of two images by chance
         * @param all a supplier of every two images, asked where there aren't many
         */
        List<ImagePair> draw(
                int wanted, long possible, Random random, Supplier<int[]> chance, Supplier<List<int[]>> all) {
            if (possible > (long) PLENTY * wanted) {
                for (long tries = (long) TRIES * wanted; tries > 0 && pairs.size() < wanted; tries--) {
                    offer(chance.get());
                }
                return pairs;
            }
            List<int[]> listed = new ArrayList<>(all.get());
            Collections.shuffle(listed, random);
            for (int i = 0; i < listed.size() && pairs.size() < wanted; i++) {
                offer(listed.get(i));
            }
            return pairs;
        }

        private void offer(int[] two) {
            HeldOutImage probe = images.images().get(two[0]);
            HeldOutImage reference = images.images().get(two[1]);
            boolean fits = two[0] != two[1]
                    && probe.sameSubject(reference) == genuine
                    && !(drawersApart && probe.sameDrawer(reference));
            long key = (long) Math.min(two[0], two[1]) << Integer.SIZE | Math.max(two[0], two[1]);
            if (fits && seen.add(key)) {
                pairs.add(new ImagePair(two[0], two[1], genuine));
            }
        }
    }
}
