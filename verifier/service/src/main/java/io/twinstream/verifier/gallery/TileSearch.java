package io.twinstream.verifier.gallery;

import io.twinstream.verifier.match.MatchFunction;
import io.twinstream.verifier.match.Tiles;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.locks.Lock;

/**
 * A tile search searches all tiles for a batch of folded probes, on the calling thread and on helping ones. It finds
 * the same however many help.
 *
 * @param lock is held for a tile at a time; nobody changes names and tiles under it
 * @param helpers run all parts but the first
 */
record TileSearch(Tiles tiles, SlotNames names, Lock lock, ExecutorService helpers, int threads) {
    /**
     * Holds each thread's logits, for as many probes as it has searched for at a time. At 4 KiB a probe they would be
     * most of what a search allocates.
     */
    private static final ThreadLocal<float[][]> SCRATCH = ThreadLocal.withInitial(() -> new float[0][]);

    /** Searches for all probes, and returns one ranking for each. */
    List<Ranking> rankings(float[][] probes, List<Integer> most) {
        int count = countTiles();
        int parts = Math.max(1, Math.min(threads, count));
        List<CompletableFuture<List<Ranking>>> others = new ArrayList<>();
        for (int part = 1; part < parts; part++) {
            int from = bound(part, parts, count);
            int to = bound(part + 1, parts, count);
            others.add(CompletableFuture.supplyAsync(() -> part(from, to, probes, most), helpers));
        }
        List<Ranking> rankings = part(0, bound(1, parts, count), probes, most);
        for (CompletableFuture<List<Ranking>> other : others) {
            for (int p = 0; p < probes.length; p++) {
                other.join().get(p).best().forEach(rankings.get(p)::offer);
            }
        }
        return rankings;
    }

    private int countTiles() {
        lock.lock();
        try {
            return tiles.tiles();
        } finally {
            lock.unlock();
        }
    }

    private static int bound(int part, int parts, int tiles) {
        return (int) ((long) tiles * part / parts);
    }

    private List<Ranking> part(int from, int to, float[][] probes, List<Integer> most) {
        List<Ranking> rankings = most.stream().map(Ranking::new).toList();
        float[][] logits = scratch(probes.length);
        for (int tile = from; tile < to; tile++) {
            lock.lock();
            try {
                int count = tiles.logits(tile, probes, logits);
                for (int p = 0; p < probes.length; p++) {
                    rank(rankings.get(p), tile * MatchFunction.TILE, logits[p], count);
                }
            } finally {
                lock.unlock();
            }
        }
        return rankings;
    }

    /** Returns room for the logits of a tile, of so many probes or more. */
    private static float[][] scratch(int probes) {
        if (SCRATCH.get().length < probes) {
            SCRATCH.set(new float[probes][MatchFunction.TILE]);
        }
        return SCRATCH.get();
    }

    private void rank(Ranking ranking, int firstSlot, float[] logits, int count) {
        float least = ranking.least();
        for (int i = 0; i < count; i++) {
            if (logits[i] >= least && names.holds(firstSlot + i)) {
                ranking.offer(new Match(names.key(firstSlot + i), logits[i]));
                least = ranking.least();
            }
        }
    }
}
