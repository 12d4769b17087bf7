package io.twinstream.verifier.inference;

import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.schemas.modelpackage.Manifest;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.record.Precision;
import io.twinstream.schemas.record.UndecidedCause;
import io.twinstream.verifier.preprocess.PictureWarp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A model's embedder on ONNX Runtime: {@code image [n, channels, height, width]} to {@code embedding [n, length]}.
 * All threads share it, each with its own {@link EmbedBatch}; to be closed after the last of them.
 */
public final class Embedder implements AutoCloseable {
    /** Most images that {@link #embedAll} runs at once. */
    public static final int CONVENIENT_BATCH = 64;

    private final Inference inference;
    private final InputSpec input;
    private final int embeddingLength;
    private final int enrolmentViews;
    private final Precision precision;
    private final InputCheck check;
    private final BoundedRun.Bounds bounds = new BoundedRun.Bounds();

    private Embedder(Inference inference, Manifest manifest, Precision precision) {
        this.inference = inference;
        this.precision = precision;
        this.input = manifest.input();
        this.embeddingLength = manifest.embeddingLength();
        this.enrolmentViews = manifest.enrolmentViews();
        this.check = InputCheck.of(manifest);
    }

    /**
     * Opens the package's embedder.
     *
     * @throws InferenceException if ONNX Runtime refuses it, its shapes are not the manifest's, or the provider that
     *     was asked for can't be used
     */
    public static Embedder open(ModelPackage model, ProviderChoice provider) {
        Manifest manifest = model.manifest();
        return of(
                model,
                OnnxInference.open(
                        model.file(ModelPackage.EMBEDDER), manifest.input(), manifest.embeddingLength(), provider));
    }

    /**
     * One of the package's shapes on a stand-in for an accelerator, for benchmarks: a batch of n images takes
     * {@code batchNanos + n * imageNanos} of the one device that a process has, and what comes out means nothing.
     */
    public static Embedder standIn(ModelPackage model, long batchNanos, long imageNanos) {
        return of(model, new StandIn(batchNanos, imageNanos));
    }

    private static Embedder of(ModelPackage model, Inference inference) {
        return new Embedder(inference, model.manifest(), model.precision());
    }

    /** {@code CUDA}, {@code CPU} or {@code STAND-IN}. */
    public String provider() {
        return inference.provider();
    }

    /** The precision of the numbers that it computes with. */
    public Precision precision() {
        return precision;
    }

    /** Whether nothing that comes out means anything. */
    public boolean isStandIn() {
        return inference instanceof StandIn;
    }

    /** Whether its package has statistics of the pictures that it was trained for: without them nothing is out of its domain. */
    public boolean knowsDomain() {
        return check.knowsDomain();
    }

    public InputSpec input() {
        return input;
    }

    public int embeddingLength() {
        return embeddingLength;
    }

    /** Buffers for one thread's batches of up to so many images. */
    public EmbedBatch newBatch(int maxImages) {
        return newBatch(maxImages, new EmbedBatch.Buffers());
    }

    /** A batch of up to so many images in one thread's buffers, one batch after the other. */
    public EmbedBatch newBatch(int maxImages, EmbedBatch.Buffers buffers) {
        return new EmbedBatch(
                inference, input, embeddingLength, maxImages, isStandIn() ? null : check, buffers, bounds);
    }

    /**
     * Runs every size of batch up to this one once, in one thread's buffers, so that no probe waits for what a first run
     * allocates or searches; what the runs took bounds those to come.
     *
     * @param lastNanos of {@link System#nanoTime}: no size is begun that would hardly be done by then
     */
    public void warm(int maxImages, EmbedBatch.Buffers buffers, long lastNanos) {
        EmbedBatch batch = newBatch(maxImages, buffers);
        int samples = input.width() * input.height() * input.channels();
        Picture blank = new Picture(input.width(), input.height(), input.channels(), new byte[samples]);
        long tookNanos = 0;
        for (int bucket = 1; bucket <= maxImages; bucket *= 2) {
            long begun = System.nanoTime();
            if (begun + 2 * tookNanos - lastNanos > 0) {
                return;
            }
            batch.measure(blank, bucket);
            tookNanos = System.nanoTime() - begun;
        }
    }

    /** Runs every size of batch up to this one once, however long that takes. */
    public void warm(int maxImages, EmbedBatch.Buffers buffers) {
        warm(maxImages, buffers, System.nanoTime() + Long.MAX_VALUE / 2);
    }

    /** Buffers for one thread's references: at least one, and not more images, views counted, than given if there can be. */
    public ReferenceBatch newReferenceBatch(int maxImages) {
        int references = Math.max(1, maxImages / enrolmentViews);
        return new ReferenceBatch(newBatch(references * enrolmentViews), PictureWarp.of(input), enrolmentViews);
    }

    /** Embeds any number of references as they are enrolled, in order. */
    public float[][] embedReferences(List<Picture> pictures) {
        List<float[]> embeddings = new ArrayList<>(pictures.size());
        ReferenceBatch batch = newReferenceBatch(CONVENIENT_BATCH);
        for (Picture picture : pictures) {
            if (batch.free() == 0) {
                embeddings.addAll(Arrays.asList(batch.run()));
            }
            batch.add(picture);
        }
        embeddings.addAll(Arrays.asList(batch.run()));
        return embeddings.toArray(new float[0][]);
    }

    /** Embeds any number of pictures, in order; for whoever isn't in a hurry. */
    public float[][] embedAll(List<Picture> pictures) {
        List<float[]> embeddings = new ArrayList<>(pictures.size());
        // No more direct memory than it takes: the garbage collector comes late to it.
        EmbedBatch batch = newBatch(Math.max(1, Math.min(CONVENIENT_BATCH, pictures.size())));
        for (Picture picture : pictures) {
            if (batch.free() == 0) {
                embeddings.addAll(Arrays.asList(batch.run()));
            }
            batch.add(picture);
        }
        embeddings.addAll(Arrays.asList(batch.run()));
        return embeddings.toArray(new float[0][]);
    }

    /**
     * Embeds any number of pictures, in order, and says of each why the model can't judge it, if so; for whoever isn't in a hurry.
     *
     * @throws InferenceException if the embedder fails, or takes longer than it may
     */
    public Embeddings checkAll(List<Picture> pictures) {
        float[] @Nullable [] vectors = new float[pictures.size()][];
        @Nullable UndecidedCause[] causes = new UndecidedCause[pictures.size()];
        EmbedBatch batch = newBatch(Math.max(1, Math.min(CONVENIENT_BATCH, pictures.size())));
        int next = 0;
        for (int picture = 0; picture < pictures.size(); picture++) {
            batch.add(pictures.get(picture));
            if (batch.free() == 0 || picture == pictures.size() - 1) {
                Embeddings some = batch.runEach(Integer.MAX_VALUE, Long.MAX_VALUE);
                if (some.count() < some.size()) {
                    throw new InferenceException("the embedder stood still on a picture");
                }
                for (int i = 0; i < some.size(); i++) {
                    vectors[next] = some.get(i);
                    causes[next++] = some.cause(i);
                }
            }
        }
        return new Embeddings(vectors, new BitSet(), causes);
    }

    @Override
    public void close() {
        inference.close();
    }
}
