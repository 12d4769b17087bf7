package io.twinstream.trainer.evaluation;

import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.trainer.dataset.DatasetException;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.trainer.evaluation.PairScores.EmbeddedImages;
import io.twinstream.verifier.match.MatchFunction;
import java.util.Arrays;

/**
 * An L1 calibration turns the L1 distance of two embeddings into a match logit, {@code bias - scale * distance}, so that the score
 * is the probability that both show one subject where genuine and impostor pairs are equally frequent. Components weigh the same,
 * or keep weights that were learned. The same images always give the same numbers.
 *
 * <p>Maintainers: this is logistic regression on all pairs of a folder, where genuine and impostor pairs weigh the same as a whole.
 * Targets are Platt's (1999, section 2.2), so that the scale stays finite where the two kinds don't overlap; Newton's method with
 * halved steps (Lin, Lin, Weng 2007) finds the only minimum.
 */
public final class L1Calibration {
    private static final int MOST_STEPS = 100;
    private static final double SMALL = 1e-12;

    private final EmbeddedImages images;
    private final float[] weights;
    private final float scale;
    private final float bias;

    private L1Calibration(EmbeddedImages images, float[] weights, float scale, float bias) {
        this.images = images;
        this.weights = weights;
        this.scale = scale;
        this.bias = bias;
    }

    /**
     * Calibrates a model's embeddings on the pairs of a folder, with components that all weigh the same.
     *
     * @throws DatasetException if the pairs of one class aren't nearer than those of two
     */
    public static L1Calibration of(ModelPackage model, ImageSet folder) throws DatasetException {
        float[] equal = new float[model.manifest().embeddingLength()];
        Arrays.fill(equal, -1);
        return of(model, folder, equal);
    }

    /**
     * Calibrates a model's embeddings on the pairs of a folder, with a distance that has learned its weights.
     *
     * @param weights the matcher's weights, which keep their proportions; what counts against a match is negative
     * @throws DatasetException if the pairs of one class aren't nearer than those of two
     */
    public static L1Calibration of(ModelPackage model, ImageSet folder, float[] weights) throws DatasetException {
        return of(EmbeddedImages.of(model, folder), weights);
    }

    /**
     * Calibrates a distance that has learned its weights on the pairs of embedded images.
     *
     * @param weights the matcher's weights, which keep their proportions; what counts against a match is negative
     * @throws DatasetException if the pairs of one class aren't nearer than those of two
     */
    public static L1Calibration of(EmbeddedImages images, float[] weights) throws DatasetException {
        PairScores pairs = PairScores.of(images, new MatchFunction(weights, 0));
        if (pairs.genuine().length == 0 || pairs.impostor().length == 0) {
            throw new DatasetException(
                    "of the images that were compared no two show one class, or none shows another: add images to the classes");
        }
        Line line = Line.fit(negated(pairs.genuine()), negated(pairs.impostor()));
        if (!(line.slope < 0) || !Double.isFinite(line.slope) || !Double.isFinite(line.intercept)) {
            throw new DatasetException(
                    "embeddings of one class lie no nearer to each other than those of two: the model doesn't tell the validation classes apart, check its preparation and output");
        }
        return new L1Calibration(images, weights.clone(), (float) -line.slope, (float) line.intercept);
    }

    /** Returns what the weights were multiplied by: how much of a logit a distance of 1 costs; positive. */
    public float scale() {
        return scale;
    }

    /** Returns the logit of two embeddings that are the same. */
    public float bias() {
        return bias;
    }

