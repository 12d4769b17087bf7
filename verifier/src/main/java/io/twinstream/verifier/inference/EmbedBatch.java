package io.twinstream.verifier.inference;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.verifier.decode.Picture;
import io.twinstream.verifier.decode.Preprocessor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Map;

/**
 * One thread's batch: pictures go into a direct input buffer, embeddings come out of a pinned one, and nothing is copied
 * between Java and ONNX Runtime. Runs in buckets of powers of two, the largest first, so that a session sees the
 * same few shapes for ever.
 */
public final class EmbedBatch {
    private final BatchSessions sessions;
    private final InputSpec spec;
    private final int embeddingLength;
    private final int maxImages;
    private final Preprocessor preprocessor;
    private final BatchBuffers buffers;
    private ByteBuffer input;
    private FloatBuffer pixels;
    private int images;

    EmbedBatch(BatchSessions sessions, InputSpec spec, int embeddingLength, int maxImages, BatchBuffers buffers) {
        if (maxImages < 1) {
            throw new IllegalArgumentException("maxImages must be positive, was " + maxImages);
        }
        this.sessions = sessions;
        this.spec = spec;
        this.embeddingLength = embeddingLength;
        this.maxImages = maxImages;
        this.preprocessor = new Preprocessor(spec);
        this.buffers = buffers;
        this.input = buffers.input(maxImages * spec.length());
        this.pixels = input.asFloatBuffer();
    }

    /** Images that still fit. */
    public int free() {
        return maxImages - images;
    }

    /** Preprocesses a picture into the batch. */
    public void add(Picture picture) {
        if (free() == 0) {
            throw new IllegalStateException("the batch of %d images is full".formatted(maxImages));
        }
        if (images == 0) {
            // Another batch may have used them since, and may have needed more.
            input = buffers.input(maxImages * spec.length());
            pixels = input.asFloatBuffer();
        }
        preprocessor.write(picture, pixels);
        images++;
    }

    /** Embeds what was added, in order, and empties the batch. */
    public float[][] run() {
        float[][] embeddings = new float[images][embeddingLength];
        ByteBuffer output = buffers.output(maxImages * embeddingLength);
        try {
            for (int from = 0; from < images; ) {
                int bucket = Integer.highestOneBit(images - from);
                run(from, bucket, output);
                from += bucket;
            }
            FloatBuffer results = output.asFloatBuffer();
            for (float[] embedding : embeddings) {
                results.get(embedding);
            }
            return embeddings;
        } catch (OrtException e) {
            throw new InferenceException("the embedder failed on %d images".formatted(images), e);
        } finally {
            images = 0;
        }
    }

    private void run(int from, int bucket, ByteBuffer output) throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        FloatBuffer in = slice(input, from * spec.length(), bucket * spec.length());
        FloatBuffer out = slice(output, from * embeddingLength, bucket * embeddingLength);
        long[] inShape = {bucket, spec.channels(), spec.height(), spec.width()};
        long[] outShape = {bucket, embeddingLength};
        try (OnnxTensor images = OnnxTensor.createTensor(environment, in, inShape);
                OnnxTensor embeddings = OnnxTensor.createTensor(environment, out, outShape)) {
            if (images.ownsBuffer() || embeddings.ownsBuffer()) {
                throw new OrtException("a buffer was copied: it should be direct");
            }
            sessions.of(bucket)
                    .run(Map.of(Embedder.INPUT, images), Map.of(Embedder.OUTPUT, embeddings))
                    .close();
        }
    }

    private static FloatBuffer slice(ByteBuffer buffer, int fromFloat, int floats) {
        return buffer.slice(fromFloat * Float.BYTES, floats * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }
}
