package io.twinstream.trainer.head;

import io.twinstream.trainer.evaluation.PairScores.EmbeddedImages;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** A head sampler draws batches of some classes with as many images each, two at least. It is for one thread. */
final class HeadSampler {
    private static final int MOST_CLASSES = 24;

    private final List<List<Integer>> classes;
    private final int classesInBatch;
    private final int imagesOfClass;
    private final Random random;

    /** @param most the images of a batch, at most */
    HeadSampler(EmbeddedImages images, int most, long seed) {
        Map<Integer, List<Integer>> byClass = new TreeMap<>();
        for (int image = 0; image < images.size(); image++) {
            byClass.computeIfAbsent(images.classes()[image], key -> new ArrayList<>())
                    .add(image);
        }
        classes = byClass.values().stream().filter(each -> each.size() > 1).toList();
        classesInBatch = Math.max(1, Math.min(classes.size(), Math.min(MOST_CLASSES, most / 2)));
        imagesOfClass = Math.max(2, most / classesInBatch);
        random = new Random(seed);
    }

    /** Draws the next batch. A class with fewer images than are wanted gives all that it has. */
    HeadBatch batch(EmbeddedImages images) {
        List<List<Integer>> some = new ArrayList<>(classes);
        Collections.shuffle(some, random);
        List<float[]> embeddings = new ArrayList<>();
        List<Integer> labels = new ArrayList<>();
        for (List<Integer> each : some.subList(0, classesInBatch)) {
            List<Integer> shuffled = new ArrayList<>(each);
            Collections.shuffle(shuffled, random);
            for (int image : shuffled.subList(0, Math.min(imagesOfClass, shuffled.size()))) {
                embeddings.add(images.embeddings()[image]);
                labels.add(images.classes()[image]);
            }
        }
        return new HeadBatch(
                embeddings.toArray(float[][]::new),
                labels.stream().mapToInt(Integer::intValue).toArray());
    }

    /**
     * A batch of embedded images.
     *
     * @param embeddings {@code [n, length]}
     * @param labels {@code [n]}: equal for images of one class
     */
    record HeadBatch(float[][] embeddings, int[] labels) {}
}
