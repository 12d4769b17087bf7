package io.twinstream.verifier.match;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TilesTest {
    private static final int LENGTH = 6;
    private static final MatchFunction FUNCTION = new MatchFunction(new float[] {-1, -2, -0.5f, -1, -3, -0.25f}, 4);

    @Test
    void anErasedEmbeddingDoesNotStayInMemory() {
        Tiles tiles = new Tiles(FUNCTION);
        tiles.add(new float[] {1, 1, 1, 1, 1, 1});
        tiles.add(new float[] {2, 2, 2, 2, 2, 2});

        tiles.wipe(1);

        assertArrayEquals(new float[FUNCTION.foldedLength()], tiles.folded(1));
        assertArrayEquals(FUNCTION.fold(new float[] {1, 1, 1, 1, 1, 1}), tiles.folded(0));
    }

    /** Runs with none, some and all of the components counting against a match. */
    @ParameterizedTest
    @ValueSource(doubles = {0, 0.3, 1})
    void aLogitDependsOnThePairAloneBitForBit(double against) {
        Random random = new Random(6);
        float[] weights = new float[259];
        for (int d = 0; d < weights.length; d++) {
            weights[d] = random.nextFloat() * (random.nextDouble() < against ? -1 : 1);
        }
        MatchFunction function = new MatchFunction(weights, 0.3f);
        float[][] embeddings = new float[2 * MatchFunction.TILE + 5][weights.length];
        Tiles tiles = new Tiles(function);
        for (float[] embedding : embeddings) {
            for (int d = 0; d < weights.length; d++) {
                embedding[d] = random.nextFloat() - 0.5f;
            }
            tiles.add(embedding);
        }
        for (int batch : new int[] {1, 3, 8, 21}) {
            float[][] probes = new float[batch][];
            for (int p = 0; p < batch; p++) {
                probes[p] = function.fold(embeddings[10 + p]);
            }
            for (int tile = 0; tile < tiles.tiles(); tile++) {
                float[][] logits = new float[batch][MatchFunction.TILE];
                int count = tiles.logits(tile, probes, logits);
                assertEquals(tile < 2 ? MatchFunction.TILE : 5, count);
                for (int p = 0; p < batch; p++) {
                    for (int i = 0; i < count; i++) {
                        float expected = function.logit(embeddings[10 + p], embeddings[tile * MatchFunction.TILE + i]);
                        assertEquals(Float.floatToRawIntBits(expected), Float.floatToRawIntBits(logits[p][i]));
                    }
                }
            }
        }
    }
}