    /** Returns the matcher's weights, to scale. */
    public float[] weights() {
        float[] scaled = new float[weights.length];
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] = scale * weights[i];
        }
        return scaled;
    }

    /**
     * Measures the calibrated model on the same images, as {@link PairEvaluation#of} does.
     *
     * @throws DatasetException if the pairs are too few to set thresholds
     */
    public PairEvaluation evaluation() throws DatasetException {
        return PairEvaluation.of(images, new MatchFunction(weights(), bias));
    }

    private static double[] negated(double[] logits) {
        return Arrays.stream(logits).map(logit -> -logit).toArray();
    }

    /** A line gives the logit of a distance: {@code intercept + slope * distance}. */
    record Line(double slope, double intercept) {

        /** Fits the line to the distances of genuine and of impostor pairs. */
        static Line fit(double[] genuine, double[] impostor) {
            double middle = (mean(genuine) + mean(impostor)) / 2;
            double spread = Math.sqrt((squares(genuine, middle) + squares(impostor, middle)) / 2);
            if (!(spread > 0) || Double.isInfinite(spread)) {
                return new Line(Double.NaN, Double.NaN);
            }
            Sample near = new Sample(genuine, (genuine.length + 1.0) / (genuine.length + 2.0));
            Sample far = new Sample(impostor, 1 / (impostor.length + 2.0));
            Line line = new Line(0, 0);
            for (int step = 0; step < MOST_STEPS; step++) {
                Line next = improved(line, near, far, middle, spread);
                if (next.equals(line)) {
                    break;
                }
                line = next;
            }
            return new Line(line.slope / spread, line.intercept - line.slope * middle / spread);
        }

        /** Takes one step of Newton's method, halved until the loss falls; the same line where none does. */
        private static Line improved(Line line, Sample near, Sample far, double middle, double spread) {
            Derivatives at = new Derivatives();
            near.add(line, middle, spread, at);
            far.add(line, middle, spread, at);
            double determinant = at.slopes * at.intercepts - at.mixed * at.mixed;
            if (Math.abs(at.slope) + Math.abs(at.intercept) < SMALL || !(determinant > 0)) {
                return line;
            }
            double slope = (at.intercepts * at.slope - at.mixed * at.intercept) / determinant;
            double intercept = (at.slopes * at.intercept - at.mixed * at.slope) / determinant;
            for (double size = 1; size > SMALL; size /= 2) {
                Line next = new Line(line.slope - size * slope, line.intercept - size * intercept);
                double loss = near.loss(next, middle, spread) + far.loss(next, middle, spread);
                if (loss < at.loss) {
                    return next;
                }
            }
            return line;
        }

        private static double mean(double[] values) {
            return Arrays.stream(values).average().orElse(Double.NaN);
        }

        private static double squares(double[] values, double middle) {
            return Arrays.stream(values)
                    .map(value -> (value - middle) * (value - middle))
                    .average()
                    .orElse(Double.NaN);
        }
    }

    /** A sample is the distances of one kind of pairs, with the probability that they aim at; all together weigh 1. */
    private record Sample(double[] distances, double target) {
        void add(Line line, double middle, double spread, Derivatives to) {
            double weight = 1.0 / distances.length;
            for (double distance : distances) {
                double x = (distance - middle) / spread;
                double probability = MatchFunction.score(line.intercept + line.slope * x);
                double off = weight * (probability - target);
                double curve = weight * probability * (1 - probability);
                to.slope += off * x;
                to.intercept += off;
                to.slopes += curve * x * x;
                to.mixed += curve * x;
                to.intercepts += curve;
            }
            to.loss += loss(line, middle, spread);
        }

        double loss(Line line, double middle, double spread) {
            double sum = 0;
            for (double distance : distances) {
                double logit = line.intercept + line.slope * (distance - middle) / spread;
                // The logarithm of 1 + exp(logit), without overflow.
                double softplus = Math.max(0, logit) + Math.log1p(Math.exp(-Math.abs(logit)));
                sum += softplus - target * logit;
            }
            return sum / distances.length;
        }
    }

    /** Derivatives of the loss at a line. */
    private static final class Derivatives {
        private double loss;
        private double slope;
        private double intercept;
        private double slopes;
        private double mixed;
        private double intercepts;
    }
}
