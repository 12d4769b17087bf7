package io.twinstream.verifier.match;

import java.util.ArrayList;
import java.util.List;

/**
 * Embeddings in tiles of {@link MatchFunction#TILE}, one row per component: a comparison runs along references, which the
 * CPU does many at once. Slots are dense, 0 to size - 1. Not safe for threads, but for reading alone.
 */
public final class Tiles {
    private static final int TILE = MatchFunction.TILE;

    private final MatchFunction function;
    private final List<float[][]> tiles = new ArrayList<>();
    private int size;

    public Tiles(MatchFunction function) {
        this.function = function;
    }

    /** Embeddings held. */
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

    /** The logit of a folded probe against one slot. */
    public float logit(float[] probe, int slot) {
        return function.foldedLogit(probe, folded(slot));
    }

    /** Overwrites a slot with zeros: an erased embedding does not stay in memory. */
    public void wipe(int slot) {
        setFolded(slot, new float[function.foldedLength()]);
    }

    /** Tiles in use: tile t holds the slots from {@code t * TILE}. */
    public int tiles() {
        return tiles.size();
    }

    /**
     * Logits of probes against a tile's references, in slot order.
     *
     * @param probes folded
     * @param logits receives {@code [probes][TILE]}, of which only as many mean something as are returned
     * @return references in the tile
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
