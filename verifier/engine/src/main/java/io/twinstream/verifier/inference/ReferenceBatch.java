package io.twinstream.verifier.inference;

import io.twinstream.schemas.image.Picture;
import io.twinstream.verifier.locate.Region;

/**
 * A reference batch embeds references on one thread. Each embedding is the mean over as many views as the model's
 * manifest asks for at enrolment; comparing a probe with it costs no more.
 */
public final class ReferenceBatch {
    private final EmbedBatch batch;

    ReferenceBatch(EmbedBatch batch) {
        this.batch = batch;
    }

    /** Returns how many more references fit into the batch. */
    public int free() {
        return batch.free();
    }

    /** Adds a reference. What is found in it is drawn in all views, where the package has a locator. */
    public void add(Picture picture) {
        batch.add(picture);
    }

    /** Adds a reference with the region that its sender found in it. */
    public void add(Picture picture, Region region) {
        batch.add(picture, region);
    }

    /**
     * Embeds the references in the order in which they were added, and empties the batch. The embedding of one in which
     * nothing was found is empty.
     */
    public float[][] run() {
        return batch.run();
    }

    /**
     * Embeds the references and empties the batch. A reference with a view that the model stands still on gets no
     * embedding. The picture itself, not its views, says why it can't be judged.
     */
    public Embeddings runEach() {
        return batch.runEach(Integer.MAX_VALUE, Long.MAX_VALUE);
    }

    /** Ends the current run and every later one at once. Any thread may call this. */
    public void cancel() {
        batch.cancel();
    }
}
