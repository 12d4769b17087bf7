package io.twinstream.verifier.inference;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** What came of each image of a batch whose runs had bounds: its embedding; that it stood still, twice; or nothing yet. */
public final class Embeddings {
    private final float[] @Nullable [] vectors;
    private final BitSet stuck;

    Embeddings(float[] @Nullable [] vectors, BitSet stuck) {
        this.vectors = vectors;
        this.stuck = stuck;
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

    /** How many there are. */
    public int count() {
        int count = 0;
        for (float[] vector : vectors) {
            count += vector == null ? 0 : 1;
        }
        return count;
    }
}
