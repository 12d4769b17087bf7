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
 * One thread's batch: pictures go into a direct input buffer, embeddings come out of a pinned one, and nothing is copied
 * between Java and ONNX Runtime. Runs in buckets of powers of two, the largest first, so that a session sees the
 * same few shapes for ever.
 */
public final class EmbedBatch {
    private static final double NANOS = 1e9;

    private final Inference inference;
    private final InputSpec spec;
    private final int embeddingLength;
    private final int maxImages;
    /** Checks inputs; null where what comes out of the embedder means nothing. */
    private final @Nullable InputCheck check;

    /** The input of one image while it is checked. */
    private final float[] checked;

    private final Preprocessor preprocessor;
    private final Buffers buffers;
    private final BoundedRun.Bounds bounds;
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
            BoundedRun.Bounds bounds) {
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

    /**
     * Embeds what was added, in order, and empties the batch.
     *
     * @throws InferenceException if the embedder fails, or takes longer than it may
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
     * Embeds what was added and empties the batch, whatever images it holds: where a run takes longer than it may, its images
     * are run one by one, and those that stand still alone too are left without an embedding.
     *
     * @param first of the images that are run in any case; the others only while the time for that lasts
     * @param patienceNanos after which no further run begins
     * @throws InferenceException if the embedder fails otherwise
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

    /** Ends the run at hand, and every later one at once; what they were to embed stays without an embedding. For any thread. */
    public void cancel() {
        cancelled = true;
        BoundedRun run = current;
        if (run != null) {
            run.expire();
        }
    }

    /** Notes what a run takes, on the batch's own buffers, for the bounds of later ones. */
    void measure(Picture picture, int bucket) {
        for (int i = 0; i < bucket; i++) {
            add(picture);
        }
        run();
        bounds.measured(bucket, tookNanos);
    }

    /** Runs some images; false where that took longer than it may. */
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
     * Direct memory of one thread for whichever batch it fills: versions that follow each other share it, since what the
     * garbage collector doesn't see in time would grow with every swap. Grows to the largest batch. For one batch at a time.
     */
    public static final class Buffers {
        private ByteBuffer input = direct(0);
        private ByteBuffer output = direct(0);

        /** A buffer of at least so many floats; what it held is lost where it has to grow. */
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
