package io.twinstream.verifier.inference;

import io.twinstream.verifier.decode.Picture;
import io.twinstream.verifier.decode.PictureWarp;
import io.twinstream.verifier.decode.Views;

/**
 * One thread's batch of references. Each is embedded as the mean over as many views as the model's manifest asks for at
 * enrolment; it is still one embedding, and a probe that is compared with it costs no more.
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

    /** References that still fit. */
    public int free() {
        return batch.free() / views;
    }

    /** Draws a reference's views into the batch. */
    public void add(Picture picture) {
        for (int view = 0; view < views; view++) {
            batch.add(Views.of(picture, view, warp));
        }
    }

    /** Embeds what was added, in order, and empties the batch. */
    public float[][] run() {
        float[][] each = batch.run();
        if (views == 1) {
            return each;
        }
        float[][] means = new float[each.length / views][];
        for (int reference = 0; reference < means.length; reference++) {
            means[reference] = mean(each, reference * views);
        }
        return means;
    }

    private float[] mean(float[][] embeddings, int first) {
        float[] mean = new float[embeddings[first].length];
        for (int d = 0; d < mean.length; d++) {
            for (int view = 0; view < views; view++) {
                mean[d] += embeddings[first + view][d] / views;
            }
        }
        return mean;
    }
}
