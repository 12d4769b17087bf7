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
 * those of the verifier's ONNX Runtime, with its optimisations and without.
 *
 * @param embedding largest difference of an embedding's component
 * @param logit largest difference of a match's logit, over neighbouring pictures, as a share of it where it is above 1;
 *     scores would hide a difference, since they are all but 0 for most pairs
 */
public record ParityCheck(double embedding, double logit) {
    /** Of either; what float arithmetic in another order costs is a tenth of it. */
    private static final double LARGEST_DIFFERENCE = 1e-4;

    /** Images of the paper's network leave hundreds of megabytes behind. */
    private static final int AT_ONCE = 40;

    /** Compares on these pictures. */
    public static ParityCheck of(TwinNetwork network, ModelPackage exported, List<Picture> pictures)
            throws ExportException {
        MatchFunction match = MatchFunction.of(exported);
        double embedding = 0;
        double logit = 0;
        try (Embedder embedder = Embedder.open(exported, ProviderChoice.CPU);
                PlainGraph plain = new PlainGraph(exported.file(ModelPackage.EMBEDDER))) {
            for (int start = 0; start < pictures.size(); start += AT_ONCE) {
                List<Picture> some = pictures.subList(start, Math.min(start + AT_ONCE, pictures.size()));
                ParityCheck part = ofSome(network, embedder, plain, match, some);
                embedding = Math.max(embedding, part.embedding());
                logit = Math.max(logit, part.logit());
            }
        }
        return new ParityCheck(embedding, logit);
    }

    private static ParityCheck ofSome(
            TwinNetwork network, Embedder embedder, PlainGraph graph, MatchFunction match, List<Picture> pictures)
            throws ExportException {
        try (NDManager manager = NDManager.newBaseManager()) {
            float[][] served = embedder.embedAll(pictures);
            FloatBuffer pixels = pixels(network.input(), pictures);
            Shape shape = network.inputShape(pictures.size());
            float[][] plain = graph.embed(pixels, shape.getShape());
            ParameterStore parameters = new ParameterStore(manager, false);
            NDArray trained = network.embed(parameters, manager.create(pixels, shape), false);
            NDArray logits = network.match(parameters, trained.get(":-1"), trained.get("1:"), false);
            float[] components = trained.toFloatArray();
            int length = network.embeddingLength();
            double embedding = 0;
            for (int i = 0; i < components.length; i++) {
                double optimised = Math.abs(components[i] - served[i / length][i % length]);
                double asWritten = Math.abs(components[i] - plain[i / length][i % length]);
                embedding = Math.max(embedding, Math.max(optimised, asWritten));
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

    private static FloatBuffer pixels(InputSpec input, List<Picture> pictures) {
        FloatBuffer pixels = ByteBuffer.allocateDirect(pictures.size() * input.length() * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        Preprocessor preprocessor = new Preprocessor(input);
        pictures.forEach(picture -> preprocessor.write(picture, pixels));
        return pixels.rewind();
    }
}
