package io.twinstream.deploy.acceptance.training;

import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.trainer.dataset.DecodedImage;
import io.twinstream.trainer.dataset.ImageClass;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.trainer.evaluation.PairEvaluation;
import io.twinstream.verifier.inference.Embedder;
import io.twinstream.verifier.inference.ProviderChoice;
import io.twinstream.verifier.match.MatchFunction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Judges a threshold that was set on every second image of each class on the others.
 *
 * @param target FMR that the threshold was set for
 * @param fmr FMR that was measured
 * @param low end of the interval that holds the true rate with 95 % confidence: what 1,000 draws of as many classes give, since
 * pairs of one class are alike and no independent trials
 * @param high other end of that interval
 */
record CarriedThreshold(double target, double fmr, double low, double high) {
    private static final int DRAWS = 1_000;
    private static final double TAIL = 0.025;

    static CarriedThreshold of(ModelPackage model, ImageSet images, double target) throws Exception {
        double threshold =
                PairEvaluation.of(model, everySecond(images, 0)).fmrTable().threshold(target);
        long[][][] counts = counts(model, everySecond(images, 1), Math.log(threshold / (1 - threshold)));
        int classes = counts.length;
        int[] once = new int[classes];
        Arrays.fill(once, 1);
        Random random = new Random(1);
        double[] drawn = new double[DRAWS];
        for (int draw = 0; draw < DRAWS; draw++) {
            int[] times = new int[classes];
            random.ints(classes, 0, classes).forEach(each -> times[each]++);
            drawn[draw] = fmr(counts, times);
        }
        Arrays.sort(drawn);
        return new CarriedThreshold(
                target, fmr(counts, once), drawn[(int) (TAIL * DRAWS)], drawn[(int) ((1 - TAIL) * DRAWS)]);
    }

    boolean holds() {
        return low <= target && target <= high;
    }

    @Override
    public String toString() {
        return "at the threshold that half of the drawers set for an FMR of %.4f the other half has %.5f, 95 %% interval %.5f to %.5f"
                .formatted(target, fmr, low, high);
    }

    private static ImageSet everySecond(ImageSet images, int from) {
        return new ImageSet(
                images.classes().stream()
                        .map(each -> new ImageClass(
                                each.group(),
                                each.name(),
                                IntStream.range(0, each.images().size())
                                        .filter(i -> i % 2 == from)
                                        .mapToObj(each.images()::get)
                                        .toList()))
                        .toList(),
                images.fingerprint());
    }

    /** Returns for each two classes the pairs, and those of them that match. */
    private static long[][][] counts(ModelPackage model, ImageSet images, double logit) {
        List<Picture> pictures = new ArrayList<>();
        List<Integer> classes = new ArrayList<>();
        for (int number = 0; number < images.classes().size(); number++) {
            for (DecodedImage image : images.classes().get(number).images()) {
                pictures.add(image.picture());
                classes.add(number);
            }
        }
        MatchFunction match = MatchFunction.of(model);
        float[][] folded;
        try (Embedder embedder = Embedder.open(model, ProviderChoice.CPU)) {
            folded = Arrays.stream(embedder.embedAll(pictures)).map(match::fold).toArray(float[][]::new);
        }
        long[][][] counts = new long[images.classes().size()][images.classes().size()][2];
        for (int first = 0; first < folded.length; first++) {
            for (int second = first + 1; second < folded.length; second++) {
                long[] of = counts[classes.get(first)][classes.get(second)];
                of[0]++;
                of[1] += match.foldedLogit(folded[first], folded[second]) >= logit ? 1 : 0;
            }
        }
        return counts;
    }

    private static double fmr(long[][][] counts, int[] times) {
        double pairs = 0;
        double matches = 0;
        for (int first = 0; first < counts.length; first++) {
            for (int second = first + 1; second < counts.length; second++) {
                double weight = (double) times[first] * times[second];
                pairs += weight * counts[first][second][0];
                matches += weight * counts[first][second][1];
            }
        }
        return matches / pairs;
    }
}
