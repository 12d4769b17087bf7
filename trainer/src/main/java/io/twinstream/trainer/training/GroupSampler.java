package io.twinstream.trainer.training;

import io.twinstream.trainer.dataset.ImageClass;
import io.twinstream.trainer.training.Sampler.Drawing;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Chooses two images each of many classes, or more where there are few classes, so that any two images of different
 * classes are an impostor pair. Every second batch is of look-alikes, which are the hard cases. These are the classes
 * of one group, such as an alphabet, all laid the same way, and of further groups where one has too few.
 */
final class GroupSampler implements Sampler {
    private final List<ImageClass> classes;
    private final int symmetries;
    private final int classesInBatch;
    private final int pairsOfClass;
    private final List<Integer> everything = new ArrayList<>();
    private final List<List<Integer>> groups;

    /**
     * Makes a sampler of these classes.
     *
     * @param symmetries ways of laying a picture that make another class of it: 1 none, 4 quarter turns, 8 mirrored too
     * @param pairs the pairs wanted in a batch, each of another class as long as there are that many
     */
    GroupSampler(List<ImageClass> classes, int symmetries, int pairs) {
        this.classes = List.copyOf(classes);
        this.symmetries = symmetries;
        classesInBatch = Math.min(pairs, classes.size() * symmetries);
        pairsOfClass = pairs / classesInBatch;
        Map<List<Object>, List<Integer>> byGroup = new LinkedHashMap<>();
        for (int i = 0; i < classes.size() * symmetries; i++) {
            everything.add(i);
            List<Object> alike = List.of(classes.get(i / symmetries).group(), i % symmetries);
            byGroup.computeIfAbsent(alike, key -> new ArrayList<>()).add(i);
        }
        groups = List.copyOf(byGroup.values());
    }

    @Override
    public int images() {
        return 2 * classesInBatch * pairsOfClass;
    }

    @Override
    public List<Drawing> choose(long step, SplittableRandom random) {
        List<Drawing> first = new ArrayList<>();
        List<Drawing> second = new ArrayList<>();
        for (int laid : step % 2 == 0 ? lookAlikes(random) : some(everything, classesInBatch, random)) {
            int images = classes.get(laid / symmetries).images().size();
            for (int pair = 0; pair < pairsOfClass; pair++) {
                int one = random.nextInt(images);
                int other = (one + 1 + random.nextInt(images - 1)) % images;
                first.add(drawing(laid, one));
                second.add(drawing(laid, other));
            }
        }
        first.addAll(second);
        return first;
    }

    private Drawing drawing(int laid, int image) {
        int symmetry = laid % symmetries;
        return new Drawing(laid / symmetries, symmetry % 4, symmetry >= 4, image);
    }

    private Set<Integer> lookAlikes(SplittableRandom random) {
        Set<Integer> chosen = new LinkedHashSet<>();
        while (chosen.size() < classesInBatch) {
            List<Integer> group = group(random);
            chosen.addAll(some(group, Math.min(group.size(), classesInBatch - chosen.size()), random));
        }
        return chosen;
    }

    private static List<Integer> some(List<Integer> of, int count, SplittableRandom random) {
        List<Integer> shuffled = new ArrayList<>(of);
        for (int i = 0; i < count; i++) {
            Collections.swap(shuffled, i, random.nextInt(i, shuffled.size()));
        }
        return shuffled.subList(0, count);
    }

    /** Draws a group, which is the likelier the more classes it has. */
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
