package io.twinstream.verifier.match;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A code search compares folded probes with coded tiles, first by codes. It offers every reference whose logit counts, with the logit
 * that {@link MatchFunction#foldedLogit} gives: some while it is in their tile, the others at last, by {@link #finish}. For one thread,
 * which searches with one at a time.
 *
 * <p>Maintainers: codes alone tell the distance to a part of what their bound allows for. So references that are near by their codes
 * are compared at once, and push the limit down; those that only the bound leaves open wait, and few of them are left at the end.
 */
public final class CodeSearch {
    /**
     * Holds each thread's distances, for as many probes as it has searched for at a time. At 4 KiB a probe they would be most of
     * what a search allocates.
     */
    private static final ThreadLocal<int[][]> SCRATCH = ThreadLocal.withInitial(() -> new int[0][]);

    private final MatchFunction function;
    private final CodeKernel kernel;
    private final List<CodedTile> tiles;
    private final float[][] probes;
    private final int[][] distances;
    private final OpenReferences[] open;
    private final Exact exact = new Exact();
    private final int groups;
    private @Nullable Coding coding;
    private ProbeCodes[] codes = new ProbeCodes[0];

    /** @param tiles all that are searched, with the tile of slot s at {@code s / TILE} */
    CodeSearch(MatchFunction function, CodeKernel kernel, List<CodedTile> tiles, float[][] probes) {
        this.function = function;
        this.kernel = kernel;
        this.tiles = tiles;
        this.probes = probes;
        this.groups = ProbeCodes.groups(probes.length);
        this.distances = scratch(groups);
        this.open = Stream.generate(OpenReferences::new).limit(probes.length).toArray(OpenReferences[]::new);
    }

    private static int[][] scratch(int groups) {
        int[][] scratch = SCRATCH.get();
        if (scratch.length < groups) {
            int before = scratch.length;
            scratch = Arrays.copyOf(scratch, groups);
            for (int g = before; g < groups; g++) {
                scratch[g] = new int[ProbeCodes.GROUP * CodeKernel.TILE];
            }
            SCRATCH.set(scratch);
        }
        return scratch;
    }

    /** Takes what a search finds, and says what counts. */
    public interface Found {
        /** Returns the logit from which on a reference counts for a probe. It never falls. */
        float least(int probe);

        /** Takes a reference that counts. One may come twice. */
        void offer(int probe, int slot, float logit);
    }

    /**
     * Compares probes with the references of a tile, and offers those that count and don't wait.
     *
     * @param slot the tile's first slot
     * @param count the number of the tile's slots that have been used
     */
    void search(CodedTile tile, int slot, int count, Found found) {
        Coding wanted = tile.coding();
        if (probes.length == 0) {
            return;
        }
        if (wanted == null) {
            compareAll(tile, slot, count, found);
            return;
        }
        if (wanted != coding) {
            encode(wanted);
        }
        int columns = (count + CodeKernel.COLUMN - 1) / CodeKernel.COLUMN;
        kernel.distances(codes, tile.codes(), tile.sums(), columns, distances);
        for (int probe = 0; probe < probes.length; probe++) {
            compare(tile, slot, columns, probe, found);
        }
        exact.finish(found);
    }

    /**
     * Compares probes with all of a few embeddings, and offers those that count.
     *
     * @param tile holds the same embeddings
     * @param count the number of slots that have been used
     */
    void compareFew(NumberColumns few, CodedTile tile, int count, Found found) {
        float[] logits = new float[NumberColumns.WIDTH];
        for (int probe = 0; probe < probes.length; probe++) {
            for (int slot = 0; slot < count; slot++) {
                int at = slot % NumberColumns.WIDTH;
                if (at == 0) {
                    few.logits(probes[probe], slot / NumberColumns.WIDTH, logits);
                }
                if (tile.holds(slot)) {
                    Exact.offer(probe, slot, logits[at], found);
                }
            }
        }
    }

    private void encode(Coding wanted) {
        codes = new ProbeCodes[groups];
        for (int group = 0; group < groups; group++) {
            codes[group] = ProbeCodes.of(wanted, probes, group);
        }
        coding = wanted;
    }

    /** Compares a probe exactly with the nearest of the references that its limit leaves, and lets the others wait. */
    private void compare(CodedTile tile, int slot, int columns, int probe, Found found) {
        int group = ProbeCodes.group(probe, probes.length);
        int place = ProbeCodes.place(probe, probes.length);
        int compared = Integer.MIN_VALUE;
        if (found.least(probe) == Float.NEGATIVE_INFINITY) {
            // Some of the nearest come first, so that fewer of the others count.
            compared = near(tile, columns, probe);
            compareWithin(tile, slot, columns, probe, Integer.MIN_VALUE, compared, Coding.NO_LIMIT, found);
            exact.finish(found);
        }
        int limit = codes[group].limit(place, found.least(probe));
        int likely = codes[group].likely(place, limit);
        compareWithin(tile, slot, columns, probe, compared, limit, likely, found);
    }

    /**
     * Goes through the references within a limit.
     *
     * @param compared the limit within which all were compared before
     * @param likely the distance up to which they are compared at once
     */
    private void compareWithin(
            CodedTile tile, int slot, int columns, int probe, int compared, int limit, int likely, Found found) {
        int[] own = distances[ProbeCodes.group(probe, probes.length)];
        int from = ProbeCodes.place(probe, probes.length) * CodeKernel.TILE;
        int[] errors = tile.errors();
        for (int column = 0; column < columns; column++) {
            int first = column * CodeKernel.COLUMN;
            long within = kernel.within(own, from + first, errors, first, limit);
            for (; within != 0; within &= within - 1) {
                int at = first + Long.numberOfTrailingZeros(within);
                int distance = own[from + at] - errors[at];
                if (distance > compared && own[from + at] <= likely) {
                    exact.compare(probe, slot, tile, at, found);
                } else if (distance > compared) {
                    letWait(probe, slot + at, distance, found);
                }
            }
        }
    }

    private void letWait(int probe, int slot, int distance, Found found) {
        if (open[probe].isFull()) {
            finish(probe, found);
        }
        ProbeCodes group = codes[ProbeCodes.group(probe, probes.length)];
        open[probe].add(slot, group.most(ProbeCodes.place(probe, probes.length), distance));
    }

    /** Returns a limit within which about as many references are as there are columns, since most columns have one. */
    private int near(CodedTile tile, int columns, int probe) {
        int[] own = distances[ProbeCodes.group(probe, probes.length)];
        int from = ProbeCodes.place(probe, probes.length) * CodeKernel.TILE;
        int[] errors = tile.errors();
        int[] nearest = new int[columns];
        for (int column = 0; column < columns; column++) {
            int least = Integer.MAX_VALUE;
            for (int i = column * CodeKernel.COLUMN; i < (column + 1) * CodeKernel.COLUMN; i++) {
                least = Math.min(least, own[from + i] - errors[i]);
            }
            nearest[column] = least;
        }
        Arrays.sort(nearest);
        return Math.min(Coding.NO_LIMIT, nearest[columns * 3 / 4]);
    }

    private void compareAll(CodedTile tile, int slot, int count, Found found) {
        for (int probe = 0; probe < probes.length; probe++) {
            for (int at = 0; at < count; at++) {
                if (tile.holds(at)) {
                    exact.compare(probe, slot, tile, at, found);
                }
            }
        }
        exact.finish(found);
    }

    /**
     * Offers the references of a probe that have waited and count, as they are now. A search is over when this was done for each
     * probe, behind the last tile.
     */
    public void finish(int probe, Found found) {
        OpenReferences waiting = open[probe];
        waiting.keep(found.least(probe));
        for (int i = 0; i < waiting.count(); i++) {
            int slot = waiting.slot(i);
            CodedTile tile = tiles.get(slot / CodeKernel.TILE);
            int at = slot % CodeKernel.TILE;
            // It may have been erased since its tile was searched, or replaced by one that counts.
            if (tile.holds(at)) {
                exact.compare(probe, slot - at, tile, at, found);
            }
        }
        waiting.clear();
        exact.finish(found);
    }

    /**
     * Compares numbers, four pairs at a time. References lie all over the memory, and most of the time goes into fetching them. So
     * some are fetched at once before the first is compared.
     */
    private final class Exact {
        private static final int FOUR = 4;
        private static final int QUEUE = 32;
        private static final int LINE = 64 / Float.BYTES;

        private final int[] probe = new int[QUEUE];
        private final int[] first = new int[QUEUE];
        private final int[] at = new int[QUEUE];
        private final CodedTile[] tile = new CodedTile[QUEUE];
        private final float[][] numbers = new float[QUEUE][];
        /** Receive numbers that aren't in memory; made when there are some. */
        private final float[][] read = new float[QUEUE][];

        private final float[][] left = new float[FOUR][];
        private final float[][] right = new float[FOUR][];
        private final float[] logits = new float[FOUR];
        private int waiting;

        /** @param first the tile's first slot */
        void compare(int probe, int first, CodedTile tile, int at, Found found) {
            this.probe[waiting] = probe;
            this.first[waiting] = first;
            this.tile[waiting] = tile;
            this.at[waiting] = at;
            waiting++;
            if (waiting == QUEUE) {
                finish(found);
            }
        }

        /** Compares what still waits. */
        void finish(Found found) {
            float sum = 0;
            for (int i = 0; i < waiting; i++) {
                sum += fetch(i);
            }
            // The compiler would leave out what nobody takes.
            logits[0] = sum;
            for (int from = 0; from < waiting; from += FOUR) {
                for (int i = 0; i < FOUR; i++) {
                    int of = Math.min(from + i, waiting - 1);
                    left[i] = probes[probe[of]];
                    right[i] = numbers[of];
                }
                function.foldedLogits(left, right, logits);
                for (int i = from; i < Math.min(from + FOUR, waiting); i++) {
                    offer(probe[i], first[i] + at[i], logits[i - from], found);
                }
            }
            waiting = 0;
        }

        private float fetch(int i) {
            float[] own = tile[i].inMemory(at[i]);
            if (own.length > 0) {
                numbers[i] = own;
                return firstOfLines(own);
            }
            if (read[i] == null) {
                read[i] = new float[function.foldedLength()];
            }
            tile[i].read(at[i], read[i]);
            numbers[i] = read[i];
            return 0;
        }

        private static float firstOfLines(float[] numbers) {
            float sum = 0;
            for (int i = 0; i < numbers.length; i += LINE) {
                sum += numbers[i];
            }
            return sum;
        }

        private static void offer(int probe, int slot, float logit, Found found) {
            // What isn't a number is no match.
            if (logit >= found.least(probe)) {
                found.offer(probe, slot, logit);
            }
        }
    }
}
