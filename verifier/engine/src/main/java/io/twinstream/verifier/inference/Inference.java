package io.twinstream.verifier.inference;

import ai.onnxruntime.OrtException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;

/** An inference runs a model's embedder on batches of images. Safe for many threads. */
sealed interface Inference extends AutoCloseable permits OnnxInference, StandInInference {
    String CPU = "CPU";

    /** Returns the execution provider, such as {@code CUDA} or {@code CPU}. */
    String provider();

    /** Returns whether a run takes the processor time of the thread that calls it. */
    default boolean isOnCpu() {
        return provider().equals(CPU);
    }

    /** Returns the form in which images are taken. */
    InputForm form();

    /**
     * Embeds a batch of images.
     *
     * @param in a direct buffer of so many images, in the form that is taken
     * @param out a direct buffer that receives {@code [images, length]}
     * @param bounded the run that ends this one if it takes too long
     * @throws OrtException if the run fails, or is ended before it is done
     */
    void run(int images, ByteBuffer in, FloatBuffer out, BoundedRun bounded) throws OrtException;

    @Override
    void close();
}
