package io.twinstream.verifier.inference;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.twinstream.schemas.modelpackage.InputSpec;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** An ONNX inference runs an embedder on ONNX Runtime without copying between Java and native memory. */
record OnnxInference(BatchSessions sessions, InputSpec input, int embeddingLength) implements Inference {
    static final String INPUT = "image";
    static final String OUTPUT = "embedding";

    /**
     * Opens an embedder and checks its shapes.
     *
     * @throws InferenceException if ONNX Runtime refuses the model, its shapes differ from those given, or the
     *     requested provider can't be used
     */
    static OnnxInference open(byte[] model, InputSpec input, int embeddingLength, ProviderChoice provider) {
        OpenSession open = OpenSession.open(model, input, provider);
        OnnxInference inference = new OnnxInference(new BatchSessions(open, model), input, embeddingLength);
        try {
            requireShape(
                    "the embedder",
                    open.session().getInputInfo(),
                    INPUT,
                    -1,
                    input.channels(),
                    input.height(),
                    input.width());
            requireShape("the embedder", open.session().getOutputInfo(), OUTPUT, -1, embeddingLength);
            return inference;
        } catch (OrtException e) {
            inference.close();
            throw new InferenceException("the embedder can't be inspected", e);
        } catch (InferenceException e) {
            inference.close();
            throw e;
        }
    }

    @Override
    public String provider() {
        return sessions.provider();
    }

    @Override
    public void run(int images, FloatBuffer in, FloatBuffer out, BoundedRun bounded) throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        long[] inShape = {images, input.channels(), input.height(), input.width()};
        long[] outShape = {images, embeddingLength};
        try (OnnxTensor pictures = OnnxTensor.createTensor(environment, in, inShape);
                OnnxTensor embeddings = OnnxTensor.createTensor(environment, out, outShape)) {
            if (pictures.ownsBuffer() || embeddings.ownsBuffer()) {
                throw new OrtException("a buffer was copied: it should be direct");
            }
            sessions.of(images)
                    .run(Map.of(INPUT, pictures), Set.of(), Map.of(OUTPUT, embeddings), bounded.options())
                    .close();
        }
    }

    @Override
    public void close() {
        try {
            sessions.close();
        } catch (OrtException e) {
            throw new InferenceException("the sessions can't be closed", e);
        }
    }

    /** Requires that one of a graph's inputs or outputs has a shape; {@code graph} names the graph in the message. */
    static void requireShape(String graph, Map<String, NodeInfo> nodes, String name, long... expected) {
        @Nullable NodeInfo node = nodes.get(name);
        long[] shape = node != null && node.getInfo() instanceof TensorInfo tensor ? tensor.getShape() : new long[0];
        if (!Arrays.equals(shape, expected)) {
            throw new InferenceException("%s's %s should have the shape %s, and has %s"
                    .formatted(graph, name, Arrays.toString(expected), Arrays.toString(shape)));
        }
    }

    /**
     * Batch sessions are an embedder's sessions by the size of the batch that they run. On CUDA each size has its own,
     * opened at its first batch: ONNX Runtime keeps a convolution's cuDNN plan for the last shape alone, and making
     * another takes milliseconds.
     */
    static final class BatchSessions implements AutoCloseable {
        private final OpenSession first;
        private final byte[] model;
        private final Map<Integer, OrtSession> bySize = new ConcurrentHashMap<>();

        /**
         * Takes the session over.
         *
         * @param first the model's first session, which serves all sizes on the CPU and single images on CUDA
         */
        BatchSessions(OpenSession first, byte[] model) {
            this.first = first;
            // A large model must not stay in memory where no further session is opened.
            this.model = first.provider().equals(OpenSession.CUDA) ? model : new byte[0];
            bySize.put(1, first.session());
        }

        String provider() {
            return first.provider();
        }

        OrtSession of(int images) {
            return first.provider().equals(OpenSession.CUDA)
                    ? bySize.computeIfAbsent(images, size -> OpenSession.another(model))
                    : first.session();
        }

        @Override
        public void close() throws OrtException {
            for (OrtSession session : bySize.values()) {
                session.close();
            }
        }
    }
}
