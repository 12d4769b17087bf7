package io.twinstream.verifier.inference;

import ai.onnxruntime.OrtException;
import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.schemas.record.UndecidedCause;
import io.twinstream.verifier.preprocess.Preprocessor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * A batch belongs to one thread: pictures go into a direct input buffer and embeddings come out of a pinned one, so
 * that nothing is copied between Java and ONNX Runtime. It is run in buckets of powers of two, the largest first, so
 * that a session sees the same few shapes for ever.
 */
public final class EmbedBatch {
    private static final double NANOS = 1e9;

    private final Inference inference;
    private final InputSpec spec;
    private final int embeddingLength;
    private final int maxImages;
    /** Checks inputs for pictures that can't be judged; null on a stand-in, whose embeddings mean nothing. */
    private final @Nullable InputCheck check;

    /** Holds the input of one image while it is checked. */
    private final float[] checked;

    private final Preprocessor preprocessor;
    private final Buffers buffers;
    private final BoundedRun.RunBounds bounds;
    private ByteBuffer input;
    private FloatBuffer pixels;
    private int images;
    private long tookNanos;
    private volatile @Nullable BoundedRun current;
    private volatile boolean cancelled;

    EmbedBatch(
            Inference inference,
            InputSpec spec,
            int embeddingLength,
            int maxImages,
            @Nullable InputCheck check,
            Buffers buffers,
            BoundedRun.RunBounds bounds) {
        if (maxImages < 1) {
            throw new IllegalArgumentException("maxImages must be positive, was " + maxImages);
        }
        this.inference = inference;
        this.spec = spec;
        this.embeddingLength = embeddingLength;
        this.maxImages = maxImages;
        this.check = check;
        this.checked = new float[check == null ? 0 : spec.length()];
        this.preprocessor = new Preprocessor(spec);
        this.buffers = buffers;
        this.bounds = bounds;
        this.input = buffers.input(maxImages * spec.length());
        this.pixels = input.asFloatBuffer();
    }

    /** Returns how many more images fit into the batch. */
    public int free() {
        return maxImages - images;
    }

    /** Preprocesses a picture into the batch. */
    public void add(Picture picture) {
        if (free() == 0) {
            throw new IllegalStateException("the batch of %d images is full".formatted(maxImages));
        }
        if (images == 0) {
            // Another batch of this thread may have used the buffers since, and may have made them grow.
            input = buffers.input(maxImages * spec.length());
            pixels = input.asFloatBuffer();
        }
        preprocessor.write(picture, pixels);
        images++;
    }

    /**
     * Embeds the pictures in the order in which they were added, and empties the batch.
     *
     * @throws InferenceException if the embedder fails, or a run takes longer than its bound
     */
    public float[][] run() {
        float[][] embeddings = new float[images][embeddingLength];
        ByteBuffer output = buffers.output(maxImages * embeddingLength);
        try {
            for (int from = 0; from < images; ) {
                int bucket = Integer.highestOneBit(images - from);
                if (!run(from, bucket, output)) {
                    throw new InferenceException("a run of the embedder on %d images took more than %.1f s"
                            .formatted(bucket, bounds.nanos(bucket) / NANOS));
                }
                from += bucket;
            }
            FloatBuffer results = output.asFloatBuffer();
            for (float[] embedding : embeddings) {
                results.get(embedding);
            }
            return embeddings;
        } finally {
            images = 0;
        }
    }

