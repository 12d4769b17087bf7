package io.twinstream.trainer.head;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.trainer.dataset.DatasetException;
import io.twinstream.trainer.evaluation.PairScores.EmbeddedImages;
import io.twinstream.trainer.training.TrainingListener;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HeadFitTest {
    private static final int LENGTH = 16;
    private static final int IMAGES = 6;
    private static final HeadSettings SETTINGS = new HeadSettings(100, 0.02f, 1);

    private final Findings findings = new Findings();

    @Test
    void weightsAreLearnedWhereSomeComponentsTellClassesApartAndOthersAreNoise() throws Exception {
        Made made = new Made(0.15, 3, false);

        HeadFit fit = fit(made, true);

        assertTrue(fit.head().kind() != HeadKind.CALIBRATION, findings.toString());
        assertTrue(
                rate(fit, "eer.after") < 0.7 * rate(fit, "eer.before"),
                fit.figures().toString());
        assertTrue(rate(fit, "trials.weights.eer") < rate(fit, "trials.calibration.eer"), findings.toString());
    }

    @Test
    void aProjectionIsLearnedWhereNoComponentAloneTellsClassesApart() throws Exception {
        Made made = new Made(0.15, 3, true);

        HeadFit fit = fit(made, true);

        assertEquals(HeadKind.PROJECTION, fit.head().kind(), findings.toString());
        assertTrue(
                rate(fit, "eer.after") < 0.7 * rate(fit, "eer.before"),
                fit.figures().toString());
        assertEquals("projection", fit.figures().get("head"));
    }

    @Test
    void noProjectionIsTriedWhereReferencesAreMeansOfViews() throws Exception {
        HeadFit fit = fit(new Made(0.15, 3, true), false);

        assertFalse(fit.figures().containsKey("trials.projection.eer"));
        assertTrue(fit.head().projection().isEmpty());
        assertTrue(findings.has("no projection is tried"), findings.toString());
    }

    @Test
    void theParentsHeadIsKeptWhereNothingIsBetter() throws Exception {
        Made made = new Made(0.01, LENGTH, false);

        HeadFit fit = fit(made, true);

        assertEquals(HeadKind.CALIBRATION, fit.head().kind());
        assertArrayEquals(parent(), fit.head().weights());
        assertTrue(findings.has("the parent's head is kept, with scale and bias renewed"), findings.toString());
        assertTrue(fit.calibration().scale() > 0);
    }

    @Test
    void aHeadThatIsWorseOnTheValidationClassesIsNotKept() throws Exception {
        Made made = new Made(0.15, 3, false);
        Random random = new Random(3);
        // There it is the other components that tell classes apart.
        EmbeddedImages turned = made.images(20, random);
        for (float[] each : turned.embeddings()) {
            for (int d = 0; d < LENGTH / 2; d++) {
                float other = each[d];
                each[d] = each[LENGTH - 1 - d];
                each[LENGTH - 1 - d] = other;
            }
        }

        HeadFit fit = HeadFit.of(parent(), false, made.images(20, new Random(1)), turned, SETTINGS, findings);

        assertEquals(HeadKind.CALIBRATION, fit.head().kind(), findings.toString());
        assertEquals(fit.figures().get("eer.before"), fit.figures().get("eer.after"));
        assertTrue(findings.has("weights is not kept: on the validation classes EER"), findings.toString());
    }

    @Test
    void withTooFewClassesOnlyTheCalibrationIsRenewedAndALineSaysWhatIsLacking() throws Exception {
        Made made = new Made(0.15, 3, false);

        HeadFit fit = HeadFit.of(
                parent(), true, made.images(3, new Random(1)), made.images(20, new Random(2)), SETTINGS, findings);

        assertEquals(HeadKind.CALIBRATION, fit.head().kind());
        assertTrue(findings.has("3 classes with two images or more are too few"), findings.toString());
        assertTrue(findings.has("4 are needed"), findings.toString());
    }

    @Test
    void theSameSeedGivesTheSameHead() throws Exception {
        Made made = new Made(0.15, 3, true);

        assertArrayEquals(
                fit(made, true).head().weights(), fit(made, true).head().weights());
    }

    @Test
    void progressEndsWithTheLastStep() throws Exception {
        fit(new Made(0.01, LENGTH, false), true);

        assertEquals(findings.steps, findings.step);
        assertTrue(findings.steps > 0);
    }

    @Test
    void imagesThatTheParentCantTellApartAtAllAreRefused() {
        EmbeddedImages noise = new Made(1e6, LENGTH, false).images(20, new Random(1));
        EmbeddedImages reversed = new EmbeddedImages(
                noise.embeddings(),
                noise.references(),
                IntStream.range(0, noise.size()).map(i -> i % 4).toArray(),
                noise.groups());
        for (int i = 0; i < reversed.size(); i++) {
            // Images of one class lie apart, those of different classes together.
            Arrays.fill(reversed.embeddings()[i], i / 4);
        }

        assertThrows(DatasetException.class, () -> HeadFit.of(parent(), true, reversed, reversed, SETTINGS, findings));
    }

    private HeadFit fit(Made made, boolean projects) throws Exception {
        return HeadFit.of(
                parent(), projects, made.images(24, new Random(1)), made.images(24, new Random(2)), SETTINGS, findings);
    }

    private static double rate(HeadFit fit, String name) {
        return Double.parseDouble(fit.figures().get(name));
    }

    private static float[] parent() {
        float[] weights = new float[LENGTH];
        Arrays.fill(weights, -1);
        return weights;
    }

    /** Makes embeddings whose first components, perhaps turned into all of them, tell classes apart. */
    private static final class Made {
        private final double noise;
        private final int telling;
        private final float[][] turn;

        Made(double noise, int telling, boolean turned) {
            this.noise = noise;
            this.telling = telling;
            this.turn = turned ? turn(new Random(7)) : null;
        }

        EmbeddedImages images(int classes, Random random) {
            float[][] embeddings = new float[classes * IMAGES][];
            int[] of = new int[classes * IMAGES];
            for (int each = 0; each < classes; each++) {
                double[] middle = random.doubles(telling).toArray();
                for (int image = 0; image < IMAGES; image++) {
                    float[] plain = new float[LENGTH];
                    for (int d = 0; d < LENGTH; d++) {
                        plain[d] = (float)
                                (d < telling
                                        ? middle[d] + 0.3 * noise * random.nextGaussian()
                                        : 0.5 + 2 * noise * random.nextGaussian());
                    }
                    embeddings[each * IMAGES + image] = turn == null ? plain : turned(plain);
                    of[each * IMAGES + image] = each;
                }
            }
            return new EmbeddedImages(embeddings, embeddings, of, Collections.nCopies(of.length, ""));
        }

        private float[] turned(float[] plain) {
            float[] turned = new float[LENGTH];
            for (int to = 0; to < LENGTH; to++) {
                for (int from = 0; from < LENGTH; from++) {
                    turned[to] += turn[to][from] * plain[from];
                }
            }
            return turned;
        }

        /** A random rotation, by Gram and Schmidt. */
        private static float[][] turn(Random random) {
            float[][] rows = new float[LENGTH][LENGTH];
            for (int row = 0; row < LENGTH; row++) {
                double[] next = random.doubles(LENGTH, -1, 1).toArray();
                for (int before = 0; before < row; before++) {
                    double product = 0;
                    for (int d = 0; d < LENGTH; d++) {
                        product += next[d] * rows[before][d];
                    }
                    for (int d = 0; d < LENGTH; d++) {
                        next[d] -= product * rows[before][d];
                    }
                }
                double size =
                        Math.sqrt(Arrays.stream(next).map(each -> each * each).sum());
                for (int d = 0; d < LENGTH; d++) {
                    rows[row][d] = (float) (next[d] / size);
                }
            }
            return rows;
        }
    }

    private static final class Findings implements TrainingListener {
        private final List<String> lines = new ArrayList<>();
        private int step;
        private int steps;

        @Override
        public void onFinding(String line) {
            lines.add(line);
        }

        @Override
        public void onProgress(Progress progress) {
            step = progress.step();
            steps = progress.steps();
        }

        boolean has(String part) {
            return lines.stream().anyMatch(line -> line.contains(part));
        }

        @Override
        public String toString() {
            return String.join("\n", lines);
        }
    }
}
