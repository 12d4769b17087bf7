package io.twinstream.trainer.export;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.trainer.network.TwinNetwork;
import io.twinstream.verifier.decode.Picture;
import io.twinstream.verifier.decode.Preprocessor;
import io.twinstream.verifier.inference.Embedder;
import io.twinstream.verifier.inference.ProviderChoice;
import io.twinstream.verifier.match.MatchFunction;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * Compares an exported model with the network it came from, on the same pictures: PyTorch's embeddings and logits against
 * those of the verifier's ONNX Runtime.
 *
 * @param embedding largest difference of an embedding's component
 * @param logit largest difference of a match's logit, over neighbouring pictures, as a share of it where it is above 1;
 *     scores would hide a difference, since they are all but 0 for most pairs
 */
public record ParityCheck(double embedding, double logit) {
    /** Of either; what float arithmetic in another order costs is a tenth of it. */
    private static final double LARGEST_DIFFERENCE = 1e-4;

    /** Compares on these pictures. */
    public static ParityCheck of(TwinNetwork network, ModelPackage exported, List<Picture> pictures) {
        try (Embedder embedder = Embedder.open(exported, ProviderChoice.CPU);
                NDManager manager = NDManager.newBaseManager()) {
            float[][] served = embedder.embedAll(pictures);
            NDArray trained =
                    network.embed(new ParameterStore(manager, false), images(network, pictures, manager), false);
            float[] components = trained.toFloatArray();
            NDArray logits =
                    network.match(new ParameterStore(manager, false), trained.get(":-1"), trained.get("1:"), false);
            MatchFunction match = MatchFunction.of(exported);
            double embedding = 0;
            for (int i = 0; i < components.length; i++) {
                int length = network.embeddingLength();
                embedding = Math.max(embedding, Math.abs(components[i] - served[i / length][i % length]));
            }
            double logit = 0;
            for (int i = 0; i + 1 < served.length; i++) {
                double expected = logits.getFloat(i);
                double difference = Math.abs(expected - match.logit(served[i], served[i + 1]));
                logit = Math.max(logit, difference / Math.max(1, Math.abs(expected)));
            }
            return new ParityCheck(embedding, logit);
        }
    }

    /** Refuses an export that differs, or gives anything that is not a number. */
    void require() throws ExportException {
        if (!(embedding <= LARGEST_DIFFERENCE && logit <= LARGEST_DIFFERENCE)) {
            throw new ExportException(
                    "the exported model differs from the trained network by up to %.2g in embeddings and %.2g in logits, at most %.2g is allowed"
                            .formatted(embedding, logit, LARGEST_DIFFERENCE));
        }
    }

    private static NDArray images(TwinNetwork network, List<Picture> pictures, NDManager manager) {
        InputSpec input = network.input();
        FloatBuffer pixels = ByteBuffer.allocateDirect(pictures.size() * input.length() * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        Preprocessor preprocessor = new Preprocessor(input);
        pictures.forEach(picture -> preprocessor.write(picture, pixels));
        Shape shape = new Shape(pictures.size(), input.channels(), input.height(), input.width());
        return manager.create(pixels.rewind(), shape);
    }
}