    /**
     * Embeds the pictures and empties the batch, even if single images make the model stand still. Where a run exceeds
     * its bound its images are run one by one, and those that exceed it alone too get no embedding.
     *
     * @param first how many images, from the batch's first, are run in any case; the others are run only while the
     *     patience lasts
     * @param patienceNanos the nanoseconds after which no further run begins
     * @throws InferenceException if the embedder fails for another reason than its bound
     */
    public Embeddings runEach(int first, long patienceNanos) {
        float[] @Nullable [] embeddings = new float[images][];
        @Nullable UndecidedCause[] causes = new UndecidedCause[images];
        BitSet stuck = new BitSet();
        ByteBuffer output = buffers.output(maxImages * embeddingLength);
        long begun = System.nanoTime();
        try {
            for (int from = 0; from < images; ) {
                int bucket = Integer.highestOneBit(images - from);
                boolean late = System.nanoTime() - begun > patienceNanos;
                if (!late && run(from, bucket, output)) {
                    copy(from, bucket, output, embeddings, causes);
                } else {
                    for (int image = from; image < from + bucket; image++) {
                        boolean begins = image < first || System.nanoTime() - begun <= patienceNanos;
                        if (begins && !cancelled && run(image, 1, output)) {
                            copy(image, 1, output, embeddings, causes);
                        } else {
                            stuck.set(image, begins && !cancelled);
                        }
                    }
                }
                from += bucket;
            }
            return new Embeddings(embeddings, stuck, causes);
        } finally {
            images = 0;
        }
    }

    /** Ends the current run and every later one at once; their images get no embedding. Any thread may call this. */
    public void cancel() {
        cancelled = true;
        BoundedRun run = current;
        if (run != null) {
            run.expire();
        }
    }

    /** Measures a run of so many copies of the picture, to bound later runs by it. Uses the batch's own buffers. */
    void measure(Picture picture, int bucket) {
        for (int i = 0; i < bucket; i++) {
            add(picture);
        }
        run();
        bounds.measured(bucket, tookNanos);
    }

    /** Runs some of the images; returns false if that took longer than its bound. */
    private boolean run(int from, int bucket, ByteBuffer output) {
        FloatBuffer in = slice(input, from * spec.length(), bucket * spec.length());
        FloatBuffer out = slice(output, from * embeddingLength, bucket * embeddingLength);
        try (BoundedRun bounded = BoundedRun.begin(bounds.nanos(bucket))) {
            current = bounded;
            if (cancelled) {
                bounded.expire();
            }
            try {
                inference.run(bucket, in, out, bounded);
                tookNanos = bounded.processorNanos();
                return true;
            } catch (OrtException e) {
                if (bounded.expired()) {
                    return false;
                }
                throw new InferenceException("the embedder failed on %d images".formatted(bucket), e);
            }
        } finally {
            current = null;
        }
    }

    private void copy(
            int from,
            int bucket,
            ByteBuffer output,
            float[] @Nullable [] embeddings,
            @Nullable UndecidedCause[] causes) {
        FloatBuffer results = slice(output, from * embeddingLength, bucket * embeddingLength);
        for (int image = from; image < from + bucket; image++) {
            float[] embedding = new float[embeddingLength];
            results.get(embedding);
            embeddings[image] = embedding;
            causes[image] = cause(image);
        }
    }

    private @Nullable UndecidedCause cause(int image) {
        if (check == null) {
            return null;
        }
        pixels.get(image * spec.length(), checked);
        return check.reason(checked, 0);
    }

    private static FloatBuffer slice(ByteBuffer buffer, int fromFloat, int floats) {
        return buffer.slice(fromFloat * Float.BYTES, floats * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    /**
     * Buffers are the direct memory of one thread, shared by the batches that it fills one after the other. Versions
     * that follow each other share it too: the garbage collector frees direct memory late, so it would grow with every
     * swap. They grow to the largest batch and serve one batch at a time.
     */
    public static final class Buffers {
        private ByteBuffer input = direct(0);
        private ByteBuffer output = direct(0);

        /** Returns an input buffer of at least so many floats; its contents are lost where it has to grow. */
        ByteBuffer input(int floats) {
            if (input.capacity() < bytes(floats)) {
                input = direct(floats);
            }
            return input;
        }

        ByteBuffer output(int floats) {
            if (output.capacity() < bytes(floats)) {
                output = direct(floats);
            }
            return output;
        }

        private static ByteBuffer direct(int floats) {
            return ByteBuffer.allocateDirect(bytes(floats)).order(ByteOrder.nativeOrder());
        }

        private static int bytes(int floats) {
            return Math.multiplyExact(floats, Float.BYTES);
        }
    }
}
