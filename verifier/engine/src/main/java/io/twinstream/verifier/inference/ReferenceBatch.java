package io.twinstream.verifier.inference;

import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.record.UndecidedCause;
import io.twinstream.verifier.preprocess.PictureWarp;
import io.twinstream.verifier.preprocess.Views;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * A reference batch embeds references on one thread. Each embedding is the mean over as many views as the model's
 * manifest asks for at enrolment; comparing a probe with it costs no more.
 */
public final class ReferenceBatch {
    private final EmbedBatch batch;
    private final PictureWarp warp;
    private final int views;

    ReferenceBatch(EmbedBatch batch, PictureWarp warp, int views) {
        this.batch = batch;
        this.warp = warp;
        this.views = views;
    }

    /** Returns how many more references fit into the batch. */
    public int free() {
        return batch.free() / views;
    }

    /** Draws a reference's views into the batch. */
    public void add(Picture picture) {
        for (int view = 0; view < views; view++) {
            batch.add(Views.of(picture, view, warp));
        }
    }

    /** Embeds the references in the order in which they were added, and empties the batch. */
    public float[][] run() {
        float[][] each = batch.run();
        float[][] means = new float[each.length / views][];
        for (int reference = 0; reference < means.length; reference++) {
            means[reference] = mean(each, reference * views);
        }
        return means;
    }

    /**
     * Embeds the references and empties the batch. A reference with a view that the model stands still on gets no
     * embedding. The picture itself, not its views, says why it can't be judged.
     */
    public Embeddings runEach() {
        Embeddings each = batch.runEach(Integer.MAX_VALUE, Long.MAX_VALUE);
        float[] @Nullable [] means = new float[each.size() / views][];
        BitSet stuck = new BitSet();
        @Nullable UndecidedCause[] causes = new UndecidedCause[means.length];
        for (int reference = 0; reference < means.length; reference++) {
            float[][] of = new float[views][];
            boolean whole = true;
            for (int view = 0; view < views; view++) {
                float[] embedding = each.get(reference * views + view);
                whole &= embedding != null;
                of[view] = embedding == null ? new float[0] : embedding;
                stuck.set(reference, stuck.get(reference) || each.isStuck(reference * views + view));
            }
            causes[reference] = each.cause(reference * views);
            means[reference] = whole ? mean(of, 0) : null;
        }
        return new Embeddings(means, stuck, causes);
    }

    /** Ends the current run and every later one at once. Any thread may call this. */
    public void cancel() {
        batch.cancel();
    }

    private float[] mean(float[][] embeddings, int first) {
        if (views == 1) {
            return embeddings[first];
        }
        float[] mean = new float[embeddings[first].length];
        for (int d = 0; d < mean.length; d++) {
            for (int view = 0; view < views; view++) {
                mean[d] += embeddings[first + view][d] / views;
            }
        }
        return mean;
    }
}
