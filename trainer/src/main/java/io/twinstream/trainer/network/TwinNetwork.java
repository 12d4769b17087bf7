package io.twinstream.trainer.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.twinstream.schemas.modelpackage.InputSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * A twin network (Koch, Zemel, Salakhutdinov 2015): two images go through the same layers, and a weighted L1 distance
 * of their embeddings gives the logit of a match.
 *
 * <p>Forward takes {@code [2k, c, h, w]}, k first images and then k second ones, and gives {@code [k, k]}: the logit of
 * every first image against every second one, so that one pass over 2k images yields k * k pairs to learn from.
 */
public final class TwinNetwork extends AbstractBlock {
    /** The name of the one architecture there is. */
    public static final String ARCHITECTURE = "compact";

    private static final int HALVINGS = 4;

    private final InputSpec input;
    private final List<ConvLayer> layers = new ArrayList<>();
    private final Linear head;

    private TwinNetwork(InputSpec input) {
        this.input = input;
        addLayer(5, 32);
        addLayer(3, 64);
        addLayer(3, 96);
        addLayer(3, 128);
        head = addChildBlock("head", Linear.builder().setUnits(1).build());
    }

    /** The {@code compact} architecture: 48 x 48 ink drawings, 1152 values an embedding, 187 thousand parameters. */
    public static TwinNetwork compact() {
        return new TwinNetwork(new InputSpec(48, 48, 1, true));
    }

    public InputSpec input() {
        return input;
    }

    /** Floats in one embedding. */
    public int embeddingLength() {
        int filters = layers.get(layers.size() - 1).filters();
        return filters * (input.height() >> HALVINGS) * (input.width() >> HALVINGS);
    }

    /** The layers from the image on. */
    public List<ConvLayer> layers() {
        return List.copyOf(layers);
    }

    /** Weights of the L1 distance as the logit has them, {@code [1, embeddingLength]}: none above 0. A new array. */
    public NDArray headWeights() {
        return downward(head.getParameters().get("weight").getArray());
    }

    /** Bias of the logit, {@code [1]}. */
    public NDArray headBias() {
        return head.getParameters().get("bias").getArray();
    }

    /** Images {@code [n, c, h, w]} to embeddings {@code [n, embeddingLength]}, values 0 to 1. */
    public NDArray embed(ParameterStore parameters, NDArray images, boolean training) {
        NDList features = new NDList(images);
        for (ConvLayer layer : layers) {
            features = layer.forward(parameters, features, training);
        }
        NDArray last = features.singletonOrThrow();
        return Activation.sigmoid(last.reshape(images.getShape().get(0), -1));
    }

    /** Logits {@code [...]} of embeddings {@code [..., embeddingLength]} against others, broadcast as usual. */
    public NDArray match(ParameterStore parameters, NDArray first, NDArray second, boolean training) {
        NDArray distances = first.sub(second).abs();
        NDArray weight = parameters.getValue(head.getParameters().get("weight"), distances.getDevice(), training);
        NDArray bias = parameters.getValue(head.getParameters().get("bias"), distances.getDevice(), training);
        return Linear.linear(distances, downward(weight), bias)
                .singletonOrThrow()
                .squeeze(-1);
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameters, NDList inputs, boolean training, PairList<String, Object> options) {
        NDArray embeddings = embed(parameters, inputs.singletonOrThrow(), training);
        long pairs = embeddings.getShape().get(0) / 2;
        NDArray first = embeddings.get(":" + pairs).expandDims(1);
        NDArray second = embeddings.get(pairs + ":").expandDims(0);
        return new NDList(match(parameters, first, second, training));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputs) {
        long pairs = inputs[0].get(0) / 2;
        return new Shape[] {new Shape(pairs, pairs)};
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputs) {
        Shape[] shapes = inputs;
        for (ConvLayer layer : layers) {
            layer.initialize(manager, type, shapes);
            shapes = layer.getOutputShapes(shapes);
        }
        head.initialize(manager, type, new Shape(1, embeddingLength()));
    }

    /**
     * No distance may speak for a match: with weights of both signs, as the paper leaves them, an image can match another
     * better than itself.
     */
    private static NDArray downward(NDArray weights) {
        return weights.abs().neg();
    }

    private void addLayer(int kernel, int filters) {
        layers.add(addChildBlock("layer" + (layers.size() + 1), new ConvLayer(kernel, filters)));
    }
}
