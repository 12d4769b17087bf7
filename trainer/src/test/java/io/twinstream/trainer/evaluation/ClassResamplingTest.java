package io.twinstream.trainer.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.trainer.evaluation.PairScores.EmbeddedImages;
import io.twinstream.verifier.match.MatchFunction;
import java.util.Collections;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ClassResamplingTest {
    private static final MatchFunction MATCH = new MatchFunction(new float[] {-1, -1, -1}, 2);

    @Test
    void theBoundsEncloseWhatWasMeasured() {
        EmbeddedImages images = images(12, 6, 0.6);
        PairScores pairs = PairScores.of(images, MATCH);
        ErrorRates rates = new ErrorRates(pairs.genuine(), pairs.impostor());

        Map<String, Double> bounds = ClassResampling.bounds(images, MATCH);

        assertTrue(bounds.get("eer.low") < rates.equalErrorRate(), bounds.toString());
        assertTrue(bounds.get("eer.high") > rates.equalErrorRate(), bounds.toString());
        assertTrue(bounds.get("fnmr@fmr=0.01.low") < rates.fnmrAtFmr(0.01), bounds.toString());
        assertTrue(bounds.get("fnmr@fmr=0.01.high") > rates.fnmrAtFmr(0.01), bounds.toString());
        assertEquals(bounds, ClassResampling.bounds(images, MATCH));
    }

    @Test
    void moreClassesNarrowTheBoundsAndMoreImagesOfThemHardlyDo() {
        double few = width(ClassResampling.bounds(images(8, 6, 0.6), MATCH));
        double moreClasses = width(ClassResampling.bounds(images(72, 6, 0.6), MATCH));
        double moreImages = width(ClassResampling.bounds(images(8, 54, 0.6), MATCH));

        assertTrue(moreClasses < few / 2, "%s of %s".formatted(moreClasses, few));
        assertTrue(moreImages > few / 2, "%s of %s".formatted(moreImages, few));
    }

    @Test
    void classesThatNeverMeetHaveNoErrors() {
        Map<String, Double> bounds = ClassResampling.bounds(images(10, 4, 1e-6), MATCH);

        assertEquals(0.0, bounds.get("eer.low"));
        assertEquals(0.0, bounds.get("eer.high"));
    }

    private static double width(Map<String, Double> bounds) {
        return bounds.get("eer.high") - bounds.get("eer.low");
    }

    /** Scatters the images of each class around a place of its own. */
    private static EmbeddedImages images(int classes, int each, double scatter) {
        Random random = new Random(1);
        float[][] embeddings = new float[classes * each][3];
        int[] numbers = new int[embeddings.length];
        for (int number = 0; number < classes; number++) {
            double[] place = {random.nextGaussian(), random.nextGaussian(), random.nextGaussian()};
            double own = scatter * (0.5 + random.nextDouble());
            for (int i = 0; i < each; i++) {
                numbers[number * each + i] = 3 * number;
                for (int d = 0; d < 3; d++) {
                    embeddings[number * each + i][d] = (float) (place[d] + own * random.nextGaussian());
                }
            }
        }
        return new EmbeddedImages(embeddings, embeddings, numbers, Collections.nCopies(embeddings.length, ""));
    }
}
