package io.twinstream.trainer.training;

import io.twinstream.trainer.dataset.ImageClass;
import io.twinstream.trainer.training.Sampler.Drawing;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Chooses pairs as the paper does (Koch et al. 2015, section 4.2). Every alphabet comes as often as every other; every
 * second pair is genuine, by two drawers, and the rest are impostors from one alphabet.
 */
final class PaperSampler implements Sampler {
    private final List<ImageClass> classes;
    private final int pairs;
    private final List<List<Integer>> groups;

    PaperSampler(List<ImageClass> classes, int pairs) {
        this.classes = List.copyOf(classes);
        this.pairs = pairs;
        Map<String, List<Integer>> byGroup = new LinkedHashMap<>();
        for (int i = 0; i < classes.size(); i++) {
            byGroup.computeIfAbsent(classes.get(i).group(), name -> new ArrayList<>())
                    .add(i);
        }
        groups = byGroup.values().stream().filter(group -> group.size() > 1).toList();
        if (groups.isEmpty()) {
            throw new IllegalArgumentException("no group has two classes: there is no impostor pair to draw");
        }
    }

    @Override
    public int images() {
        return 2 * pairs;
    }

    @Override
    public List<Drawing> choose(long step, SplittableRandom random) {
        List<Drawing> first = new ArrayList<>();
        List<Drawing> second = new ArrayList<>();
        for (int i = 0; i < pairs; i++) {
            List<Integer> group = groups.get(random.nextInt(groups.size()));
            int one = random.nextInt(group.size());
            int other = i % 2 == 0 ? one : another(one, group.size(), random);
            int image = random.nextInt(images(group.get(one)));
            first.add(new Drawing(group.get(one), 0, false, image));
            int partner = one == other
                    ? another(image, images(group.get(one)), random)
                    : random.nextInt(images(group.get(other)));
            second.add(new Drawing(group.get(other), 0, false, partner));
        }
        first.addAll(second);
        return first;
    }

    private int images(int classIndex) {
        return classes.get(classIndex).images().size();
    }

    private static int another(int one, int count, SplittableRandom random) {
        return (one + 1 + random.nextInt(count - 1)) % count;
    }
}
