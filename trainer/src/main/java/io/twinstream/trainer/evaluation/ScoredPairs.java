package io.twinstream.trainer.evaluation;

import io.twinstream.schemas.image.Picture;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Pairs with the scores that one way of comparing gives them.
 *
 * @param scores of the pairs, in their order
 */
public record ScoredPairs(List<ImagePair> pairs, double[] scores) {

    static ScoredPairs of(Comparer comparer, HeldOutImages images, List<ImagePair> pairs) {
        Map<Integer, List<Integer>> byProbe = new LinkedHashMap<>();
        Map<Integer, Integer> references = new LinkedHashMap<>();
        for (int i = 0; i < pairs.size(); i++) {
            byProbe.computeIfAbsent(pairs.get(i).probe(), probe -> new ArrayList<>())
                    .add(i);
            references.putIfAbsent(pairs.get(i).reference(), references.size());
        }
        int[][] against = byProbe.values().stream()
                .map(those -> those.stream()
                        .mapToInt(pair -> references.get(pairs.get(pair).reference()))
                        .toArray())
                .toArray(int[][]::new);
        List<Picture> probes = images.pictures(List.copyOf(byProbe.keySet()));
        double[][] byProbeScores =
                comparer.scores(probes, images.pictures(new ArrayList<>(references.keySet())), against);
        double[] scores = new double[pairs.size()];
        int probe = 0;
        for (List<Integer> those : byProbe.values()) {
            for (int i = 0; i < those.size(); i++) {
                scores[those.get(i)] = byProbeScores[probe][i];
            }
            probe++;
        }
        return new ScoredPairs(pairs, scores);
    }

    /** Those of genuine or of impostor pairs, in the order of the pairs. */
    public double[] scores(boolean genuine) {
        double[] chosen = new double[scores.length];
        int count = 0;
        for (int i = 0; i < scores.length; i++) {
            if (pairs.get(i).genuine() == genuine) {
                chosen[count++] = scores[i];
            }
        }
        return Arrays.copyOf(chosen, count);
    }

    public ErrorRates rates() {
        return new ErrorRates(scores(true), scores(false));
    }

    ScoredPairs part(int from, int to) {
        return new ScoredPairs(pairs.subList(from, to), Arrays.copyOfRange(scores, from, to));
    }
}
