package io.twinstream.verifier.inference;

import io.twinstream.schemas.record.UndecidedCause;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Embeddings are the results of a batch whose runs were bounded. Each image has an embedding, or made the model stand
 * still twice, or has not been run yet.
 */
public final class Embeddings {
    private final float[] @Nullable [] vectors;
    private final BitSet stuck;
    private final @Nullable UndecidedCause[] causes;

    Embeddings(float[] @Nullable [] vectors, BitSet stuck, @Nullable UndecidedCause[] causes) {
        this.vectors = vectors;
        this.stuck = stuck;
        this.causes = causes;
    }

    public int size() {
        return vectors.length;
    }

    /** Returns the image's embedding, or null if it has none. */
    public float @Nullable [] get(int image) {
        return vectors[image];
    }

    /** Returns whether the model stood still on the image, both in a batch and alone. */
    public boolean isStuck(int image) {
        return stuck.get(image);
    }

    /**
     * Returns why the model can't judge an image that has an embedding, or null if it can. The settings of the verifier
     * play no part in it.
     */
    public @Nullable UndecidedCause cause(int image) {
        return causes[image];
    }

    /**
     * Returns why images that are judged together can't be judged, or null if they can. BLANK goes before
     * OUT_OF_DOMAIN, since a blank picture is never judged and one out of the domain may be.
     */
    public @Nullable UndecidedCause cause(int from, int to) {
        UndecidedCause cause = null;
        for (int image = from; image < to; image++) {
            cause = cause == UndecidedCause.BLANK || causes[image] == null ? cause : causes[image];
        }
        return cause;
    }

    /** Returns how many images have an embedding. */
    public int count() {
        int count = 0;
        for (float[] vector : vectors) {
            count += vector == null ? 0 : 1;
        }
        return count;
    }
}
