package io.twinstream.verifier.match;

import java.util.ArrayList;
import java.util.List;

/**
 * Tiles hold embeddings in blocks of {@link MatchFunction#TILE}, one row for each component, so that the CPU compares
 * many references at once. Slots are dense, 0 to size - 1. Many threads may read, but none while another one writes.
 */
public final class Tiles {
    private static final int TILE = MatchFunction.TILE;

    private final MatchFunction function;
    private final List<float[][]> tiles = new ArrayList<>();
    private int size;

    public Tiles(MatchFunction function) {
        this.function = function;
    }

    /** Returns how many embeddings are held. */
    public int size() {
        return size;
    }

    /** Appends an embedding, {@code [length]}, and returns the slot. */
    public int add(float[] embedding) {
        if (size == tiles.size() * TILE) {
            tiles.add(new float[function.foldedLength()][TILE]);
        }
        set(size, embedding);
        return size++;
    }

    /** Replaces an embedding by another, {@code [length]}. */
    public void set(int slot, float[] embedding) {
        setFolded(slot, function.fold(embedding));
    }

    /** Returns the logit of a folded probe against one slot. */
    public float logit(float[] probe, int slot) {
        return function.foldedLogit(probe, folded(slot));
    }

    /** Overwrites a slot with zeros, so that an erased embedding doesn't stay in memory. */
    public void wipe(int slot) {
        setFolded(slot, new float[function.foldedLength()]);
    }

    /** Returns the number of tiles in use; tile t holds the slots from {@code t * TILE}. */
    public int tiles() {
        return tiles.size();
    }

    /**
     * Computes the logits of probes against a tile's references, in slot order.
     *
     * @param probes the folded probes
     * @param logits receives {@code [probes][TILE]}; in each row only the returned number of values is valid
     * @return how many references the tile holds
     */
    public int logits(int tile, float[][] probes, float[][] logits) {
        function.logits(probes, tiles.get(tile), logits);
        return Math.min(TILE, size - tile * TILE);
    }

    float[] folded(int slot) {
        float[][] tile = tiles.get(slot / TILE);
        float[] folded = new float[tile.length];
        for (int d = 0; d < folded.length; d++) {
            folded[d] = tile[d][slot % TILE];
        }
        return folded;
    }

    private void setFolded(int slot, float[] folded) {
        float[][] tile = tiles.get(slot / TILE);
        for (int d = 0; d < folded.length; d++) {
            tile[d][slot % TILE] = folded[d];
        }
    }
}
