package io.twinstream.verifier.inference;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.InputSpec;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An ONNX inference runs an embedder on ONNX Runtime without copying between Java and native memory. */
record OnnxInference(BatchSessions sessions, InputSpec input, InputForm form, int embeddingLength)
        implements Inference {
    static final String INPUT = InputForm.FLOATS.input();
    static final String OUTPUT = "embedding";

    private static final Logger log = LoggerFactory.getLogger(OnnxInference.class);
    /** Pictures of noise that both forms are compared on. */
    private static final int COMPARED = 4;

    private static final int SEED = 1;

    /**
     * Opens an embedder, which takes floats, and checks its shapes.
     *
     * @throws InferenceException if ONNX Runtime refuses the model, its shapes differ from those given, or the
     *     requested provider can't be used
     */
    static OnnxInference open(byte[] model, InputSpec input, int embeddingLength, ProviderChoice provider) {
        OpenSession open = OpenSession.open(model, input, provider);
        OnnxInference inference =
                new OnnxInference(new BatchSessions(open, model), input, InputForm.FLOATS, embeddingLength);
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

    /**
     * Returns an inference that takes samples and gives the same embeddings to the bit, and closes this one; or this one, if
     * none can be opened here or an embedding differs.
     *
     * @param model the file that this one was opened with
     */
    OnnxInference takingSamples(byte[] model) {
        String why = "embeddings would differ";
        try {
            byte[] graph = SamplesGraph.of(model, input);
            OnnxInference taking = new OnnxInference(
                    new BatchSessions(sessions.first().likewise(graph), graph),
                    input,
                    InputForm.SAMPLES,
                    embeddingLength);
            if (taking.answersAs(this)) {
                close();
                return taking;
            }
            taking.close();
        } catch (IllegalArgumentException | InferenceException e) {
            why = InferenceException.firstLine(e);
        }
        log.info("the embedder takes floats and no bytes on {}: {}", provider(), why);
        return this;
    }

    private boolean answersAs(OnnxInference other) {
        try {
            return Arrays.equals(ofNoise(), other.ofNoise());
        } catch (OrtException e) {
            close();
            throw new InferenceException("the embedder failed on %d images".formatted(COMPARED), e);
        }
    }

    /** Returns the embeddings of some pictures of noise, one after the other. */
    private float[] ofNoise() throws OrtException {
        EmbedBatch.Buffers buffers = new EmbedBatch.Buffers();
        BatchInput images = new BatchInput(input, form, COMPARED, buffers);
        Random random = new Random(SEED);
        for (int i = 0; i < COMPARED; i++) {
            byte[] samples = new byte[input.length()];
            random.nextBytes(samples);
            images.add(new Picture(input.width(), input.height(), input.channels(), samples));
        }
        float[] embeddings = new float[COMPARED * embeddingLength];
        FloatBuffer out = EmbedBatch.slice(buffers.output(embeddings.length), 0, embeddings.length);
        try (BoundedRun bounded = BoundedRun.begin(new BoundedRun.RunBounds().nanos(COMPARED))) {
            run(COMPARED, images.images(0, COMPARED), out, bounded);
        }
        out.get(0, embeddings);
        return embeddings;
    }

    @Override
    public String provider() {
        return sessions.provider();
    }

    @Override
    public void run(int images, ByteBuffer in, FloatBuffer out, BoundedRun bounded) throws OrtException {
        long[] outShape = {images, embeddingLength};
        try (OnnxTensor pictures = form.tensor(input, images, in);
                OnnxTensor embeddings = OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), out, outShape)) {
            if (pictures.ownsBuffer() || embeddings.ownsBuffer()) {
                throw new OrtException("a buffer was copied: it should be direct");
            }
            sessions.of(images)
                    .run(Map.of(form.input(), pictures), Set.of(), Map.of(OUTPUT, embeddings), bounded.options())
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

        OpenSession first() {
            return first;
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
