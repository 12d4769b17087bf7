package io.twinstream.trainer.export;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.trainer.network.TwinNetwork;
import io.twinstream.verifier.inference.Embedder;
import io.twinstream.verifier.inference.ProviderChoice;
import io.twinstream.verifier.match.MatchFunction;
import io.twinstream.verifier.preprocess.Preprocessor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The outputs are what one way of computing a network gives for some pictures. They are held in double, which changes
 * no float.
 *
 * @param embeddings {@code [n, embeddingLength]}
 * @param logits {@code [n - 1]}, of each picture and the next
 */
record NetworkOutputs(double[] embeddings, double[] logits) {
    /**
     * Number of pictures that are computed at once: in double PyTorch writes out every window of a convolution, 44 MB an image
     * for the paper's network.
     */
    private static final int AT_ONCE = 10;

    /**
     * Computes the outputs with PyTorch, on the device that the network lies on.
     *
     * @param type float, or double for what the same parameters stand for
     */
    static NetworkOutputs trained(TwinNetwork network, DataType type, List<Picture> pictures) {
        DoubleBuffer embeddings = DoubleBuffer.allocate(pictures.size() * network.embeddingLength());
        for (List<Picture> some : parts(pictures)) {
            try (NDManager manager = NDManager.newBaseManager(network.device())) {
                NDArray images = manager.create(pixels(network.input(), some), network.inputShape(some.size()));
                NDArray answer = network.embed(parameters(manager, type), images.toType(type, false), false);
                embeddings.put(doubles(answer));
            }
        }
        try (NDManager manager = NDManager.newBaseManager(network.device())) {
            NDArray all = manager.create(embeddings.array(), new Shape(pictures.size(), network.embeddingLength()))
                    .toType(type, false);
            NDArray logits = network.match(parameters(manager, type), all.get(":-1"), all.get("1:"), false);
            return new NetworkOutputs(embeddings.array(), doubles(logits));
        }
    }

    /** Computes the outputs as the verifier does. */
    static NetworkOutputs served(ModelPackage model, List<Picture> pictures) {
        List<float[]> embeddings = new ArrayList<>();
        try (Embedder embedder = Embedder.open(model, ProviderChoice.CPU)) {
            for (List<Picture> some : parts(pictures)) {
                embeddings.addAll(List.of(embedder.embedAll(some)));
            }
        }
        return of(embeddings, MatchFunction.of(model));
    }

    /** Computes the outputs with ONNX Runtime where it optimises nothing. */
    static NetworkOutputs plain(ModelPackage model, List<Picture> pictures) throws ExportException {
        return plain(model, model.file(ModelPackage.EMBEDDER), pictures);
    }

    /**
     * Computes the outputs with ONNX Runtime where it optimises nothing, with another embedder in the place of the
     * package's.
     */
    static NetworkOutputs plain(ModelPackage model, byte[] embedder, List<Picture> pictures) throws ExportException {
        InputSpec input = model.manifest().input();
        List<float[]> embeddings = new ArrayList<>();
        try (UnoptimisedGraph graph = new UnoptimisedGraph(embedder)) {
            for (List<Picture> some : parts(pictures)) {
                embeddings.addAll(List.of(graph.embed(pixels(input, some), shape(input, some.size()))));
            }
        }
        return of(embeddings, MatchFunction.of(model));
    }

    private static NetworkOutputs of(List<float[]> embeddings, MatchFunction match) {
        DoubleBuffer components = DoubleBuffer.allocate(
                embeddings.stream().mapToInt(each -> each.length).sum());
        for (float[] embedding : embeddings) {
            for (float component : embedding) {
                components.put(component);
            }
        }
        double[] logits = new double[Math.max(0, embeddings.size() - 1)];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = match.logit(embeddings.get(i), embeddings.get(i + 1));
        }
        return new NetworkOutputs(components.array(), logits);
    }

    /** Returns the largest difference of an embedding's component. */
    double embeddingDifference(NetworkOutputs expected) {
        double largest = 0;
        for (int i = 0; i < embeddings.length; i++) {
            largest = Math.max(largest, Math.abs(embeddings[i] - expected.embeddings[i]));
        }
        return largest;
    }

    /** Returns the root of the mean squared difference of the embeddings' components. */
    double embeddingDistance(NetworkOutputs expected) {
        double sum = 0;
        for (int i = 0; i < embeddings.length; i++) {
            double difference = embeddings[i] - expected.embeddings[i];
            sum += difference * difference;
        }
        return Math.sqrt(sum / embeddings.length);
    }

    /** Returns the largest difference of a logit, as a share of the expected one where that is above 1. */
    double logitDifference(NetworkOutputs expected) {
        double largest = 0;
        for (int i = 0; i < logits.length; i++) {
            double difference = Math.abs(logits[i] - expected.logits[i]);
            largest = Math.max(largest, difference / Math.max(1, Math.abs(expected.logits[i])));
        }
        return largest;
    }

    private static List<List<Picture>> parts(List<Picture> pictures) {
        List<List<Picture>> parts = new ArrayList<>();
        for (int start = 0; start < pictures.size(); start += AT_ONCE) {
            parts.add(pictures.subList(start, Math.min(start + AT_ONCE, pictures.size())));
        }
        return parts;
    }

    static long[] shape(InputSpec input, int pictures) {
        return new long[] {pictures, input.channels(), input.height(), input.width()};
    }

    static FloatBuffer pixels(InputSpec input, List<Picture> pictures) {
        FloatBuffer pixels = ByteBuffer.allocateDirect(pictures.size() * input.length() * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        Preprocessor preprocessor = new Preprocessor(input);
        pictures.forEach(picture -> preprocessor.write(picture, pixels));
        return pixels.rewind();
    }

    private static double[] doubles(NDArray array) {
        return array.toType(DataType.FLOAT64, false).toDoubleArray();
    }

    private static ParameterStore parameters(NDManager manager, DataType type) {
        return type == DataType.FLOAT64 ? new DoubleParameters(manager) : new ParameterStore(manager, false);
    }

    /** Gives parameters as double. */
    private static final class DoubleParameters extends ParameterStore {
        private final NDManager manager;

        DoubleParameters(NDManager manager) {
            super(manager, false);
            this.manager = manager;
        }

        @Override
        public @Nullable NDArray getValue(@Nullable Parameter parameter, Device device, boolean training) {
            // A convolution asks for the bias that it doesn't have.
            if (parameter == null) {
                return null;
            }
            NDArray exact = parameter.getArray().toType(DataType.FLOAT64, true);
            // Else it would live as long as the parameter does.
            exact.attach(manager);
            return exact;
        }
    }
}
