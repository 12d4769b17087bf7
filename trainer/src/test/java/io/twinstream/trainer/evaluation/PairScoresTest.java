package io.twinstream.trainer.evaluation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.twinstream.trainer.evaluation.PairScores.EmbeddedImages;
import io.twinstream.verifier.match.MatchFunction;
import java.util.List;
import org.junit.jupiter.api.Test;

class PairScoresTest {
    @Test
    void everyPairIsScoredOnceAndCountedWhereItBelongs() {
        float[][] embeddings = {{0, 0}, {1, 0}, {0, 3}, {9, 9}};
        EmbeddedImages images =
                new EmbeddedImages(embeddings, embeddings, new int[] {0, 0, 1, 2}, List.of("a", "a", "a", "b"));

        PairScores scores = PairScores.of(images, new MatchFunction(new float[] {-1, -2}, 5));

        assertArrayEquals(new double[] {4}, scores.genuine());
        assertArrayEquals(new double[] {-22, -21, -16, -2, -1}, scores.impostor());
        assertArrayEquals(new double[] {-2, -1}, scores.lookAlike());
    }
}
