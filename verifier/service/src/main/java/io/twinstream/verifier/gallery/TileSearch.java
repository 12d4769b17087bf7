package io.twinstream.verifier.gallery;

import io.twinstream.verifier.match.CodeSearch;
import io.twinstream.verifier.match.CodedTiles;
import io.twinstream.verifier.match.KeptNumbers.UnreadableNumbersException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.locks.Lock;

/**
 * A tile search searches all tiles for a batch of folded probes, on the calling thread and on helping ones. It finds
 * the same however many help.
 *
 * @param lock is held for a tile or a probe at a time; nobody changes names and tiles under it
 * @param helpers run all parts but the first
 */
record TileSearch(CodedTiles tiles, SlotNames names, Lock lock, ExecutorService helpers, int threads) {
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
            List<Ranking> found = joined(other);
            for (int p = 0; p < probes.length; p++) {
                found.get(p).best().forEach(rankings.get(p)::offer);
            }
        }
        return rankings;
    }

    private static List<Ranking> joined(CompletableFuture<List<Ranking>> part) {
        try {
            return part.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof UnreadableNumbersException unreadable) {
                throw unreadable;
            }
            throw e;
        }
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
        Rankings rankings = new Rankings(most.stream().map(Ranking::new).toList(), names);
        CodeSearch search = tiles.search(probes);
        for (int tile = from; tile < to; tile++) {
            lock.lock();
            try {
                tiles.search(search, tile, rankings);
            } finally {
                lock.unlock();
            }
        }
        for (int probe = 0; probe < probes.length; probe++) {
            lock.lock();
            try {
                search.finish(probe, rankings);
            } finally {
                lock.unlock();
            }
        }
        return rankings.all;
    }

    /** Rankings take what is found for each probe. */
    private record Rankings(List<Ranking> all, SlotNames names) implements CodeSearch.Found {
        @Override
        public float least(int probe) {
            return all.get(probe).least();
        }

        @Override
        public void offer(int probe, int slot, float logit) {
            all.get(probe).offer(new Match(names.key(slot), logit));
        }
    }
}
