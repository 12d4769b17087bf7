package io.twinstream.verifier.match;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Number columns hold the folded embeddings of a few slots component by component, so that a loop compares a probe with many of them
 * side by side. Of few embeddings that is faster than to compare codes first. Many threads may read, but none while another one
 * writes.
 */
final class NumberColumns {
    /** This is the number of embeddings of a column: narrower loops spend much of their time beginning and ending. */
    static final int WIDTH = 128;

    private final MatchFunction function;

    /** Holds the columns, each {@code [foldedLength][WIDTH]}. */
    private final List<float[][]> columns = new ArrayList<>();

    NumberColumns(MatchFunction function) {
        this.function = function;
    }

    /** Sets a slot, which may be the next one. */
    void set(int slot, float[] folded) {
        if (slot == columns.size() * WIDTH) {
            columns.add(new float[function.foldedLength()][WIDTH]);
        }
        float[][] rows = columns.get(slot / WIDTH);
        for (int d = 0; d < rows.length; d++) {
            rows[d][slot % WIDTH] = folded[d];
        }
    }

    /** Overwrites a slot with zeros. */
    void wipe(int slot) {
        for (float[] row : columns.get(slot / WIDTH)) {
            row[slot % WIDTH] = 0;
        }
    }

    /** Overwrites all slots with zeros, and has none from then on. */
    void clear() {
        for (float[][] rows : columns) {
            for (float[] row : rows) {
                Arrays.fill(row, 0);
            }
        }
        columns.clear();
    }

    /**
     * Computes the logits of a folded probe against the embeddings of a column, equal bit for bit to {@link
     * MatchFunction#foldedLogit} of each.
     *
     * @param logits receives {@code [WIDTH]}
     */
    void logits(float[] probe, int column, float[] logits) {
        function.logits(probe, columns.get(column), logits);
    }
}
