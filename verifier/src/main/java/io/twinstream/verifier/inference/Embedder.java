package io.twinstream.verifier.inference;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.TensorInfo;
import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.schemas.modelpackage.Manifest;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.verifier.decode.Picture;
import io.twinstream.verifier.decode.PictureWarp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A model's embedder on ONNX Runtime: {@code image [n, channels, height, width]} to {@code embedding [n, length]}.
 * All threads share it, each with its own {@link EmbedBatch}; to be closed after the last of them.
 */
public final class Embedder implements AutoCloseable {
    static final String INPUT = "image";
    static final String OUTPUT = "embedding";
    private static final int CONVENIENT_BATCH = 64;

    private final BatchSessions sessions;
    private final InputSpec input;
    private final int embeddingLength;
    private final int enrolmentViews;

    private Embedder(BatchSessions sessions, InputSpec input, int embeddingLength, int enrolmentViews) {
        this.sessions = sessions;
        this.input = input;
        this.embeddingLength = embeddingLength;
        this.enrolmentViews = enrolmentViews;
    }

    /**
     * Opens the package's embedder.
     *
     * @throws InferenceException if ONNX Runtime refuses it, its shapes are not the manifest's, or the provider that
     *     was asked for can't be used
     */
    public static Embedder open(ModelPackage model, ProviderChoice provider) {
        Manifest manifest = model.manifest();
        InputSpec input = manifest.input();
        byte[] embedder = model.file(ModelPackage.EMBEDDER);
        OpenSession open = OpenSession.open(embedder, input, provider);
        BatchSessions sessions = new BatchSessions(open, embedder);
        try {
            requireShape(open.session().getInputInfo(), INPUT, -1, input.channels(), input.height(), input.width());
            requireShape(open.session().getOutputInfo(), OUTPUT, -1, manifest.embeddingLength());
            return new Embedder(sessions, input, manifest.embeddingLength(), manifest.enrolmentViews());
        } catch (OrtException e) {
            close(sessions);
            throw new InferenceException("the embedder can't be inspected", e);
        } catch (InferenceException e) {
            close(sessions);
            throw e;
        }
    }

    /** {@code CUDA} or {@code CPU}. */
    public String provider() {
        return sessions.provider();
    }

    public InputSpec input() {
        return input;
    }

    public int embeddingLength() {
        return embeddingLength;
    }

    /** Buffers for one thread's batches of up to so many images. */
    public EmbedBatch newBatch(int maxImages) {
        return newBatch(maxImages, new BatchBuffers());
    }

    /** A batch of up to so many images in one thread's buffers, one batch after the other. */
    public EmbedBatch newBatch(int maxImages, BatchBuffers buffers) {
        return new EmbedBatch(sessions, input, embeddingLength, maxImages, buffers);
    }

    /**
     * Runs every size of batch up to this one once, in one thread's buffers, so that no probe waits for what a first run
     * allocates or searches.
     */
    public void warm(int maxImages, BatchBuffers buffers) {
        EmbedBatch batch = newBatch(maxImages, buffers);
        int samples = input.width() * input.height() * input.channels();
        Picture blank = new Picture(input.width(), input.height(), input.channels(), new byte[samples]);
        for (int bucket = 1; bucket <= maxImages; bucket *= 2) {
            for (int i = 0; i < bucket; i++) {
                batch.add(blank);
            }
            batch.run();
        }
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

    @Override
    public void close() {
        close(sessions);
    }

    private static void close(BatchSessions sessions) {
        try {
            sessions.close();
        } catch (OrtException e) {
            throw new InferenceException("the sessions can't be closed", e);
        }
    }

    private static void requireShape(Map<String, NodeInfo> nodes, String name, long... expected) {
        @Nullable NodeInfo node = nodes.get(name);
        long[] shape = node != null && node.getInfo() instanceof TensorInfo tensor ? tensor.getShape() : new long[0];
        if (!Arrays.equals(shape, expected)) {
            throw new InferenceException("the embedder's %s should have the shape %s, and has %s"
                    .formatted(name, Arrays.toString(expected), Arrays.toString(shape)));
        }
    }
}
