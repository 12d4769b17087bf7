package io.twinstream.trainer.export;

import ai.djl.ndarray.types.DataType;
import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.trainer.network.TwinNetwork;
import java.util.List;
import java.util.Optional;

/**
 * Compares an exported model with the network it came from, on the same pictures: PyTorch's embeddings and logits against
 * those of the verifier's ONNX Runtime, with its optimisations and without. Where they differ, both are compared with the
 * same network computed in double: a network whose large sums all but cancel is off in any float arithmetic, and the
 * export is at fault only where it is further off than PyTorch.
 *
 * @param embedding largest difference of an embedding's component
 * @param logit largest difference of a match's logit, over neighbouring pictures, as a share of it where it is above 1;
 *     scores would hide a difference, since they are all but 0 for most pairs
 * @param exact present where one of these is above 1e-4
 */
public record ParityCheck(double embedding, double logit, Optional<Exact> exact) {
    /**
     * Either difference may be this large; float arithmetic in another order costs a well-conditioned network a tenth
     * of it.
     */
    private static final double LARGEST_DIFFERENCE = 1e-4;

    /** These are the differences from the network computed in double: of PyTorch's floats, and of ONNX Runtime's. */
    public record Exact(double trainedEmbedding, double trainedLogit, double exportedEmbedding, double exportedLogit) {}

    /** Compares both on these pictures. */
    public static ParityCheck of(TwinNetwork network, ModelPackage exported, List<Picture> pictures)
            throws ExportException {
        NetworkOutputs served = NetworkOutputs.served(exported, pictures);
        NetworkOutputs plain = NetworkOutputs.plain(exported, pictures);
        NetworkOutputs trained = NetworkOutputs.trained(network, DataType.FLOAT32, pictures);
        double embedding = Math.max(served.embeddingDifference(trained), plain.embeddingDifference(trained));
        double logit = Math.max(served.logitDifference(trained), plain.logitDifference(trained));
        if (embedding <= LARGEST_DIFFERENCE && logit <= LARGEST_DIFFERENCE) {
            return new ParityCheck(embedding, logit, Optional.empty());
        }
        NetworkOutputs exact = NetworkOutputs.trained(network, DataType.FLOAT64, pictures);
        return new ParityCheck(
                embedding,
                logit,
                Optional.of(new Exact(
                        trained.embeddingDifference(exact),
                        trained.logitDifference(exact),
                        Math.max(served.embeddingDifference(exact), plain.embeddingDifference(exact)),
                        Math.max(served.logitDifference(exact), plain.logitDifference(exact)))));
    }

    /** Refuses an export that is at fault, or gives anything that is not a number. */
    void require() throws ExportException {
        if (exact.isEmpty()) {
            return;
        }
        Exact off = exact.get();
        if (!(isArithmetic(off.exportedEmbedding, off.trainedEmbedding)
                && isArithmetic(off.exportedLogit, off.trainedLogit))) {
            throw new ExportException(
                    "the exported model differs from the trained network by up to %.2g in embeddings and %.2g in logits; from the network computed in double it is off by %.2g and %.2g, the trained one by %.2g and %.2g: %.2g is allowed, or twice what the trained one is off"
                            .formatted(
                                    embedding,
                                    logit,
                                    off.exportedEmbedding,
                                    off.exportedLogit,
                                    off.trainedEmbedding,
                                    off.trainedLogit,
                                    LARGEST_DIFFERENCE));
        }
    }

    private static boolean isArithmetic(double exported, double trained) {
        return Double.isFinite(exported) && exported <= Math.max(LARGEST_DIFFERENCE, 2 * trained);
    }
}
