package io.twinstream.verifier.match;

/**
 * Kept numbers are folded embeddings that lie outside of Java's heap, each in a place. Many threads may read, each a place that nobody
 * writes to.
 */
public interface KeptNumbers {
    /** Keeps nothing. */
    KeptNumbers NOTHING = new KeptNumbers() {
        @Override
        public boolean holds(int place) {
            return false;
        }

        @Override
        public void read(int place, float[] into) {
            throw new IllegalStateException("nothing is kept, place %d neither".formatted(place));
        }
    };

    /** Returns whether the embedding of a place can be read from now on. */
    boolean holds(int place);

    /**
     * Reads the folded embedding of a place.
     *
     * @param into receives {@code [foldedLength]}
     * @throws UnreadableNumbersException if it can't be read any more
     */
    void read(int place, float[] into);

    /** An unreadable-numbers exception says in one line which numbers can't be read any more, and why. */
    final class UnreadableNumbersException extends RuntimeException {
        public UnreadableNumbersException(String message) {
            super(message);
        }
    }
}
