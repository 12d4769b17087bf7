package io.twinstream.verifier.inference;

/**
 * A batch cut says how many images of a batch an embedder is run on at once at most. Until it is set, batches are run
 * whole. Embeddings don't depend on it beyond what the number of images in a run changes, which is the last bits of a
 * float. Safe for many threads.
 */
final class BatchCut {
    private volatile int most = 1 << (Integer.SIZE - 2);

    /**
     * Cuts all batches from now on.
     *
     * @param images a power of two
     */
    void set(int images) {
        if (Integer.bitCount(images) != 1 || images < 1) {
            throw new IllegalArgumentException("a run must be of a power of two of images, was " + images);
        }
        most = images;
    }

    /** Returns the largest run. */
    int most() {
        return most;
    }

    /** Returns the size of the next run where so many images are left, a power of two. */
    int next(int left) {
        return Integer.highestOneBit(Math.min(left, most));
    }
}
