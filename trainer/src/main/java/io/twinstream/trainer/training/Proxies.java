package io.twinstream.trainer.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.twinstream.trainer.dataset.ImageClass;
import io.twinstream.trainer.network.Scaling;
import io.twinstream.trainer.training.Sampler.Drawing;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;

/**
 * Proxies stand for the classes that a batch has no images of (Movshovitz-Attias et al. 2017). A class's proxy is the moving mean
 * of its images' embeddings, and each image is to match that of its own class better than those of the nearest look-alikes. It
 * is the matcher that compares them, so what is learned is what serves. This cost comes on top of {@link AllPairs}.
 *
 * <p>Maintainers: a class comes about every hundred steps, so that proxies lag behind the network. They have no gradients.
 */
final class Proxies implements Objective {
    /** The share of what is new in a proxy. */
    private static final float RENEWED = 0.5f;

    private static final int LOOK_ALIKES = 3;
    private static final int MOST = 128;
    /** The number of classes of a group that are looked at for look-alikes. */
    private static final int MOST_COMPARED = 64;

    private static final String LABELS = "labels";
    private static final String MEANS = "means";

    private final float weight;
    private final List<List<Integer>> groupOf = new ArrayList<>();
    private final Map<Integer, float[]> proxies = new LinkedHashMap<>();

    /**
     * Makes proxies of these classes, none of which has been seen.
     *
     * @param weight the weight of their cost; that of all pairs is 1
     */
    Proxies(List<ImageClass> classes, float weight) {
        this.weight = weight;
        Map<String, List<Integer>> groups = new LinkedHashMap<>();
        for (int i = 0; i < classes.size(); i++) {
            List<Integer> group = groups.computeIfAbsent(classes.get(i).group(), name -> new ArrayList<>());
            group.add(i);
            groupOf.add(group);
        }
    }

    @Override
    public NDArray cost(UnaryOperator<NDList> network, NDArray images, Lesson lesson) {
        int[] labels = lesson.labels();
        List<Integer> chosen = chosen(labels);
        NDList inputs = new NDList(images);
        if (!chosen.isEmpty()) {
            inputs.add(
                    images.getManager().create(chosen.stream().map(this::proxy).toArray(float[][]::new)));
        }
        NDList outputs = network.apply(inputs);
        NDArray logits = outputs.get(0);
        NDArray cost = chosen.isEmpty()
                ? AllPairs.cost(logits, lesson)
                : AllPairs.cost(logits.get(new NDIndex(":, :" + labels.length)), lesson)
                        .add(cost(logits.get(new NDIndex(":, %d:".formatted(labels.length))), labels, chosen));
        renew(labels, outputs.get(1).toFloatArray());
        return cost;
    }

    private NDArray cost(NDArray logits, int[] labels, List<Integer> chosen) {
        NDManager manager = logits.getManager();
        float[] own = new float[labels.length * chosen.size()];
        int rows = 0;
        for (int i = 0; i < labels.length; i++) {
            int at = chosen.indexOf(labels[i]);
            if (at >= 0) {
                own[i * chosen.size() + at] = 1;
                rows++;
            }
        }
        NDArray mask = manager.create(own, new Shape(labels.length, chosen.size()));
        return Scaling.times(logits.logSoftmax(1).mul(mask).sum(), -weight / Math.max(1, rows));
    }

    /** Returns the classes whose proxies count: those of the batch and their nearest look-alikes, as far as they are known. */
    private List<Integer> chosen(int[] labels) {
        Set<Integer> own = new LinkedHashSet<>();
        for (int label : labels) {
            if (proxies.containsKey(label)) {
                own.add(label);
            }
        }
        Set<Integer> chosen = new LinkedHashSet<>(own);
        for (int label : own) {
            chosen.addAll(lookAlikes(label));
        }
        return chosen.stream().limit(MOST).toList();
    }

    /** Returns the nearest classes of the group, laid the same way. */
    private List<Integer> lookAlikes(int label) {
        List<Integer> group = groupOf.get(label / Drawing.LAYS);
        int compared = Math.min(MOST_COMPARED, group.size());
        // A function of what is known, so that a run that is taken up again goes on the same.
        float[] mean = proxy(label);
        int first = group.size() == compared
                ? 0
                : new SplittableRandom(Float.floatToIntBits(mean[0])).nextInt(group.size());
        List<Distance> others = new ArrayList<>();
        for (int i = 0; i < compared; i++) {
            int other = group.get((first + i) % group.size()) * Drawing.LAYS + label % Drawing.LAYS;
            float[] theirs = proxies.get(other);
            if (other != label && theirs != null) {
                others.add(new Distance(other, distance(mean, theirs)));
            }
        }
        return others.stream()
                .sorted(Comparator.comparingDouble(Distance::distance))
                .limit(LOOK_ALIKES)
                .map(Distance::label)
                .toList();
    }

    /** Returns the proxy of a class that has been seen. */
    private float[] proxy(int label) {
        return Objects.requireNonNull(proxies.get(label));
    }

    private static double distance(float[] a, float[] b) {
        double sum = 0;
        for (int d = 0; d < a.length; d++) {
            sum += Math.abs(a[d] - b[d]);
        }
        return sum;
    }

    private void renew(int[] labels, float[] embeddings) {
        int length = embeddings.length / labels.length;
        Map<Integer, List<Integer>> images = new LinkedHashMap<>();
        for (int i = 0; i < labels.length; i++) {
            images.computeIfAbsent(labels[i], label -> new ArrayList<>()).add(i);
        }
        images.forEach((label, at) -> {
            float[] mean = new float[length];
            for (int image : at) {
                for (int d = 0; d < length; d++) {
                    mean[d] += embeddings[image * length + d] / at.size();
                }
            }
            proxies.merge(label, mean, (before, now) -> {
                for (int d = 0; d < length; d++) {
                    now[d] = before[d] + RENEWED * (now[d] - before[d]);
                }
                return now;
            });
        });
    }

    @Override
    public Map<String, float[]> memory() {
        float[] labels = new float[proxies.size()];
        int length = proxies.values().stream()
                .mapToInt(each -> each.length)
                .findFirst()
                .orElse(0);
        float[] means = new float[labels.length * length];
        int at = 0;
        for (Map.Entry<Integer, float[]> each : proxies.entrySet()) {
            labels[at] = each.getKey();
            System.arraycopy(each.getValue(), 0, means, at * length, length);
            at++;
        }
        return Map.of(LABELS, labels, MEANS, means);
    }

    @Override
    public void recall(Map<String, float[]> memory) {
        proxies.clear();
        float[] labels = memory.getOrDefault(LABELS, new float[0]);
        float[] means = memory.getOrDefault(MEANS, new float[0]);
        for (int i = 0; i < labels.length; i++) {
            int length = means.length / labels.length;
            float[] mean = new float[length];
            System.arraycopy(means, i * length, mean, 0, length);
            proxies.put((int) labels[i], mean);
        }
    }

    private record Distance(int label, double distance) {}
}
