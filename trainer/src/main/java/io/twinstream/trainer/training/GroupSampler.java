package io.twinstream.trainer.training;

import io.twinstream.trainer.dataset.ImageClass;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Chooses two images each of many classes, or more where there are few classes, so that any two images of different
 * classes are an impostor pair. Every
 * second batch comes from one group, where there is one that can fill it: the look-alikes of one alphabet are the hard
 * cases.
 */
final class GroupSampler implements Sampler {
    private final List<ImageClass> classes;
    private final int symmetries;
    private final int classesInBatch;
    private final int pairsOfClass;
    private final List<Integer> everything = new ArrayList<>();
    private final List<List<Integer>> groups;

    /**
     * Takes these classes.
     *
     * @param symmetries ways of laying a picture that make another class of it: 1 none, 4 quarter turns, 8 mirrored too
     * @param pairs wanted in a batch, each of another class as long as there are that many
     */
    GroupSampler(List<ImageClass> classes, int symmetries, int pairs) {
        this.classes = List.copyOf(classes);
        this.symmetries = symmetries;
        classesInBatch = Math.min(pairs, classes.size() * symmetries);
        pairsOfClass = pairs / classesInBatch;
        Map<String, List<Integer>> byGroup = new LinkedHashMap<>();
        for (int i = 0; i < classes.size() * symmetries; i++) {
            everything.add(i);
            byGroup.computeIfAbsent(classes.get(i / symmetries).group(), name -> new ArrayList<>())
                    .add(i);
        }
        groups = byGroup.values().stream()
                .filter(group -> group.size() >= classesInBatch)
                .toList();
    }

    @Override
    public int images() {
        return 2 * classesInBatch * pairsOfClass;
    }

    @Override
    public List<Drawing> choose(long step, SplittableRandom random) {
        List<Integer> pool = new ArrayList<>(step % 2 == 0 && !groups.isEmpty() ? group(random) : everything);
        List<Drawing> first = new ArrayList<>();
        List<Drawing> second = new ArrayList<>();
        for (int i = 0; i < classesInBatch; i++) {
            Collections.swap(pool, i, random.nextInt(i, pool.size()));
            int laid = pool.get(i);
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
