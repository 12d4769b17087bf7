package io.twinstream.verifier.match;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The plain kernel needs nothing but Java. It works on eight codes in a long, in loops that HotSpot's C2 turns into vectors.
 *
 * <p>Maintainers: codes have seven bits, so with the eighth bit of each probe's byte set, a subtraction of longs borrows nothing
 * across bytes, and that bit tells which code is larger. The distance is {@code 2 * sum(max(a - b, 0)) - sum(a) + sum(b)}.
 */
final class PlainKernel implements CodeKernel {
    private static final long TOPS = 0x8080808080808080L;
    private static final long EVEN = 0x00FF00FF00FF00FFL;
    private static final int LANE = 0xFFFF;
    private static final int QUARTER = COLUMN / 4;
    private static final int LONGS = TILE / Long.BYTES;

    /**
     * Holds a thread's sums over the even and over the odd bytes of rows, four of 16 bits in a long, for each probe; a pair of rows,
     * and how far a probe is over them. C2 makes vectors of loops only over arrays that have the same index, and only of short ones:
     * all in one loop took twice as long.
     */
    private record Lanes(
            List<long[]> even, List<long[]> odd, long[] first, long[] second, long[] overFirst, long[] overSecond) {
        private static final ThreadLocal<Lanes> OWN = ThreadLocal.withInitial(() -> new Lanes(
                new ArrayList<>(),
                new ArrayList<>(),
                new long[LONGS],
                new long[LONGS],
                new long[LONGS],
                new long[LONGS]));

        void clear(int probes) {
            while (even.size() < probes) {
                even.add(new long[LONGS]);
                odd.add(new long[LONGS]);
            }
            for (int p = 0; p < probes; p++) {
                Arrays.fill(even.get(p), 0);
                Arrays.fill(odd.get(p), 0);
            }
        }
    }

    @Override
    public void distances(ProbeCodes[] probes, long[][] codes, int[] sums, int columns, int[][] distances) {
        Lanes lanes = Lanes.OWN.get();
        int inFavour = probes[0].coding().inFavour();
        int rows = probes[0].coding().rows();
        for (int g = 0; g < probes.length; g++) {
            for (int p = 0; p < probes[g].width(); p++) {
                System.arraycopy(sums, 0, distances[g], p * TILE, columns * COLUMN);
            }
        }
        for (int from = 0; from < rows; ) {
            int end = Math.min(from < inFavour ? inFavour : rows, from + PART);
            lanes.clear(probes.length * ProbeCodes.GROUP);
            for (int row = from; row < end; row += 2) {
                copy(codes, row, columns, lanes.first);
                copy(codes, row + 1, columns, lanes.second);
                for (int g = 0; g < probes.length; g++) {
                    add(probes[g], row, lanes, g * ProbeCodes.GROUP, columns * ROW);
                }
            }
            for (int g = 0; g < probes.length; g++) {
                for (int p = 0; p < probes[g].width(); p++) {
                    int number = g * ProbeCodes.GROUP + p;
                    int factor = from < inFavour ? 2 : -2;
                    flush(lanes.even.get(number), lanes.odd.get(number), factor, columns, distances[g], p * TILE);
                }
            }
            from = end;
        }
    }

    private static void copy(long[][] codes, int row, int columns, long[] to) {
        for (int column = 0; column < columns; column++) {
            System.arraycopy(codes[column], row * ROW, to, column * ROW, ROW);
        }
    }

    private static void add(ProbeCodes probes, int row, Lanes lanes, int number, int longs) {
        int width = probes.width();
        for (int p = 0; p < width; p++) {
            long first = probes.codes()[row * width + p] | TOPS;
            long second = probes.codes()[(row + 1) * width + p] | TOPS;
            over(first, lanes.first, lanes.overFirst, longs);
            over(second, lanes.second, lanes.overSecond, longs);
            add(lanes.overFirst, lanes.overSecond, lanes.even.get(number + p), lanes.odd.get(number + p), longs);
        }
    }

    private static void add(long[] over0, long[] over1, long[] even, long[] odd, int longs) {
        for (int i = 0; i < longs; i++) {
            long pair = over0[i] + over1[i];
            even[i] += pair & EVEN;
            odd[i] += (pair >>> 8) & EVEN;
        }
    }

    /** Computes {@code max(probe - row, 0)} for each byte. */
    private static void over(long probe, long[] row, long[] over, int longs) {
        for (int i = 0; i < longs; i++) {
            long difference = probe - row[i];
            long larger = difference & TOPS;
            over[i] = difference & (larger - (larger >>> 7));
        }
    }

    private static void flush(long[] evens, long[] odds, int factor, int columns, int[] distances, int at) {
        for (int i = 0; i < columns * ROW; i++) {
            long even = evens[i];
            long odd = odds[i];
            // a long holds two of a column's 16 quadruples of bytes
            for (int half = 0; half < 2; half++) {
                int to = at + i / ROW * COLUMN + i % ROW * 2 + half;
                distances[to] += factor * (int) (even & LANE);
                distances[to + QUARTER] += factor * (int) (odd & LANE);
                distances[to + 2 * QUARTER] += factor * (int) ((even >>> 16) & LANE);
                distances[to + 3 * QUARTER] += factor * (int) ((odd >>> 16) & LANE);
                even >>>= 32;
                odd >>>= 32;
            }
        }
    }

    @Override
    public long within(int[] distances, int from, int[] errors, int first, int limit) {
        int least = Integer.MAX_VALUE;
        for (int i = 0; i < COLUMN; i++) {
            least = Math.min(least, distances[from + i] - errors[first + i]);
        }
        if (least > limit) {
            return 0;
        }
        long within = 0;
        for (int i = 0; i < COLUMN; i++) {
            within |= distances[from + i] - errors[first + i] <= limit ? 1L << i : 0;
        }
        return within;
    }
}
