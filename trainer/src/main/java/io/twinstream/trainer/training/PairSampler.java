package io.twinstream.trainer.training;

import io.twinstream.trainer.dataset.ImageClass;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Chooses the pairs of a batch: one for each of its classes, which are all different, so that any two images of
 * different pairs are an impostor pair. Every second batch comes from one group, where there is one that can fill it: the
 * look-alikes of one alphabet are the hard cases.
 */
final class PairSampler {
    private static final int TURNS = 4;

    private final List<ImageClass> classes;
    private final int pairs;
    private final List<Integer> everything;
    private final List<List<Integer>> groups;

    /**
     * @param pairs wanted in a batch; fewer where there are fewer classes
     */
    PairSampler(List<ImageClass> classes, int pairs) {
        this.classes = List.copyOf(classes);
        this.pairs = Math.min(pairs, classes.size() * TURNS);
        Map<String, List<Integer>> byGroup = new LinkedHashMap<>();
        everything = new ArrayList<>();
        for (int i = 0; i < classes.size() * TURNS; i++) {
            everything.add(i);
            byGroup.computeIfAbsent(classes.get(i / TURNS).group(), name -> new ArrayList<>())
                    .add(i);
        }
        groups = byGroup.values().stream()
                .filter(group -> group.size() >= this.pairs)
                .toList();
    }

    /** Pairs in each batch. */
    int pairs() {
        return pairs;
    }

    List<PairChoice> choose(long step, SplittableRandom random) {
        List<Integer> pool = new ArrayList<>(step % 2 == 0 && !groups.isEmpty() ? group(random) : everything);
        List<PairChoice> choices = new ArrayList<>();
        for (int i = 0; i < pairs; i++) {
            Collections.swap(pool, i, random.nextInt(i, pool.size()));
            int turned = pool.get(i);
            int images = classes.get(turned / TURNS).images().size();
            int first = random.nextInt(images);
            int second = (first + 1 + random.nextInt(images - 1)) % images;
            choices.add(new PairChoice(turned / TURNS, turned % TURNS, first, second));
        }
        return choices;
    }

    /** A group, the likelier the more classes it has. */
    private List<Integer> group(SplittableRandom random) {
        int at = random.nextInt(groups.stream().mapToInt(List::size).sum());
        for (List<Integer> group : groups) {
            at -= group.size();
            if (at < 0) {
                return group;
            }
        }
        throw new IllegalStateException("the groups' sizes don't add up");
    }
}
