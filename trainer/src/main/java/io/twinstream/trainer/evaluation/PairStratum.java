package io.twinstream.trainer.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * The subjects that pairs are drawn among, every subject as likely as another.
 *
 * @param subjects the images of each, by index
 */
record PairStratum(HeldOutImages images, List<List<Integer>> subjects) {

    /** Whether names tell drawers: unless one drawer seems to have made all pictures of a subject. */
    boolean drawersKnown() {
        return subjects.stream()
                .filter(PairStratum::several)
                .allMatch(subject -> subject.stream()
                                .map(image -> images.images().get(image).drawer())
                                .distinct()
                                .count()
                        > 1);
    }

    /** So many genuine pairs and as many impostors, or all that there are. */
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
                        () -> everyTwo(subjects.stream().flatMap(List::stream).toList(), random)));
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

    /** Every two once, either of them the probe. */
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
