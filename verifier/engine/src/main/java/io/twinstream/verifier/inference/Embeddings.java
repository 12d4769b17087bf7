package io.twinstream.verifier.inference;

import io.twinstream.schemas.record.UndecidedCause;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** What came of each image of a batch whose runs had bounds: its embedding; that it stood still, twice; or nothing yet. */
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

    /** The embedding, or null where there is none. */
    public float @Nullable [] get(int image) {
        return vectors[image];
    }

    /** Whether the model stood still on it, together with others and alone. */
    public boolean isStuck(int image) {
        return stuck.get(image);
    }

    /** Why the image, which has an embedding, can't be judged by the model, whatever the settings make of that; null where it can. */
    public @Nullable UndecidedCause cause(int image) {
        return causes[image];
    }

    /** Why images that are judged together can't be; BLANK goes first, since what is blank is never judged and what is out of the domain may be. */
    public @Nullable UndecidedCause cause(int from, int to) {
        UndecidedCause cause = null;
        for (int image = from; image < to; image++) {
            cause = cause == UndecidedCause.BLANK || causes[image] == null ? cause : causes[image];
        }
        return cause;
    }

    /** How many there are. */
    public int count() {
        int count = 0;
        for (float[] vector : vectors) {
            count += vector == null ? 0 : 1;
        }
        return count;
    }
}
