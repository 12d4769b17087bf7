package io.twinstream.trainer.head;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.Initializer;
import ai.djl.util.PairList;
import io.twinstream.trainer.head.Head.Projection;
import io.twinstream.trainer.network.Scaling;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A head network learns a head. Forward takes embeddings {@code [n, length]} and gives {@code [n, n]}, the logit of every image
 * against every other.
 *
 * <p>Maintainers: every parameter begins at 0, where the network computes what the calibrated parent does, exactly for weights
 * and nearly for a projection: a sigmoid is all but straight around 0, to which the embeddings' mean is brought. What is learned
 * is only how far to go from there, so that {@link #distance} holds the head near its parent (Li, Grandvalet, Davoine 2018).
 */
final class HeadNetwork extends AbstractBlock {
    /** A component's standard deviation before the sigmoid: at this one it is off a straight line by some percent. */
    private static final float SPREAD = 0.5f;

    /** How much it costs to leave the parent. A projection has as many numbers as weights squared, and is held the tighter. */
    private static final float HOLD_OF_WEIGHTS = 0.1f;

    private static final float HOLD_OF_PROJECTION = 3;

    private static final double LEAST_DEVIATION = 1e-6;
    /** The slope of a sigmoid at 0. */
    private static final float SLOPE = 0.25f;

    private final int length;
    private final float[] weights;
    private final float bias;
    private final Parameter factors;
    private final Parameter logit;
    private final @Nullable Turn turn;

    /** A turn is what a projection learns, and the embeddings' mean and spread, from which it begins. */
    private record Turn(Parameter matrix, Parameter shift, float[] mean, float gain) {}

    /**
     * Makes a network that computes what a calibrated parent does.
     *
     * @param kind {@link HeadKind#WEIGHTS} or {@link HeadKind#PROJECTION}
     * @param weights the parent's, calibrated
     * @param bias the parent's, calibrated
     * @param embeddings those that it will learn from
     */
    HeadNetwork(HeadKind kind, float[] weights, float bias, float[][] embeddings) {
        this.length = weights.length;
        this.weights = weights.clone();
        this.bias = bias;
        this.factors = parameter("factors", length);
        this.logit = parameter("logit", 2);
        this.turn = kind == HeadKind.PROJECTION ? turn(embeddings) : null;
        if (turn != null) {
            for (int d = 0; d < length; d++) {
                this.weights[d] /= SLOPE * turn.gain();
            }
        }
    }

    private Turn turn(float[][] embeddings) {
        float[] mean = new float[length];
        double variances = 0;
        for (int d = 0; d < length; d++) {
            double sum = 0;
            double squares = 0;
            for (float[] each : embeddings) {
                sum += each[d];
                squares += (double) each[d] * each[d];
            }
            double middle = sum / embeddings.length;
            mean[d] = (float) middle;
            variances += squares / embeddings.length - middle * middle;
        }
        double deviation = Math.sqrt(Math.max(variances, 0) / length);
        float gain = (float) (SPREAD / Math.max(deviation, LEAST_DEVIATION));
        return new Turn(parameter("turn", length, length), parameter("shift", length), mean, gain);
    }

    private Parameter parameter(String name, long... shape) {
        return addParameter(Parameter.builder()
                .setName(name)
                .setType(Parameter.Type.WEIGHT)
                .optInitializer(Initializer.ZEROS)
                .optShape(new Shape(shape))
                .build());
    }

    /** Returns the head as it has been learned. */
    Head head() {
        float[] learned = weights.clone();
        float[] exponents = factors.getArray().toFloatArray();
        for (int d = 0; d < length; d++) {
            learned[d] *= (float) Math.exp(exponents[d]);
        }
        return turn == null
                ? new Head(HeadKind.WEIGHTS, Optional.empty(), learned)
                : new Head(HeadKind.PROJECTION, Optional.of(projection(turn)), learned);
    }

    private Projection projection(Turn of) {
        float[] turned = of.matrix().getArray().toFloatArray();
        float[] shifted = of.shift().getArray().toFloatArray();
        float[] projection = new float[length * length];
        float[] constant = new float[length];
        for (int to = 0; to < length; to++) {
            double before = shifted[to];
            for (int from = 0; from < length; from++) {
                float each = of.gain() * (turned[from * length + to] + (from == to ? 1 : 0));
                projection[from * length + to] = each;
                before -= (double) each * of.mean()[from];
            }
            constant[to] = (float) before;
        }
        return new Projection(projection, constant);
    }

    /** Returns what it costs how far the head has gone from its parent: a mean over components, 0 at the beginning. */
    NDArray distance(NDManager step) {
        NDArray distance = Scaling.times(squares(step, factors), HOLD_OF_WEIGHTS);
        if (turn != null) {
            NDArray turned = squares(step, turn.matrix()).add(squares(step, turn.shift()));
            distance = distance.add(Scaling.times(turned, HOLD_OF_PROJECTION));
        }
        return Scaling.over(distance, length);
    }

    private static NDArray squares(NDManager step, Parameter parameter) {
        return owned(step, parameter.getArray().square()).sum();
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameters, NDList inputs, boolean training, PairList<String, Object> options) {
        NDArray embeddings = inputs.singletonOrThrow();
        NDManager step = embeddings.getManager();
        long images = embeddings.getShape().get(0);
        NDArray seen = turn == null ? embeddings : projected(parameters, turn, embeddings, training);
        NDArray factor = owned(step, value(parameters, factors, seen, training).exp());
        NDArray weighted = factor.mul(step.create(weights)).reshape(length, 1);
        NDArray line = value(parameters, logit, seen, training);
        NDArray scale = owned(step, owned(step, line.get(0)).exp());
        NDArray offset = owned(step, line.get(1));
        NDArray distances = seen.expandDims(1).sub(seen.expandDims(0)).abs().reshape(images * images, length);
        NDArray logits = distances.matMul(weighted).reshape(images, images);
        return new NDList(logits.mul(scale).add(offset).add(bias));
    }

    private static NDArray projected(ParameterStore parameters, Turn by, NDArray embeddings, boolean training) {
        NDManager step = embeddings.getManager();
        NDArray centred = Scaling.times(embeddings.sub(step.create(by.mean())), by.gain());
        NDArray turned = centred.matMul(value(parameters, by.matrix(), embeddings, training));
        NDArray shifted = turned.add(value(parameters, by.shift(), embeddings, training));
        return Activation.sigmoid(centred.add(shifted));
    }

    private static NDArray value(ParameterStore parameters, Parameter parameter, NDArray like, boolean training) {
        return parameters.getValue(parameter, like.getDevice(), training);
    }

    /** Else it would live as long as the parameter, which is one array a step for the whole of a training. */
    private static NDArray owned(NDManager step, NDArray array) {
        array.attach(step);
        return array;
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputs) {
        long images = inputs[0].get(0);
        return new Shape[] {new Shape(images, images)};
    }
}
