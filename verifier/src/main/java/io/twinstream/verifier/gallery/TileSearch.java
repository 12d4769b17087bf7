package io.twinstream.verifier.gallery;

import io.twinstream.verifier.match.MatchFunction;
import io.twinstream.verifier.match.Tiles;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.stream.Stream;

/**
 * A search of all tiles for a batch of folded probes, on the calling thread and on others that help. Finds the same however
 * many help.
 *
 * @param names and tiles that nobody changes meanwhile
 * @param helpers that do all parts but the first
 */
record TileSearch(Tiles tiles, Names names, ExecutorService helpers, int threads) {
    /** A thread's, for as many probes as it has searched for at a time: 4 KiB a probe would be most that a search allocates. */
    private static final ThreadLocal<float[][]> SCRATCH = ThreadLocal.withInitial(() -> new float[0][]);

    /** One ranking for each probe. */
    List<Ranking> rankings(float[][] probes, int most) {
        int parts = Math.max(1, Math.min(threads, tiles.tiles()));
        List<CompletableFuture<List<Ranking>>> others = new ArrayList<>();
        for (int part = 1; part < parts; part++) {
            int from = bound(part, parts);
            int to = bound(part + 1, parts);
            others.add(CompletableFuture.supplyAsync(() -> part(from, to, probes, most), helpers));
        }
        List<Ranking> rankings;
        try {
            rankings = part(0, bound(1, parts), probes, most);
        } finally {
            // Nobody may read tiles after this returns.
            CompletableFuture.allOf(others.toArray(CompletableFuture[]::new)).join();
        }
        for (CompletableFuture<List<Ranking>> other : others) {
            for (int p = 0; p < probes.length; p++) {
                other.join().get(p).best().forEach(rankings.get(p)::offer);
            }
        }
        return rankings;
    }

    private int bound(int part, int parts) {
        return (int) ((long) tiles.tiles() * part / parts);
    }

    private List<Ranking> part(int from, int to, float[][] probes, int most) {
        List<Ranking> rankings =
                Stream.generate(() -> new Ranking(most)).limit(probes.length).toList();
        float[][] logits = scratch(probes.length);
        for (int tile = from; tile < to; tile++) {
            int count = tiles.logits(tile, probes, logits);
            for (int p = 0; p < probes.length; p++) {
                rank(rankings.get(p), tile * MatchFunction.TILE, logits[p], count);
            }
        }
        return rankings;
    }

    /** For the logits of a tile, of so many probes or more. */
    private static float[][] scratch(int probes) {
        if (SCRATCH.get().length < probes) {
            SCRATCH.set(new float[probes][MatchFunction.TILE]);
        }
        return SCRATCH.get();
    }

    private void rank(Ranking ranking, int firstSlot, float[] logits, int count) {
        float least = ranking.least();
        for (int i = 0; i < count; i++) {
            if (logits[i] >= least) {
                ranking.offer(new Match(names.key(firstSlot + i), logits[i]));
                least = ranking.least();
            }
        }
    }
}
