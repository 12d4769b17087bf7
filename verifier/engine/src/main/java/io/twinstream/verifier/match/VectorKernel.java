package io.twinstream.verifier.match;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The vector kernel uses Java's Vector API. It is compiled beside the others and loaded only where the module is there.
 *
 * <p>Maintainers: the distance is {@code 2 * sum(max(a, b)) - sum(a) - sum(b)}, so a pair of codes costs a maximum and an
 * addition. Two maxima of seven bits fit a byte. Sums of bytes are kept in lanes of 16 bits: one adds a pair of neighbouring bytes
 * as they are, the other the upper one alone, and the difference is the lower one's sum. C2 gives up inlining a method of too many
 * vectors, so each method is short, and more than four probes don't fit. A lone probe waits for memory most of the time, so it is
 * compared with four columns at once: CPUs fetch ahead within a page only, and then the waits at the ends of four pages overlap.
 */
final class VectorKernel implements CodeKernel {
    /** No vector is wider than a column. */
    private static final VectorShape SHAPE = LongVector.SPECIES_PREFERRED.length() > COLUMN / Long.BYTES
            ? VectorShape.S_512_BIT
            : LongVector.SPECIES_PREFERRED.vectorShape();

    private static final VectorSpecies<Long> LONGS = VectorSpecies.of(long.class, SHAPE);
    private static final VectorSpecies<Short> SHORTS = VectorSpecies.of(short.class, SHAPE);
    private static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, SHAPE);
    private static final int WIDTH = LONGS.length();
    private static final int INTS_WIDTH = INTS.length();
    private static final int SHORTS_WIDTH = SHORTS.length();
    private static final int QUARTER = COLUMN / 4;
    private static final int LANE = 0xFFFF;
    /** This is the number of columns that a lone probe is compared with at once, as many as there are probes in a group. */
    private static final int ABREAST = ProbeCodes.GROUP;
    /** Two vectors of sums for each probe of a group, or for each column abreast, of the widest kind that there is. */
    private static final int LANES = 2 * SHORTS_WIDTH;

    private static final ThreadLocal<short[]> SUMS = ThreadLocal.withInitial(() -> new short[ProbeCodes.GROUP * LANES]);

    @Override
    public void distances(ProbeCodes[] probes, long[][] codes, int[] sums, int columns, int[][] distances) {
        short[] lanes = SUMS.get();
        int abreast = columns - columns % ABREAST;
        // The codes of a column stay in the CPU's nearest cache for all probes.
        for (int column = 0; column < columns; column++) {
            for (int g = 0; g < probes.length; g++) {
                if (column >= abreast || probes[g].width() > 1) {
                    distances(probes[g], codes[column], sums, column * COLUMN, distances[g], lanes);
                }
            }
        }
        for (int g = 0; g < probes.length; g++) {
            for (int column = 0; column < abreast && probes[g].width() == 1; column += ABREAST) {
                distancesAbreast(probes[g], codes, sums, column, distances[g], lanes);
            }
        }
    }

    private static void distancesAbreast(
            ProbeCodes probe, long[][] codes, int[] sums, int column, int[] distances, short[] lanes) {
        int inFavour = probe.coding().inFavour();
        int rows = probe.coding().rows();
        for (int from = 0; from < rows; ) {
            int end = Math.min(from < inFavour ? inFavour : rows, from + PART);
            for (int part = 0; part < ROW; part += WIDTH) {
                addAbreast(
                        probe.codes(),
                        from,
                        end,
                        codes[column],
                        codes[column + 1],
                        codes[column + 2],
                        codes[column + 3],
                        part,
                        lanes);
                for (int lane = 0; lane < ABREAST; lane++) {
                    int at = (column + lane) * COLUMN + 2 * part;
                    if (from == 0) {
                        startOne(lanes, lane, sums, at, inFavour > 0, distances, at);
                    } else {
                        flushOne(lanes, lane, from < inFavour, distances, at);
                    }
                }
            }
            from = end;
        }
    }

    private static void distances(
            ProbeCodes probes, long[] codes, int[] sums, int first, int[] distances, short[] lanes) {
        int inFavour = probes.coding().inFavour();
        int rows = probes.coding().rows();
        int width = probes.width();
        for (int from = 0; from < rows; ) {
            int end = Math.min(from < inFavour ? inFavour : rows, from + PART);
            for (int part = 0; part < ROW; part += WIDTH) {
                if (width == 1) {
                    add(probes.codes(), from, end, codes, part, lanes);
                } else {
                    add4(probes.codes(), from, end, codes, part, lanes);
                }
                int at = first + 2 * part;
                for (int p = 0; p < width; p++) {
                    if (from == 0) {
                        startOne(lanes, p, sums, at, inFavour > 0, distances, p * TILE + at);
                    } else {
                        flushOne(lanes, p, from < inFavour, distances, p * TILE + at);
                    }
                }
            }
            from = end;
        }
    }

    private static void add4(long[] probes, int from, int end, long[] codes, int part, short[] lanes) {
        ShortVector both0 = ShortVector.zero(SHORTS);
        ShortVector both1 = ShortVector.zero(SHORTS);
        ShortVector both2 = ShortVector.zero(SHORTS);
        ShortVector both3 = ShortVector.zero(SHORTS);
        ShortVector upper0 = ShortVector.zero(SHORTS);
        ShortVector upper1 = ShortVector.zero(SHORTS);
        ShortVector upper2 = ShortVector.zero(SHORTS);
        ShortVector upper3 = ShortVector.zero(SHORTS);
        for (int row = from; row < end; row += 2) {
            int at = row * ROW + part;
            int p = row * 4;
            ByteVector a = row(codes, at);
            ByteVector b = row(codes, at + ROW);
            ShortVector pair0 =
                    a.max(probe(probes, p)).add(b.max(probe(probes, p + 4))).reinterpretAsShorts();
            both0 = both0.add(pair0);
            upper0 = upper0.add(pair0.lanewise(VectorOperators.LSHR, 8));
            ShortVector pair1 =
                    a.max(probe(probes, p + 1)).add(b.max(probe(probes, p + 5))).reinterpretAsShorts();
            both1 = both1.add(pair1);
            upper1 = upper1.add(pair1.lanewise(VectorOperators.LSHR, 8));
            ShortVector pair2 =
                    a.max(probe(probes, p + 2)).add(b.max(probe(probes, p + 6))).reinterpretAsShorts();
            both2 = both2.add(pair2);
            upper2 = upper2.add(pair2.lanewise(VectorOperators.LSHR, 8));
            ShortVector pair3 =
                    a.max(probe(probes, p + 3)).add(b.max(probe(probes, p + 7))).reinterpretAsShorts();
            both3 = both3.add(pair3);
            upper3 = upper3.add(pair3.lanewise(VectorOperators.LSHR, 8));
        }
        both0.intoArray(lanes, 0);
        upper0.intoArray(lanes, SHORTS_WIDTH);
        both1.intoArray(lanes, LANES);
        upper1.intoArray(lanes, LANES + SHORTS_WIDTH);
        both2.intoArray(lanes, 2 * LANES);
        upper2.intoArray(lanes, 2 * LANES + SHORTS_WIDTH);
        both3.intoArray(lanes, 3 * LANES);
        upper3.intoArray(lanes, 3 * LANES + SHORTS_WIDTH);
    }

    private static void addAbreast(
            long[] probe,
            int from,
            int end,
            long[] codes0,
            long[] codes1,
            long[] codes2,
            long[] codes3,
            int part,
            short[] lanes) {
        ShortVector both0 = ShortVector.zero(SHORTS);
        ShortVector both1 = ShortVector.zero(SHORTS);
        ShortVector both2 = ShortVector.zero(SHORTS);
        ShortVector both3 = ShortVector.zero(SHORTS);
        ShortVector upper0 = ShortVector.zero(SHORTS);
        ShortVector upper1 = ShortVector.zero(SHORTS);
        ShortVector upper2 = ShortVector.zero(SHORTS);
        ShortVector upper3 = ShortVector.zero(SHORTS);
        for (int row = from; row < end; row += 2) {
            int at = row * ROW + part;
            ByteVector a = probe(probe, row);
            ByteVector b = probe(probe, row + 1);
            ShortVector pair0 =
                    row(codes0, at).max(a).add(row(codes0, at + ROW).max(b)).reinterpretAsShorts();
            both0 = both0.add(pair0);
            upper0 = upper0.add(pair0.lanewise(VectorOperators.LSHR, 8));
            ShortVector pair1 =
                    row(codes1, at).max(a).add(row(codes1, at + ROW).max(b)).reinterpretAsShorts();
            both1 = both1.add(pair1);
            upper1 = upper1.add(pair1.lanewise(VectorOperators.LSHR, 8));
            ShortVector pair2 =
                    row(codes2, at).max(a).add(row(codes2, at + ROW).max(b)).reinterpretAsShorts();
            both2 = both2.add(pair2);
            upper2 = upper2.add(pair2.lanewise(VectorOperators.LSHR, 8));
            ShortVector pair3 =
                    row(codes3, at).max(a).add(row(codes3, at + ROW).max(b)).reinterpretAsShorts();
            both3 = both3.add(pair3);
            upper3 = upper3.add(pair3.lanewise(VectorOperators.LSHR, 8));
        }
        both0.intoArray(lanes, 0);
        upper0.intoArray(lanes, SHORTS_WIDTH);
        both1.intoArray(lanes, LANES);
        upper1.intoArray(lanes, LANES + SHORTS_WIDTH);
        both2.intoArray(lanes, 2 * LANES);
        upper2.intoArray(lanes, 2 * LANES + SHORTS_WIDTH);
        both3.intoArray(lanes, 3 * LANES);
        upper3.intoArray(lanes, 3 * LANES + SHORTS_WIDTH);
    }

    private static void add(long[] probes, int from, int end, long[] codes, int part, short[] lanes) {
        ShortVector both = ShortVector.zero(SHORTS);
        ShortVector upper = ShortVector.zero(SHORTS);
        for (int row = from; row < end; row += 2) {
            int at = row * ROW + part;
            ShortVector pair = row(codes, at)
                    .max(probe(probes, row))
                    .add(row(codes, at + ROW).max(probe(probes, row + 1)))
                    .reinterpretAsShorts();
            both = both.add(pair);
            upper = upper.add(pair.lanewise(VectorOperators.LSHR, 8));
        }
        both.intoArray(lanes, 0);
        upper.intoArray(lanes, SHORTS_WIDTH);
    }

    private static ByteVector row(long[] codes, int at) {
        return LongVector.fromArray(LONGS, codes, at).reinterpretAsBytes();
    }

    private static ByteVector probe(long[] codes, int at) {
        return LongVector.broadcast(LONGS, codes[at]).reinterpretAsBytes();
    }

    /** Writes the distances that the first rows give for one of the sums in lanes. */
    private static void startOne(
            short[] lanes, int lane, int[] sums, int first, boolean against, int[] distances, int at) {
        ShortVector upper = ShortVector.fromArray(SHORTS, lanes, lane * LANES + SHORTS_WIDTH);
        ShortVector lower =
                ShortVector.fromArray(SHORTS, lanes, lane * LANES).sub(upper.lanewise(VectorOperators.LSHL, 8));
        IntVector lowers = lower.reinterpretAsInts();
        IntVector uppers = upper.reinterpretAsInts();
        start(lowers.and(LANE), sums, first, against, distances, at);
        start(uppers.and(LANE), sums, first + QUARTER, against, distances, at + QUARTER);
        start(
                lowers.lanewise(VectorOperators.LSHR, 16),
                sums,
                first + 2 * QUARTER,
                against,
                distances,
                at + 2 * QUARTER);
        start(
                uppers.lanewise(VectorOperators.LSHR, 16),
                sums,
                first + 3 * QUARTER,
                against,
                distances,
                at + 3 * QUARTER);
    }

    private static void start(IntVector maxima, int[] sums, int first, boolean against, int[] distances, int at) {
        IntVector own = IntVector.fromArray(INTS, sums, first);
        IntVector twice = maxima.add(maxima);
        (against ? twice.sub(own) : twice.neg().sub(own)).intoArray(distances, at);
    }

    /** Adds the distances that further rows give for one of the sums in lanes. */
    private static void flushOne(short[] lanes, int lane, boolean against, int[] distances, int at) {
        ShortVector upper = ShortVector.fromArray(SHORTS, lanes, lane * LANES + SHORTS_WIDTH);
        ShortVector lower =
                ShortVector.fromArray(SHORTS, lanes, lane * LANES).sub(upper.lanewise(VectorOperators.LSHL, 8));
        IntVector lowers = lower.reinterpretAsInts();
        IntVector uppers = upper.reinterpretAsInts();
        flush(lowers.and(LANE), against, distances, at);
        flush(uppers.and(LANE), against, distances, at + QUARTER);
        flush(lowers.lanewise(VectorOperators.LSHR, 16), against, distances, at + 2 * QUARTER);
        flush(uppers.lanewise(VectorOperators.LSHR, 16), against, distances, at + 3 * QUARTER);
    }

    private static void flush(IntVector maxima, boolean against, int[] distances, int at) {
        IntVector before = IntVector.fromArray(INTS, distances, at);
        IntVector twice = maxima.add(maxima);
        (against ? before.add(twice) : before.sub(twice)).intoArray(distances, at);
    }

    @Override
    public long within(int[] distances, int from, int[] errors, int first, int limit) {
        IntVector least = beyond(distances, from, errors, first);
        for (int i = INTS_WIDTH; i < COLUMN; i += INTS_WIDTH) {
            least = least.min(beyond(distances, from + i, errors, first + i));
        }
        return least.compare(VectorOperators.LE, limit).anyTrue() ? mask(distances, from, errors, first, limit) : 0;
    }

    private static long mask(int[] distances, int from, int[] errors, int first, int limit) {
        long within = 0;
        for (int i = 0; i < COLUMN; i += INTS_WIDTH) {
            VectorMask<Integer> lanes =
                    beyond(distances, from + i, errors, first + i).compare(VectorOperators.LE, limit);
            within |= lanes.toLong() << i;
        }
        return within;
    }

    private static IntVector beyond(int[] distances, int from, int[] errors, int first) {
        return IntVector.fromArray(INTS, distances, from).sub(IntVector.fromArray(INTS, errors, first));
    }
}
