package io.twinstream.verifier.inference;

import io.twinstream.schemas.image.Decoded;
import io.twinstream.schemas.image.ImageDecoder;
import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.schemas.modelpackage.LocatorSpec;
import io.twinstream.schemas.modelpackage.Manifest;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.record.Precision;
import io.twinstream.verifier.inference.EmbedBatch.BatchSize;
import io.twinstream.verifier.locate.RegionCut;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An embedder turns pictures into a model's embeddings on ONNX Runtime: {@code image [n, channels, height, width]} to
 * {@code embedding [n, length]}. All threads share it, each with its own {@link EmbedBatch}; it must be closed after
 * the last of them. Where the package has a locator, what it finds in a picture is embedded, and not the whole picture.
 */
public final class Embedder implements AutoCloseable {
    /** Limits how many images {@link #embedAll} runs at once. */
    public static final int CONVENIENT_BATCH = 64;

    private final Inference inference;
    private final @Nullable Locator locator;
    private final InputSpec input;
    private final int embeddingLength;
    private final int enrolmentViews;
    private final Precision precision;
    private final InputCheck check;
    private final BoundedRun.RunBounds bounds = new BoundedRun.RunBounds();
    private final BatchCut cut = new BatchCut();

    private Embedder(Inference inference, @Nullable Locator locator, Manifest manifest, Precision precision) {
        this.inference = inference;
        this.locator = locator;
        this.precision = precision;
        this.input = manifest.input();
        this.embeddingLength = manifest.embeddingLength();
        this.enrolmentViews = manifest.enrolmentViews();
        this.check = InputCheck.of(manifest);
    }

    /**
     * Opens the package's embedder, and its locator if it has one.
     *
     * @throws InferenceException if ONNX Runtime refuses a graph, its shapes are not the manifest's, or the requested
     *     provider can't be used
     */
    public static Embedder open(ModelPackage model, ProviderChoice provider) {
        return open(model, provider, false);
    }

    /**
     * Opens a package as {@link #open(ModelPackage, ProviderChoice)} does.
     *
     * @param samplesOnCpu whether samples are taken on the CPU too if all pictures have the input's size; that saves nothing
     *     there, where nothing is sent to a device
     */
    static Embedder open(ModelPackage model, ProviderChoice provider, boolean samplesOnCpu) {
        Manifest manifest = model.manifest();
        byte[] graph = model.file(ModelPackage.EMBEDDER);
        OnnxInference inference = OnnxInference.open(graph, manifest.input(), manifest.embeddingLength(), provider);
        LocatorSpec spec = manifest.locator();
        try {
            Locator locator = spec == null ? null : Locator.open(model, spec, provider);
            boolean samples = locator != null && locator.aligns(manifest.input());
            if (samples && (samplesOnCpu || !inference.isOnCpu())) {
                inference = inference.takingSamples(graph);
            }
            return of(model, inference, locator);
        } catch (InferenceException e) {
            inference.close();
            throw e;
        }
    }

    /**
     * Opens a stand-in for an accelerator, with the shapes of the package's embedder, for benchmarks. A batch of n
     * images takes {@code batchNanos + n * imageNanos} of the one device that a process has, and its embeddings mean
     * nothing. It locates nothing and takes whole pictures.
     */
    public static Embedder standIn(ModelPackage model, long batchNanos, long imageNanos) {
        return of(model, new StandInInference(batchNanos, imageNanos), null);
    }

    private static Embedder of(ModelPackage model, Inference inference, @Nullable Locator locator) {
        return new Embedder(inference, locator, model.manifest(), model.precision());
    }

    /** Returns the execution provider: {@code CUDA}, {@code CPU} or {@code STAND-IN}. */
    public String provider() {
        return inference.provider();
    }

    /** Returns the form in which images reach the graph. */
    InputForm form() {
        return inference.form();
    }

    /** Returns the precision of the numbers that the embedder computes with. */
    public Precision precision() {
        return precision;
    }

    /** Returns whether this is a stand-in for benchmarks, whose embeddings mean nothing. */
    public boolean isStandIn() {
        return inference instanceof StandInInference;
    }

    /**
     * Returns whether the package describes the pictures that the model was trained for. Without that description no
     * picture is out of the domain.
     */
    public boolean knowsDomain() {
        return check.knowsDomain();
    }

    public InputSpec input() {
        return input;
    }

    /** Returns whether the package has a locator, so that regions of pictures are matched and not whole pictures. */
    public boolean locates() {
        return locator != null;
    }

    /**
     * Decodes an image for this model. A much larger one may be decoded at a fraction of its size, unless something is to be
     * found in it.
     *
     * @param whole true where a region counts in the image's own pixels
     */
    public Decoded decode(ImageDecoder decoder, byte[] image, boolean whole) {
        return whole || locates() ? decoder.decode(image, input.channels()) : decoder.decode(image, input);
    }

    /** Creates what cuts regions out of pictures as this model's batches do. */
    public RegionCut newCut() {
        return new RegionCut(input, locator == null ? null : locator.spec());
    }

    public int embeddingLength() {
        return embeddingLength;
    }

