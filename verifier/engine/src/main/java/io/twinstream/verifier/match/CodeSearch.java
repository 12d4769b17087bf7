package io.twinstream.verifier.match;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A code search compares folded probes with coded tiles, first by codes. It offers every reference whose logit counts, with the logit
 * that {@link MatchFunction#foldedLogit} gives. For one thread, which searches with one at a time.
 */
public final class CodeSearch {
    /**
     * Holds each thread's distances, for as many probes as it has searched for at a time. At 4 KiB a probe they would be most of
     * what a search allocates.
     */
    private static final ThreadLocal<int[][]> SCRATCH = ThreadLocal.withInitial(() -> new int[0][]);

    private final MatchFunction function;
    private final CodeKernel kernel;
    private final float[][] probes;
    private final int[][] distances;
    private @Nullable Coding coding;
    private ProbeCodes[] groups = new ProbeCodes[0];
    private final Exact exact = new Exact();

    CodeSearch(MatchFunction function, CodeKernel kernel, float[][] probes) {
        this.function = function;
        this.kernel = kernel;
        this.probes = probes;
        this.distances = scratch((probes.length + ProbeCodes.GROUP - 1) / ProbeCodes.GROUP);
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
     * Offers all references of a tile that count.
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
        kernel.distances(groups, tile.codes(), tile.sums(), columns, distances);
        for (int probe = 0; probe < probes.length; probe++) {
            compare(tile, slot, columns, probe, found);
        }
        exact.finish(found);
    }

    private void encode(Coding wanted) {
        groups = new ProbeCodes[(probes.length + ProbeCodes.GROUP - 1) / ProbeCodes.GROUP];
        for (int g = 0; g < groups.length; g++) {
            int from = g * ProbeCodes.GROUP;
            groups[g] = ProbeCodes.of(wanted, probes, from, Math.min(ProbeCodes.GROUP, probes.length - from));
        }
        coding = wanted;
    }

    /** Compares a probe exactly with the references that its limit leaves. */
    private void compare(CodedTile tile, int slot, int columns, int probe, Found found) {
        if (found.least(probe) == Float.NEGATIVE_INFINITY) {
            // Some of the nearest come first, so that fewer of the others count.
            compareWithin(tile, slot, columns, probe, near(tile, columns, probe), found);
            exact.finish(found);
        }
        ProbeCodes group = groups[probe / ProbeCodes.GROUP];
        compareWithin(tile, slot, columns, probe, group.limit(probe % ProbeCodes.GROUP, found.least(probe)), found);
    }

    private void compareWithin(CodedTile tile, int slot, int columns, int probe, int limit, Found found) {
        int[] own = distances[probe / ProbeCodes.GROUP];
        int from = probe % ProbeCodes.GROUP * CodeKernel.TILE;
        int[] errors = tile.errors();
        for (int column = 0; column < columns; column++) {
            int first = column * CodeKernel.COLUMN;
            long open = kernel.within(own, from + first, errors, first, limit);
            for (; open != 0; open &= open - 1) {
                int at = first + Long.numberOfTrailingZeros(open);
                exact.compare(probe, slot + at, tile.numbers(at), found);
            }
        }
    }

    /** Returns a limit within which about as many references are as there are columns, since most columns have one. */
    private int near(CodedTile tile, int columns, int probe) {
        int[] own = distances[probe / ProbeCodes.GROUP];
        int from = probe % ProbeCodes.GROUP * CodeKernel.TILE;
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
                    exact.compare(probe, slot + at, tile.numbers(at), found);
                }
            }
        }
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
        private final int[] slot = new int[QUEUE];
        private final float[][] numbers = new float[QUEUE][];
        private final float[][] left = new float[FOUR][];
        private final float[][] right = new float[FOUR][];
        private final float[] logits = new float[FOUR];
        private int waiting;

        void compare(int probe, int slot, float[] numbers, Found found) {
            this.probe[waiting] = probe;
            this.slot[waiting] = slot;
            this.numbers[waiting] = numbers;
            waiting++;
            if (waiting == QUEUE) {
                finish(found);
            }
        }

        /** Compares what still waits. */
        void finish(Found found) {
            float sum = 0;
            for (int i = 0; i < waiting; i++) {
                sum += fetch(numbers[i]);
            }
            // The compiler would leave out what nobody takes.
            logits[0] = sum;
            for (int first = 0; first < waiting; first += FOUR) {
                for (int i = 0; i < FOUR; i++) {
                    int of = Math.min(first + i, waiting - 1);
                    left[i] = probes[probe[of]];
                    right[i] = numbers[of];
                }
                function.foldedLogits(left, right, logits);
                for (int i = first; i < Math.min(first + FOUR, waiting); i++) {
                    offer(probe[i], slot[i], logits[i - first], found);
                }
            }
            waiting = 0;
        }

        private static float fetch(float[] numbers) {
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
