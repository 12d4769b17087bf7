package io.twinstream.trainer.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.modelpackage.Impostors;
import io.twinstream.trainer.evaluation.ClassResampling.Unit;
import io.twinstream.trainer.evaluation.PairScores.EmbeddedImages;
import io.twinstream.verifier.match.MatchFunction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ClassResamplingTest {
    private static final int SETS = 40;
    private static final MatchFunction MATCH = new MatchFunction(new float[] {-1, -1, -1}, 2);

    @Test
    void theBoundsEncloseWhatWasMeasured() {
        EmbeddedImages images = images(12, 6, 0.6);
        PairScores pairs = PairScores.of(images, MATCH);
        ErrorRates rates = new ErrorRates(pairs.genuine(), pairs.impostor());

        Map<String, Double> bounds = bounds(images);

        assertTrue(bounds.get("eer.low") < rates.equalErrorRate(), bounds.toString());
        assertTrue(bounds.get("eer.high") > rates.equalErrorRate(), bounds.toString());
        assertTrue(bounds.get("fnmr@fmr=0.01.low") < rates.fnmrAtFmr(0.01), bounds.toString());
        assertTrue(bounds.get("fnmr@fmr=0.01.high") > rates.fnmrAtFmr(0.01), bounds.toString());
        assertEquals(bounds, bounds(images));
    }

    @Test
    void moreClassesNarrowTheBoundsAndMoreImagesOfThemHardlyDo() {
        double few = width(bounds(images(8, 6, 0.6)));
        double moreClasses = width(bounds(images(72, 6, 0.6)));
        double moreImages = width(bounds(images(8, 54, 0.6)));

        assertTrue(moreClasses < few / 2, "%s of %s".formatted(moreClasses, few));
        assertTrue(moreImages > few / 2, "%s of %s".formatted(moreImages, few));
    }

    @Test
    void classesThatNeverMeetHaveNoErrors() {
        Map<String, Double> bounds = bounds(images(10, 4, 1e-6));

        assertEquals(0.0, bounds.get("eer.low"));
        assertEquals(0.0, bounds.get("eer.high"));
    }

    @Test
    void aForecastHoldsForMostSetsOfOtherClasses() {
        int held = 0;
        for (int seed = 0; seed < SETS; seed++) {
            EmbeddedImages known = images(24, 6, 0.6, seed);
            PairScores pairs = PairScores.of(known, MATCH);
            double threshold = new ErrorRates(pairs.genuine(), pairs.impostor()).threshold(0.1);
            PairScores others = PairScores.of(images(24, 6, 0.6, SETS + seed), MATCH);
            double fmr = new ErrorRates(others.genuine(), others.impostor()).fmr(threshold);
            Map<String, Double> bounds = ClassResampling.of(known, MATCH).bounds(List.of(0.1));
            held += bounds.get("fmr@target=0.1.low") <= fmr && fmr <= bounds.get("fmr@target=0.1.high") ? 1 : 0;
        }

        assertTrue(held >= 0.85 * SETS, held + " of " + SETS);
    }

    @Test
    void aForecastIsWiderThanTheBoundsOfTheMean() {
        EmbeddedImages images = images(24, 6, 0.6);
        PairScores pairs = PairScores.of(images, MATCH);
        double threshold = new ErrorRates(pairs.genuine(), pairs.impostor()).threshold(0.1);
        ClassResampling classes = ClassResampling.of(images, MATCH);

        Map<String, Double> forecast = classes.bounds(List.of(0.1));
        Interval mean = classes.at(threshold, Unit.CLASSES).orElseThrow().fmr();

        assertTrue(mean.low() < 0.1 && mean.high() > 0.1, mean.toString());
        assertTrue(
                forecast.get("fmr@target=0.1.high") - forecast.get("fmr@target=0.1.low") > mean.high() - mean.low(),
                forecast + " " + mean);
    }

    @Test
    void whereGroupsDifferTheBoundsForOtherGroupsAreWider() {
        EmbeddedImages images = grouped(6, 8, 4, 1);
        PairScores pairs = PairScores.of(images, MATCH);
        double threshold = new ErrorRates(pairs.genuine(), pairs.lookAlike()).threshold(0.1);
        ClassResampling within = ClassResampling.of(images, MATCH, Impostors.LOOK_ALIKES);

        Interval ofClasses = within.at(threshold, Unit.CLASSES).orElseThrow().fmr();
        Interval ofGroups = within.at(threshold, Unit.GROUPS).orElseThrow().fmr();

        assertEquals(Unit.GROUPS, within.widest());
        assertTrue(ofClasses.low() < 0.1 && ofClasses.high() > 0.1, ofClasses.toString());
        assertTrue(
                ofGroups.high() - ofGroups.low() > 1.2 * (ofClasses.high() - ofClasses.low()),
                ofGroups + " " + ofClasses);
        assertEquals(ofGroups, within.at(threshold, Unit.GROUPS).orElseThrow().fmr());
    }

    @Test
    void aForecastOfLookAlikesHoldsForMostSetsOfOtherGroups() {
        int held = 0;
        for (int seed = 0; seed < SETS; seed++) {
            EmbeddedImages known = grouped(8, 6, 4, seed);
            PairScores pairs = PairScores.of(known, MATCH);
            double threshold = new ErrorRates(pairs.genuine(), pairs.lookAlike()).threshold(0.1);
            PairScores others = PairScores.of(grouped(8, 6, 4, SETS + seed), MATCH);
            double fmr = new ErrorRates(others.genuine(), others.lookAlike()).fmr(threshold);
            Map<String, Double> bounds =
                    ClassResampling.of(known, MATCH, Impostors.LOOK_ALIKES).bounds(List.of(0.1));
            held += bounds.get("fmr@target=0.1.withinGroup.low") <= fmr
                            && fmr <= bounds.get("fmr@target=0.1.withinGroup.high")
                    ? 1
                    : 0;
        }

        assertTrue(held >= 0.85 * SETS, held + " of " + SETS);
    }

    @Test
    void oneGroupTellsNothingOfOthers() {
        EmbeddedImages images = grouped(1, 8, 4, 1);

        assertEquals(
                Unit.CLASSES,
                ClassResampling.of(images, MATCH, Impostors.LOOK_ALIKES).widest());
    }

    @Test
    void ofVeryManyImagesSomeOfEveryClassAreCompared() {
        EmbeddedImages many = images(300, 10, 0.6);

        EmbeddedImages spread = many.spread(ClassResampling.MOST_IMAGES);

        assertEquals(300, spread.classCount());
        assertEquals(1_800, spread.size());
        assertEquals(many, many.spread(3_000));
    }

    private static Map<String, Double> bounds(EmbeddedImages images) {
        return ClassResampling.of(images, MATCH).bounds(List.of());
    }

    private static double width(Map<String, Double> bounds) {
        return bounds.get("eer.high") - bounds.get("eer.low");
    }

    /** Scatters the classes of each group around a place of its own, at a width of its own. */
    private static EmbeddedImages grouped(int groups, int classes, int each, long seed) {
        Random random = new Random(seed);
        float[][] embeddings = new float[groups * classes * each][3];
        int[] numbers = new int[embeddings.length];
        List<String> names = new ArrayList<>();
        int image = 0;
        for (int group = 0; group < groups; group++) {
            double[] middle = {5 * random.nextGaussian(), 5 * random.nextGaussian(), 5 * random.nextGaussian()};
            double width = 0.5 + 1.5 * random.nextDouble();
            for (int number = 0; number < classes; number++) {
                double[] place = new double[3];
                Arrays.setAll(place, d -> middle[d] + width * random.nextGaussian());
                for (int i = 0; i < each; i++) {
                    numbers[image] = group * classes + number;
                    names.add("g" + group);
                    for (int d = 0; d < 3; d++) {
                        embeddings[image][d] = (float) (place[d] + 0.4 * random.nextGaussian());
                    }
                    image++;
                }
            }
        }
        return new EmbeddedImages(embeddings, embeddings, numbers, names);
    }

    /** Scatters the images of each class around a place of its own. */
    private static EmbeddedImages images(int classes, int each, double scatter) {
        return images(classes, each, scatter, 1);
    }

    private static EmbeddedImages images(int classes, int each, double scatter, long seed) {
        Random random = new Random(seed);
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