    /** Creates a batch of up to so many images, in buffers of its own, for one thread. */
    public EmbedBatch newBatch(int maxImages) {
        return newBatch(maxImages, new EmbedBatch.Buffers());
    }

    /** Creates a batch of up to so many images in one thread's buffers, which only one batch may use at a time. */
    public EmbedBatch newBatch(int maxImages, EmbedBatch.Buffers buffers) {
        return newBatch(maxImages, 1, buffers);
    }

    /**
     * Creates a batch in one thread's buffers, which only one batch may use at a time.
     *
     * @param maxImages images that are embedded at once; there is always room for two pictures with all their regions
     * @param regions regions of each picture that are embedded, the largest first; 1 to 16
     */
    public EmbedBatch newBatch(int maxImages, int regions, EmbedBatch.Buffers buffers) {
        return newBatch(new BatchSize(maxImages, regions, 1), buffers);
    }

    private EmbedBatch newBatch(BatchSize size, EmbedBatch.Buffers buffers) {
        return new EmbedBatch(
                inference, input, embeddingLength, size, isStandIn() ? null : check, locator, buffers, bounds, cut);
    }

    /**
     * Runs every size of batch up to this one once, in one thread's buffers. No probe then waits for what a first run
     * allocates or searches, and the measured times bound later runs.
     *
     * @param lastNanos a {@link System#nanoTime}; a size that would hardly be done by then isn't begun
     */
    public void warm(int maxImages, EmbedBatch.Buffers buffers, long lastNanos) {
        EmbedBatch batch = newBatch(maxImages, buffers);
        Picture blank = blank();
        batch.fill(blank);
        long tookNanos = 0;
        for (int bucket = 1; bucket <= maxImages; bucket *= 2) {
            long begun = System.nanoTime();
            if (begun + 2 * tookNanos - lastNanos > 0) {
                return;
            }
            batch.measureLocator(blank, bucket);
            batch.measure(bucket);
            tookNanos = System.nanoTime() - begun;
        }
    }

    /** Runs every size of batch up to this one once, however long that takes. */
    public void warm(int maxImages, EmbedBatch.Buffers buffers) {
        warm(maxImages, buffers, System.nanoTime() + Long.MAX_VALUE / 2);
    }

    /**
     * Warms the embedder as {@link #warm} does, measures which size of runs is the best here, and cuts all later batches into
     * runs of that size. It takes a quarter of a second more than warming, and a model of 50 ms an image two seconds. Sizes
     * whose runs would take over two seconds aren't run.
     */
    public BatchTimes measureCut(int maxImages, EmbedBatch.Buffers buffers) {
        EmbedBatch batch = newBatch(maxImages, buffers);
        Picture blank = blank();
        for (int bucket = 1; bucket <= maxImages; bucket *= 2) {
            batch.measureLocator(blank, bucket);
        }
        batch.fill(blank);
        BatchTimes times = BatchTimes.measure(maxImages, batch::measure);
        cut.set(times.best());
        return times;
    }

    /**
     * Cuts all later batches into runs of at most so many images.
     *
     * @param images a power of two
     */
    public void cut(int images) {
        cut.set(images);
    }

    /** Returns how many images of a batch are run at once at most. */
    public int cut() {
        return cut.most();
    }

    private Picture blank() {
        return new Picture(input.width(), input.height(), input.channels(), new byte[input.length()]);
    }

    /**
     * Creates a batch of references for one thread. It holds at least one reference, and otherwise no more than
     * {@code maxImages} images with all views counted.
     */
    public ReferenceBatch newReferenceBatch(int maxImages) {
        int references = Math.max(1, maxImages / enrolmentViews);
        return new ReferenceBatch(
                newBatch(new BatchSize(references * enrolmentViews, 1, enrolmentViews), new EmbedBatch.Buffers()));
    }

    /**
     * Embeds any number of references as they are enrolled, in order. The embedding of one in which nothing was found is
     * empty.
     */
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

    /**
     * Embeds any number of pictures, in order, in batches of up to {@link #CONVENIENT_BATCH}. The embedding of one in which
     * nothing was found is empty.
     */
    public float[][] embedAll(List<Picture> pictures) {
        List<float[]> embeddings = new ArrayList<>(pictures.size());
        // The batch takes no more direct memory than it needs, since the garbage collector frees that late.
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
     * Embeds any number of pictures, in order, and tells for each whether and why the model can't judge it.
     *
     * @throws InferenceException if the embedder fails, or a run takes longer than its bound
     */
    public Embeddings checkAll(List<Picture> pictures) {
        List<Embeddings> parts = new ArrayList<>();
        EmbedBatch batch = newBatch(Math.max(1, Math.min(CONVENIENT_BATCH, pictures.size())));
        for (int picture = 0; picture < pictures.size(); picture++) {
            batch.add(pictures.get(picture));
            if (batch.free() == 0 || picture == pictures.size() - 1) {
                Embeddings some = batch.runEach(Integer.MAX_VALUE, Long.MAX_VALUE);
                if (!some.isWhole()) {
                    throw new InferenceException("the model stood still on a picture");
                }
                parts.add(some);
            }
        }
        return Embeddings.of(parts);
    }

    @Override
    public void close() {
        inference.close();
        if (locator != null) {
            locator.close();
        }
    }
}
