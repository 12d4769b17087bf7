package io.twinstream.verifier.gallery;

import io.twinstream.verifier.match.MatchFunction;
import java.util.ArrayList;
import java.util.List;

/**
 * Embeddings in tiles, one row per component: a comparison runs along references, which the CPU does many at once.
 * Slots are dense, 0 to size - 1. Not safe for threads.
 */
final class Tiles {
    static final int TILE = 512;

    private final MatchFunction function;
    private final List<float[][]> tiles = new ArrayList<>();
    private int size;

    Tiles(MatchFunction function) {
        this.function = function;
    }

    int size() {
        return size;
    }

    /** Appends and returns the slot. */
    int add(float[] embedding) {
        if (size == tiles.size() * TILE) {
            tiles.add(new float[function.length()][TILE]);
        }
        set(size, embedding);
        return size++;
    }

    void set(int slot, float[] embedding) {
        float[][] tile = tiles.get(slot / TILE);
        for (int d = 0; d < embedding.length; d++) {
            tile[d][slot % TILE] = embedding[d];
        }
    }

    float[] get(int slot) {
        float[][] tile = tiles.get(slot / TILE);
        float[] embedding = new float[function.length()];
        for (int d = 0; d < embedding.length; d++) {
            embedding[d] = tile[d][slot % TILE];
        }
        return embedding;
    }

    /** Drops the last slot and wipes what it held: an erased embedding does not stay in memory. */
    void removeLast() {
        size--;
        set(size, new float[function.length()]);
        if (size == (tiles.size() - 1) * TILE) {
            tiles.remove(tiles.size() - 1);
        }
    }

    int tiles() {
        return tiles.size();
    }

    /** Logits of a tile's references, in slot order; returns how many. */
    int logits(int tile, float[] probe, float[] logits) {
        int count = Math.min(TILE, size - tile * TILE);
        function.logits(probe, tiles.get(tile), count, logits);
        return count;
    }
}
