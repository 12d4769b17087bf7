package io.twinstream.trainer.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.modelpackage.FmrTable;
import io.twinstream.schemas.modelpackage.Impostors;
import io.twinstream.schemas.modelpackage.ThresholdBasis;
import io.twinstream.trainer.dataset.DatasetException;
import io.twinstream.trainer.evaluation.PairScores.EmbeddedImages;
import io.twinstream.verifier.match.MatchFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LookAlikesTest {
    private static final MatchFunction MATCH = new MatchFunction(new float[] {-1, -1}, 2);

    @Test
    void thresholdsOfLookAlikesAreHigherAndKeepTheirRateOnLookAlikes() throws DatasetException {
        EmbeddedImages images = images(true);
        PairEvaluation evaluation = PairEvaluation.of(images, MATCH);

        FmrTable table = Impostors.lookAlikes(evaluation.measures()).orElseThrow();

        ErrorRates lookAlikes = new ErrorRates(
                PairScores.of(images, MATCH).genuine(),
                PairScores.of(images, MATCH).lookAlike());
        for (double fmr : new double[] {0.1, 0.05, 0.02}) {
            assertTrue(table.threshold(fmr) > evaluation.fmrTable().threshold(fmr), "at " + fmr);
            double pooled = lookAlikes.fmr(Scores.logit(evaluation.fmrTable().threshold(fmr)));
            assertTrue(pooled > 1.5 * fmr, "%s at %s".formatted(pooled, fmr));
            assertTrue(lookAlikes.fmr(Scores.logit(table.threshold(fmr))) <= fmr + 1e-9, "at " + fmr);
        }
    }

    @Test
    void theMeasuresSayWhatTheThresholdsRestOn() throws DatasetException {
        Map<String, Double> measures = PairEvaluation.of(images(true), MATCH).measures();

        ThresholdBasis basis =
                ThresholdBasis.of(measures, Impostors.LOOK_ALIKES).orElseThrow();

        // 4 groups of 6 classes of 6 images, and one class that belongs to no group.
        assertEquals(4, basis.groups());
        assertEquals(24, basis.classes());
        assertEquals(4 * 15, basis.classPairs());
        assertEquals(4 * 15 * 36, basis.impostorPairs());
        assertEquals(0.1, basis.forecasts().get(0).target());
        assertEquals(25, ThresholdBasis.of(measures).orElseThrow().classes());
        assertTrue(measures.get("eer.withinGroup") > measures.get("eer"));
        assertTrue(measures.containsKey("eer.withinGroup.low"));
    }

    @Test
    void withoutGroupsThereAreNoLookAlikes() throws DatasetException {
        Map<String, Double> measures = PairEvaluation.of(images(false), MATCH).measures();

        assertEquals(Optional.empty(), Impostors.lookAlikes(measures));
        assertFalse(measures.containsKey("eer.withinGroup"));
    }

    /** Scatters classes around the places of four groups, and one class apart. */
    private static EmbeddedImages images(boolean grouped) {
        Random random = new Random(3);
        List<float[]> embeddings = new ArrayList<>();
        List<Integer> classes = new ArrayList<>();
        List<String> groups = new ArrayList<>();
        for (int number = 0; number < 25; number++) {
            int group = number / 6;
            double x = 3 * group + random.nextGaussian();
            double y = random.nextGaussian();
            for (int i = 0; i < 6; i++) {
                embeddings.add(new float[] {
                    (float) (x + 0.2 * random.nextGaussian()), (float) (y + 0.2 * random.nextGaussian())
                });
                classes.add(number);
                groups.add(grouped && number < 24 ? "g" + group : "");
            }
        }
        float[][] all = embeddings.toArray(float[][]::new);
        return new EmbeddedImages(
                all, all, classes.stream().mapToInt(Integer::intValue).toArray(), groups);
    }
}
