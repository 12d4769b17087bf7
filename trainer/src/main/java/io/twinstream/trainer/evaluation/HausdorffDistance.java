package io.twinstream.trainer.evaluation;

import io.twinstream.schemas.image.Picture;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The baseline of comparing shapes without learning: the modified Hausdorff distance (Dubuisson and Jain 1994) between the ink
 * of two pictures whose means are laid on each other, as in the demonstration that comes with Omniglot. It is the larger of
 * the two mean distances from the ink of one to the nearest ink of the other. Scores are distances below 0, in pixels.
 */
public final class HausdorffDistance implements Comparer {
    @Override
    public String name() {
        return "hausdorff";
    }

    @Override
    public double[][] scores(List<Picture> probes, List<Picture> references, int[][] against) {
        List<InkPoints> asked = ink(probes);
        List<InkPoints> known = ink(references);
        // One field at a time and thread: all of them together would fill the memory.
        double[][] fromReference = means(asked, known, against);
        int[][] asking = turned(against, known.size());
        double[][] fromProbe = means(known, asked, asking);
        int[] next = new int[known.size()];
        for (int probe = 0; probe < against.length; probe++) {
            for (int i = 0; i < against[probe].length; i++) {
                int reference = against[probe][i];
                double distance = Math.max(fromReference[probe][i], fromProbe[reference][next[reference]++]);
                fromReference[probe][i] = -distance;
            }
        }
        return fromReference;
    }

    private static List<InkPoints> ink(List<Picture> pictures) {
        return pictures.parallelStream().map(InkPoints::of).toList();
    }

    /** For each picture the mean distances from the ink of the others that it is compared with to its own. */
    private static double[][] means(List<InkPoints> each, List<InkPoints> others, int[][] against) {
        return IntStream.range(0, each.size())
                .parallel()
                .mapToObj(i -> {
                    if (against[i].length == 0) {
                        return new double[0];
                    }
                    DistanceField field = new DistanceField(each.get(i));
                    return Arrays.stream(against[i])
                            .mapToDouble(other -> field.mean(others.get(other)))
                            .toArray();
                })
                .toArray(double[][]::new);
    }

    /** For each reference the probes that are compared with it, in their order. */
    private static int[][] turned(int[][] against, int references) {
        List<List<Integer>> probes = new ArrayList<>();
        for (int i = 0; i < references; i++) {
            probes.add(new ArrayList<>());
        }
        for (int probe = 0; probe < against.length; probe++) {
            for (int reference : against[probe]) {
                probes.get(reference).add(probe);
            }
        }
        return probes.stream()
                .map(list -> list.stream().mapToInt(Integer::intValue).toArray())
                .toArray(int[][]::new);
    }
}
