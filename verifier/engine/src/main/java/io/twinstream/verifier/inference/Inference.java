package io.twinstream.verifier.inference;

import ai.onnxruntime.OrtException;
import java.nio.FloatBuffer;

/** What embeds batches. Safe for many threads. */
sealed interface Inference extends AutoCloseable permits OnnxInference, StandIn {
    /** The execution provider that runs it, such as {@code CUDA} or {@code CPU}. */
    String provider();

    /**
     * Embeds images.
     *
     * @param in direct, {@code [images, channels, height, width]}
     * @param out direct, {@code [images, length]}
     * @param bounded when it ends before it is done
     * @throws OrtException if it fails, or ends before it is done
     */
    void run(int images, FloatBuffer in, FloatBuffer out, BoundedRun bounded) throws OrtException;

    @Override
    void close();
}
