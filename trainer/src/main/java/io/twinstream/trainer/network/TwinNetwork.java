package io.twinstream.trainer.network;

import ai.djl.Device;
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
import io.twinstream.trainer.network.Layer.Adoption;
import java.util.List;

/**
 * A twin network (Koch, Zemel, Salakhutdinov 2015) sends two images through the same layers, and a weighted L1 distance
 * of their embeddings gives the logit of a match.
 *
 *
 * <p>Forward takes {@code [n, c, h, w]} and gives {@code [n, n]}, the logit of every image against every other, so that
 * one pass yields n * (n - 1) pairs to learn from, and the embeddings {@code [n, embeddingLength]}. With embeddings
 * {@code [m, embeddingLength]} that are known besides, the logits are {@code [n, n + m]}. Of two arrays of images it gives
 * {@code [n]}: image i of the first against image i of the second.
 */
public final class TwinNetwork extends AbstractBlock {
    /** Embeddings have this many dimensions, images four. */
    private static final int KNOWN_DIMENSIONS = 2;

    private final String architecture;
    private final InputSpec input;
    private final boolean signed;
    private final List<Layer> layers;
    private final Linear head;
    private final int embeddingLength;

    /**
     * Puts a network together.
     *
     * @param signed whether the weights of the distance may have both signs, as the paper leaves them: an image can then
     *     match another better than itself. Otherwise no distance speaks for a match.
     * @param layers the layers from the image on; a sigmoid follows
     */
    TwinNetwork(String architecture, InputSpec input, boolean signed, List<Layer> layers) {
        this.architecture = architecture;
        this.input = input;
        this.signed = signed;
        this.layers = List.copyOf(layers);
        for (int i = 0; i < layers.size(); i++) {
            addChildBlock("layer" + (i + 1), layers.get(i));
        }
        head = addChildBlock("head", Linear.builder().setUnits(1).build());
        Shape[] shapes = {inputShape(1)};
        for (Layer layer : layers) {
            shapes = layer.getOutputShapes(shapes);
        }
        embeddingLength = Math.toIntExact(shapes[0].size());
        if (embeddingLength == 0) {
            throw new IllegalArgumentException("%s leaves nothing of images of %d x %d: take larger ones"
                    .formatted(architecture, input.width(), input.height()));
        }
    }

    /** Returns its name among {@link Architecture}s. */
    public String architecture() {
        return architecture;
    }

    public InputSpec input() {
        return input;
    }

    /** Returns the device that the network's weights lie on, once it has some. */
    public Device device() {
        return headBias().getDevice();
    }

    /** Returns the shape of so many images, {@code [images, c, h, w]}. */
    public Shape inputShape(long images) {
        return new Shape(images, input.channels(), input.height(), input.width());
    }

    /** Returns how many floats one embedding has. */
    public int embeddingLength() {
        return embeddingLength;
    }

    /** Says what turns an image into an embedding when the network doesn't learn. */
    public void describe(LayerSink sink) {
        layers.forEach(layer -> layer.describe(sink));
        sink.flatten();
        sink.sigmoid();
    }

    /** Returns the weights of the L1 distance as the logit has them, {@code [1, embeddingLength]}. */
    public NDArray headWeights() {
        return effective(head.getParameters().get("weight").getArray());
    }

    /** Returns the bias of the logit, {@code [1]}. */
    public NDArray headBias() {
        return head.getParameters().get("bias").getArray();
    }

    /**
     * Takes over a trained model in place of the first weights. The network then computes what the model does, and can
     * learn on.
     *
     * @param images {@code [n, c, h, w]} like those that it will learn from
     * @throws IllegalArgumentException if the model's layers have other sizes
     */
    public void adopt(TrainedWeights model, NDArray images) {
        Adoption numbers = new Adoption(model.layers().iterator());
        ParameterStore parameters = new ParameterStore(images.getManager(), false);
        NDArray features = images;
        for (Layer layer : layers) {
            features = layer.adopt(numbers, features, parameters);
        }
        numbers.requireEnd();
        Adoption.set(head.getParameters().get("weight").getArray(), model.head());
        Adoption.set(head.getParameters().get("bias").getArray(), new float[] {model.headBias()});
    }

    /** Turns images {@code [n, c, h, w]} into embeddings {@code [n, embeddingLength]}, values 0 to 1. */
    public NDArray embed(ParameterStore parameters, NDArray images, boolean training) {
        NDList features = new NDList(images.getDevice().isGpu() ? images : ChannelsLast.of(images));
        for (Layer layer : layers) {
            features = layer.forward(parameters, features, training);
        }
        NDArray last = features.singletonOrThrow();
        return Activation.sigmoid(last.reshape(images.getShape().get(0), -1));
    }

    /**
     * Returns logits {@code [...]} of embeddings {@code [..., embeddingLength]} against others, broadcast as usual.
     */
    public NDArray match(ParameterStore parameters, NDArray first, NDArray second, boolean training) {
        NDArray distances = first.sub(second).abs();
        NDArray weight = parameters.getValue(head.getParameters().get("weight"), distances.getDevice(), training);
        NDArray bias = parameters.getValue(head.getParameters().get("bias"), distances.getDevice(), training);
        NDArray used = effective(weight);
        // Else it would live as long as the weight, which is one array a step for the whole of a training.
        used.attach(distances.getManager());
        return Linear.linear(distances, used, bias).singletonOrThrow().squeeze(-1);
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameters, NDList inputs, boolean training, PairList<String, Object> options) {
        NDArray first = embed(parameters, inputs.get(0), training);
        if (inputs.size() == 1) {
            return new NDList(match(parameters, first.expandDims(1), first.expandDims(0), training), first);
        }
        NDArray second = inputs.get(1);
        if (second.getShape().dimension() == KNOWN_DIMENSIONS) {
            NDArray all = first.concat(second, 0);
            return new NDList(match(parameters, first.expandDims(1), all.expandDims(0), training), first);
        }
        return new NDList(match(parameters, first, embed(parameters, second, training), training));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputs) {
        long images = inputs[0].get(0);
        Shape embeddings = new Shape(images, embeddingLength);
        if (inputs.length == 1) {
            return new Shape[] {new Shape(images, images), embeddings};
        }
        return inputs[1].dimension() == KNOWN_DIMENSIONS
                ? new Shape[] {new Shape(images, images + inputs[1].get(0)), embeddings}
                : new Shape[] {new Shape(images)};
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputs) {
        Shape[] shapes = {inputs[0]};
        for (Layer layer : layers) {
            layer.initialize(manager, type, shapes);
            shapes = layer.getOutputShapes(shapes);
        }
        head.initialize(manager, type, new Shape(1, embeddingLength));
    }

    /** Returns the weights as the distance uses them, always as a new array. */
    private NDArray effective(NDArray weights) {
        if (signed) {
            return weights.reshape(weights.getShape());
        }
        try (NDArray sizes = weights.abs()) {
            return sizes.neg();
        }
    }
}
