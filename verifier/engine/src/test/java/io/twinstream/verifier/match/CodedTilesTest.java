package io.twinstream.verifier.match;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.verifier.match.KeptNumbers.UnreadableNumbersException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class CodedTilesTest {
    private static final int REFERENCES = 2 * CodeKernel.TILE + 70;
    private static final int PROBES = 7;
    private static final int MOST = 10;

    /** Draws the values of embeddings. */
    private enum Kind {
        EVEN {
            @Override
            float value(Random random, int row, int d) {
                return random.nextFloat();
            }
        },
        NORMAL {
            @Override
            float value(Random random, int row, int d) {
                return (float) random.nextGaussian();
            }
        },
        FEW_LEVELS {
            @Override
            float value(Random random, int row, int d) {
                return random.nextInt(2);
            }
        },
        ALL_EQUAL {
            @Override
            float value(Random random, int row, int d) {
                return 0.3f * d;
            }
        },
        NEAR_TIES {
            @Override
            float value(Random random, int row, int d) {
                return Math.nextUp(1f) * (1 + Math.ulp(1f) * random.nextInt(3));
            }
        },
        ONE_WIDE_COMPONENT {
            @Override
            float value(Random random, int row, int d) {
                return random.nextFloat() * (d == 1 ? 1e6f : 1);
            }
        },
        ONE_ODD_REFERENCE {
            @Override
            float value(Random random, int row, int d) {
                return random.nextFloat() * (row == 40 ? 1e30f : 1);
            }
        },
        WIDENING {
            @Override
            float value(Random random, int row, int d) {
                return random.nextFloat() * (1 + row * row);
            }
        },
        NARROWING {
            @Override
            float value(Random random, int row, int d) {
                return 1 + random.nextFloat() / (1 + row * row);
            }
        },
        FAR_FROM_ZERO {
            @Override
            float value(Random random, int row, int d) {
                return 1e6f + random.nextFloat();
            }
        },
        SUBNORMAL {
            @Override
            float value(Random random, int row, int d) {
                return Float.MIN_VALUE * random.nextInt(1000);
            }
        },
        HUGE {
            @Override
            float value(Random random, int row, int d) {
                return (random.nextFloat() - 0.5f) * 2 * Float.MAX_VALUE;
            }
        },
        NO_NUMBERS {
            @Override
            float value(Random random, int row, int d) {
                return row % 3 == 0 && d == 2
                        ? new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}[random.nextInt(3)]
                        : random.nextFloat();
            }
        };

        abstract float value(Random random, int row, int d);

        float[][] draw(Random random, int rows, int length) {
            float[][] drawn = new float[rows][length];
            for (int row = 0; row < rows; row++) {
                for (int d = 0; d < length; d++) {
                    drawn[row][d] = value(random, row, d);
                }
            }
            return drawn;
        }
    }

    /** Takes the best of what is found, the first slot before others that are as good. */
    private static final class Best implements CodeSearch.Found {
        private final int most;
        private final List<List<Candidate>> best;
        private int offers;

        Best(int probes, int most) {
            this.most = most;
            this.best = Stream.generate(() -> (List<Candidate>) new ArrayList<Candidate>())
                    .limit(probes)
                    .toList();
        }

        @Override
        public float least(int probe) {
            List<Candidate> own = best.get(probe);
            return own.size() < most
                    ? Float.NEGATIVE_INFINITY
                    : own.get(most - 1).logit();
        }

        @Override
        public void offer(int probe, int slot, float logit) {
            offers++;
            List<Candidate> own = best.get(probe);
            Candidate candidate = new Candidate(slot, logit);
            if (!own.contains(candidate)) {
                own.add(candidate);
                own.sort(Candidate.ORDER);
                if (own.size() > most) {
                    own.remove(most);
                }
            }
        }
    }

    private record Candidate(int slot, float logit) {
        static final Comparator<Candidate> ORDER =
                Comparator.comparingDouble((Candidate each) -> -each.logit).thenComparingInt(Candidate::slot);
    }

    static Stream<Arguments> kindsAndKernels() throws ReflectiveOperationException {
        return kernels()
                .flatMap(kernel -> Arrays.stream(Kind.values())
                        .flatMap(kind -> Stream.of(0.0, 0.3, 1.0).map(against -> Arguments.of(kind, kernel, against))));
    }

    /** Returns both kernels; tests run with the Vector API. */
    static Stream<CodeKernel> kernels() throws ReflectiveOperationException {
        return Stream.of(new PlainKernel(), FastestKernel.vectors());
    }

    @ParameterizedTest
    @MethodSource("kindsAndKernels")
    void aSearchFindsWhatComparingAllNumbersFindsBitForBit(Kind kind, CodeKernel kernel, double against) {
        Random random = new Random(kind.ordinal());
        MatchFunction function = function(random, 11, against);
        float[][] references = kind.draw(random, REFERENCES, function.length());
        CodedTiles tiles = new CodedTiles(function, () -> kernel);
        for (float[] reference : references) {
            tiles.add(reference);
        }
        float[][] probes = probes(kind, random, function, references);

        assertSame(expected(function, probes, references), found(tiles, probes, MOST));
        for (int p = 0; p < PROBES; p++) {
            float[][] alone = {probes[p]};
            assertSame(expected(function, alone, references), found(tiles, alone, MOST));
        }
        for (int count = 2; count < PROBES; count++) {
            float[][] some = Arrays.copyOf(probes, count);
            assertSame(expected(function, some, references), found(tiles, some, MOST));
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void fewEmbeddingsAreComparedAsNumbersAndManyByCodesToTheSameBits(Kind kind) {
        for (double against : new double[] {0, 0.5, 1}) {
            Random random = new Random(kind.ordinal());
            MatchFunction function = function(random, 20, against);
            CodedTiles tiles = new CodedTiles(function, PlainKernel::new);
            float[][] references = new float[CodeKernel.TILE + 40][];
            float[][] drawn = kind.draw(random, 2 * references.length, function.length());
            for (int slot = 0; slot < references.length; slot++) {
                references[slot] = drawn[slot];
                tiles.add(drawn[slot]);
                int other = random.nextInt(slot + 1);
                if (slot % 3 == 0) {
                    references[other] = null;
                    tiles.wipe(other);
                } else if (slot % 3 == 1) {
                    references[other] = drawn[references.length + slot];
                    tiles.set(other, references[other]);
                }
                if (slot < 3 || slot % NumberColumns.WIDTH < 2 || slot % NumberColumns.WIDTH > 125) {
                    float[][] held = Arrays.copyOf(references, slot + 1);
                    float[][] probes = folded(function, kind.draw(random, 3, function.length()));
                    assertSame(expected(function, probes, held), found(tiles, probes, MOST));
                }
            }
        }
    }

    @Test
    void anErasedEmbeddingDoesNotStayInAColumn() {
        Random random = new Random(2);
        MatchFunction function = function(random, 12, 0.5);
        NumberColumns columns = new NumberColumns(function);
        float[][] embeddings = folded(function, Kind.EVEN.draw(random, 2, function.length()));
        columns.set(0, embeddings[0]);
        columns.set(1, embeddings[1]);

        columns.wipe(0);

        float[] logits = new float[NumberColumns.WIDTH];
        columns.logits(embeddings[1], 0, logits);
        assertEquals(function.foldedLogit(embeddings[1], new float[function.foldedLength()]), logits[0]);
        assertEquals(function.bias(), logits[1]);
    }

    @Test
    void probesComeInFoursAndALoneOneOrTwoForThemselves() {
        assertEquals(
                List.of(0, 1, 2, 1, 1, 2, 3, 2),
                IntStream.range(0, 8).mapToObj(ProbeCodes::groups).toList());
        assertEquals(
                List.of(0, 0, 0, 0, 1, 2),
                IntStream.range(0, 6).mapToObj(p -> ProbeCodes.group(p, 6)).toList());
        assertEquals(
                List.of(0, 1, 2, 3, 0, 0),
                IntStream.range(0, 6).mapToObj(p -> ProbeCodes.place(p, 6)).toList());
        assertEquals(
                List.of(0, 1, 2),
                IntStream.range(0, 3).mapToObj(p -> ProbeCodes.place(p, 3)).toList());
    }

    @Test
    void embeddingsAreTakenUpThoughThoseBeforeThemCantBeReadAnyMore() {
        Random random = new Random(5);
        MatchFunction function = function(random, 11, 0);
        CodedTiles tiles = new CodedTiles(function, PlainKernel::new);
        Kept kept = new Kept();
        // The tile is full, so its numbers are in their places alone; the changes that follow make it choose another
        // coding.
        for (int i = 0; i < CodeKernel.TILE; i++) {
            float[] folded = function.fold(Kind.NORMAL.draw(random, 1, function.length())[0]);
            tiles.addFolded(folded, kept, kept.keep(folded));
        }
        kept.lost = true;
        float[][] wide = Kind.NORMAL.draw(random, 2 * CodeKernel.TILE, function.length());
        for (int i = 0; i < wide.length; i++) {
            for (int c = 0; c < wide[i].length; c++) {
                wide[i][c] *= 100;
            }
            tiles.setFolded(7, function.fold(wide[i]), KeptNumbers.NOTHING, 0);
        }

        float expected = function.foldedLogit(function.fold(wide[0]), function.fold(wide[wide.length - 1]));
        assertEquals(expected, tiles.logit(function.fold(wide[0]), 7));
        assertThrows(UnreadableNumbersException.class, () -> tiles.logit(function.fold(wide[0]), 8));
    }

    /** Keeps most of the embeddings that are given to it, each in a place of its own. */
    private static final class Kept implements KeptNumbers {
        private final List<float[]> places = new ArrayList<>();
        private boolean lost;

        int keep(float[] folded) {
            places.add(folded.clone());
            return places.size() - 1;
        }

        /** Lets whoever reads a place later get what no embedding is. */
        void wipe(int place) {
            Arrays.fill(places.get(place), Float.NaN);
        }

        @Override
        public boolean holds(int place) {
            return place % 7 != 3;
        }

        @Override
        public void read(int place, float[] into) {
            assertTrue(holds(place));
            if (lost) {
                throw new UnreadableNumbersException("its disk has failed");
            }
            System.arraycopy(places.get(place), 0, into, 0, into.length);
        }
    }

    @ParameterizedTest
    @MethodSource("kindsAndKernels")
    void numbersThatAreKeptElsewhereGiveTheSame(Kind kind, CodeKernel kernel, double against) {
        Random random = new Random(kind.ordinal());
        MatchFunction function = function(random, 11, against);
        float[][] references = kind.draw(random, REFERENCES, function.length());
        CodedTiles tiles = new CodedTiles(function, () -> kernel);
        Kept kept = new Kept();
        for (float[] reference : references) {
            float[] folded = function.fold(reference);
            int place = kept.keep(folded);
            tiles.addFolded(folded, kept, place);
        }
        float[][] probes = probes(kind, random, function, references);

        assertSame(expected(function, probes, references), found(tiles, probes, MOST));
        for (int slot = 0; slot < REFERENCES; slot += 50) {
            float expected = function.foldedLogit(probes[0], function.fold(references[slot]));
            assertEquals(expected, tiles.logit(probes[0], slot));
        }
    }

    @Test
    void aFullTileHoldsOnlyTheNumbersThatNobodyKeepsOrThatCantBeCoded() {
        Random random = new Random(3);
        MatchFunction function = function(random, 12, 0.5);
        CodedTile tile = new CodedTile(function, null);
        Kept kept = new Kept();
        for (int at = 0; at < CodeKernel.TILE; at++) {
            assertTrue(at == 0 || tile.inMemory(at - 1).length > 0);
            float[] folded = function.fold(Kind.EVEN.draw(random, 1, function.length())[0]);
            folded[0] = at == 9 ? Float.NaN : folded[0];
            tile.put(at, folded, kept, kept.keep(folded));
        }

        for (int at = 0; at < CodeKernel.TILE; at++) {
            assertEquals(at == 9 || !kept.holds(at), tile.inMemory(at).length > 0, "slot " + at);
            assertArrayEquals(kept.places.get(at), tile.numbers(at));
        }
        float[] folded = function.fold(Kind.EVEN.draw(random, 1, function.length())[0]);
        tile.put(9, folded, kept, kept.keep(folded));
        assertEquals(0, tile.inMemory(9).length);
        // Places of another keeper mean nothing here.
        tile.put(9, folded, new Kept(), 0);
        assertArrayEquals(folded, tile.inMemory(9));
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void changesLeaveWhatComparingAllNumbersFinds(CodeKernel kernel) {
        Random random = new Random(9);
        MatchFunction function = function(random, 20, 0.5);
        CodedTiles tiles = new CodedTiles(function, () -> kernel);
        Kept kept = new Kept();
        TreeMap<Integer, Integer> places = new TreeMap<>();
        TreeMap<Integer, float[]> held = new TreeMap<>();
        for (int step = 0; step < 6000; step++) {
            Kind kind = Kind.values()[step / 500 % Kind.values().length];
            float[] embedding = kind.draw(random, 1, function.length())[0];
            int slot = random.nextInt(CodeKernel.TILE + 90);
            float[] folded = function.fold(embedding);
            int place = kept.keep(folded);
            Integer before = null;
            if (slot >= tiles.size()) {
                int added = tiles.addFolded(folded, kept, place);
                held.put(added, embedding);
                places.put(added, place);
            } else if (random.nextInt(5) == 0) {
                tiles.wipe(slot);
                held.remove(slot);
                before = places.remove(slot);
            } else {
                tiles.setFolded(slot, folded, kept, place);
                held.put(slot, embedding);
                before = places.put(slot, place);
            }
            if (before != null) {
                kept.wipe(before);
            }
            if (step % 250 == 0) {
                float[][] probes = folded(function, kind.draw(random, 5, function.length()));
                float[][] references = new float[tiles.size()][];
                held.forEach((at, each) -> references[at] = each);
                assertSame(expected(function, probes, references), found(tiles, probes, MOST));
            }
        }
    }

    /** Takes as many components as one, two and three sums of 16 bits hold. */
    @ParameterizedTest
    @MethodSource("kernels")
    void longEmbeddingsAreSearchedAsShortOnes(CodeKernel kernel) {
        for (int length : new int[] {1, CodeKernel.PART, 2 * CodeKernel.PART + 30}) {
            Random random = new Random(length);
            MatchFunction function = function(random, length, 0.4);
            float[][] references = Kind.EVEN.draw(random, 300, length);
            CodedTiles tiles = new CodedTiles(function, () -> kernel);
            for (float[] reference : references) {
                tiles.add(reference);
            }
            float[][] probes = folded(function, Kind.EVEN.draw(random, 5, length));

            assertSame(expected(function, probes, references), found(tiles, probes, MOST));
        }
    }

    @Test
    void theKernelsComputeTheSame() throws ReflectiveOperationException {
        Random random = new Random(12);
        for (double against : new double[] {0, 0.5, 1}) {
            MatchFunction function = function(random, 600, against);
            List<float[]> references = List.of(folded(function, Kind.NORMAL.draw(random, 200, function.length())));
            Coding coding = Coding.of(function, references);
            CodedTile tile = new CodedTile(function, coding);
            for (int i = 0; i < references.size(); i++) {
                tile.put(i, references.get(i), KeptNumbers.NOTHING, 0);
            }
            float[][] probes = references.subList(0, 5).toArray(float[][]::new);
            ProbeCodes[] groups = {ProbeCodes.of(coding, probes, 0), ProbeCodes.of(coding, probes, 1)};
            // A lone probe is compared with several columns at once, and with those that are left.
            ProbeCodes[] alone = {groups[1]};
            List<int[][]> results = new ArrayList<>();
            for (CodeKernel kernel : kernels().toList()) {
                int[][] distances = new int[3][ProbeCodes.GROUP * CodeKernel.TILE];
                kernel.distances(groups, tile.codes(), tile.sums(), 6, distances);
                kernel.distances(alone, tile.codes(), tile.sums(), 6, new int[][] {distances[2]});
                assertArrayEquals(distances[1], distances[2]);
                results.add(distances);
                for (int limit : new int[] {-Coding.NO_LIMIT, distances[0][7], distances[0][70], Coding.NO_LIMIT}) {
                    long expected = IntStream.range(64, 128)
                            .filter(i -> distances[0][i] - tile.errors()[i] <= limit)
                            .mapToLong(i -> 1L << i)
                            .sum();
                    assertEquals(expected, kernel.within(distances[0], 64, tile.errors(), 64, limit));
                }
            }
            assertArrayEquals(results.get(0)[0], results.get(1)[0]);
            assertArrayEquals(results.get(0)[1], results.get(1)[1]);
        }
    }

    /** Computes the logit that the codes stand for in double precision, as the formula of the bound does. */
    @ParameterizedTest
    @EnumSource(Kind.class)
    void theErrorOfCodesIsWithinItsBound(Kind kind) {
        Random random = new Random(5);
        MatchFunction function = function(random, 40, 0.6);
        float[][] references = folded(function, kind.draw(random, 300, function.length()));
        List<float[]> sample =
                Arrays.stream(references).filter(Coding::codes).limit(50).toList();
        if (sample.isEmpty()) {
            // Values so large are never coded.
            assertEquals(Kind.HUGE, kind);
            return;
        }
        Coding coding = Coding.of(function, sample);
        byte[] a = new byte[coding.rows()];
        byte[] b = new byte[coding.rows()];
        assertTrue(coding.rows() <= function.foldedLength() + 2);
        for (int i = 0; i + 1 < references.length; i++) {
            double error = coding.encode(references[i], a);
            int errorSteps = coding.errorSteps(coding.encode(references[i + 1], b));
            int distance = 0;
            for (int row = 0; row < coding.rows(); row++) {
                assertTrue(a[row] >= 0 && b[row] >= 0);
                distance += (row < coding.inFavour() ? 1 : -1) * Math.abs(a[row] - b[row]);
            }
            float logit = function.foldedLogit(references[i], references[i + 1]);
            if (!Float.isNaN(logit)) {
                assertTrue(distance - errorSteps <= coding.limit(error, logit), "pair " + i);
                assertTrue(logit <= coding.most(error, distance - errorSteps), "pair " + i);
            }
        }
    }

    @Test
    void codesLeaveFewToCompareWhereComponentsDiffer() {
        Random random = new Random(4);
        float[] weights = new float[64];
        for (int d = 0; d < weights.length; d++) {
            weights[d] = -(float) Math.pow(10, -4 * random.nextDouble());
        }
        MatchFunction function = new MatchFunction(weights, 2);
        CodedTiles tiles = new CodedTiles(function, PlainKernel::new);
        for (float[] reference : Kind.EVEN.draw(random, 20_000, weights.length)) {
            tiles.add(reference);
        }
        Best best = new Best(1, MOST);
        CodeSearch search = tiles.search(folded(function, Kind.EVEN.draw(random, 1, weights.length)));
        for (int tile = 0; tile < tiles.tiles(); tile++) {
            tiles.search(search, tile, best);
        }
        search.finish(0, best);

        assertTrue(best.offers < 400, "offers: " + best.offers);
    }

    @Test
    void anErasedEmbeddingDoesNotStayInMemory() {
        Random random = new Random(2);
        MatchFunction function = function(random, 12, 0.5);
        CodedTile tile = new CodedTile(function, null);
        float[][] embeddings = folded(function, Kind.EVEN.draw(random, 100, function.length()));
        for (int at = 0; at < embeddings.length; at++) {
            tile.put(at, embeddings[at], KeptNumbers.NOTHING, 0);
        }

        for (int at = 0; at < embeddings.length; at++) {
            tile.wipe(at);
        }

        for (int at = 0; at < embeddings.length; at++) {
            assertArrayEquals(new float[function.foldedLength()], tile.numbers(at));
            assertFalse(tile.holds(at));
        }
        assertTrue(tile.coding() != null && tile.coding().rows() > 0);
        for (long[] column : tile.codes()) {
            assertArrayEquals(new long[column.length], column);
        }
        assertEquals(0, Arrays.stream(tile.sums()).filter(sum -> sum != 0).count());
    }

    @Test
    void whatWaitedAndWasErasedOrReplacedBeforeTheEndIsOfferedAsItIsThen() {
        Random random = new Random(6);
        MatchFunction function = function(random, 64, 1);
        CodedTiles tiles = new CodedTiles(function, PlainKernel::new);
        float[][] references = Kind.EVEN.draw(random, REFERENCES, function.length());
        for (float[] reference : references) {
            tiles.add(reference);
        }
        float[] probe = function.fold(Kind.EVEN.draw(random, 1, function.length())[0]);
        Best best = new Best(1, MOST);
        CodeSearch search = tiles.search(new float[][] {probe});
        for (int tile = 0; tile < tiles.tiles(); tile++) {
            tiles.search(search, tile, best);
        }
        Best later = new Best(1, MOST);

        for (int slot = 0; slot < REFERENCES; slot++) {
            if (slot % 2 == 0) {
                tiles.wipe(slot);
            } else {
                tiles.set(slot, references[slot - 1]);
            }
        }
        search.finish(0, later);

        assertTrue(later.offers > 0);
        for (Candidate each : later.best.get(0)) {
            assertEquals(1, each.slot() % 2);
            assertEquals(function.foldedLogit(probe, function.fold(references[each.slot() - 1])), each.logit());
        }
    }

    private static MatchFunction function(Random random, int length, double against) {
        float[] weights = new float[length];
        for (int d = 0; d < length; d++) {
            weights[d] = random.nextFloat() * (random.nextDouble() < against ? -1 : 1);
        }
        return new MatchFunction(weights, 0.7f);
    }

    /** Returns probes like the references, and some that are references or nearly. */
    private static float[][] probes(Kind kind, Random random, MatchFunction function, float[][] references) {
        float[][] probes = kind.draw(random, PROBES, function.length());
        probes[1] = references[random.nextInt(references.length)].clone();
        probes[2] = references[random.nextInt(references.length)].clone();
        probes[2][0] = Math.nextUp(probes[2][0]);
        probes[3] = Kind.EVEN.draw(random, 1, function.length())[0];
        return folded(function, probes);
    }

    private static float[][] folded(MatchFunction function, float[][] embeddings) {
        return Arrays.stream(embeddings).map(function::fold).toArray(float[][]::new);
    }

    private static List<List<Candidate>> found(CodedTiles tiles, float[][] probes, int most) {
        Best best = new Best(probes.length, most);
        CodeSearch search = tiles.search(probes);
        for (int tile = 0; tile < tiles.tiles(); tile++) {
            tiles.search(search, tile, best);
        }
        for (int probe = 0; probe < probes.length; probe++) {
            search.finish(probe, best);
        }
        return best.best;
    }

    /** Compares all; an erased slot has no reference. */
    private static List<List<Candidate>> expected(MatchFunction function, float[][] probes, float[][] references) {
        return Arrays.stream(probes)
                .map(probe -> IntStream.range(0, references.length)
                        .filter(slot -> references[slot] != null)
                        .mapToObj(slot ->
                                new Candidate(slot, function.foldedLogit(probe, function.fold(references[slot]))))
                        .filter(each -> !Float.isNaN(each.logit()))
                        .sorted(Candidate.ORDER)
                        .limit(MOST)
                        .toList())
                .toList();
    }

    private static void assertSame(List<List<Candidate>> expected, List<List<Candidate>> found) {
        for (int p = 0; p < expected.size(); p++) {
            assertEquals(bits(expected.get(p)), bits(found.get(p)));
        }
    }

    private static List<String> bits(List<Candidate> candidates) {
        return candidates.stream()
                .map(each -> each.slot() + ":" + Float.floatToRawIntBits(each.logit()))
                .toList();
    }
}
