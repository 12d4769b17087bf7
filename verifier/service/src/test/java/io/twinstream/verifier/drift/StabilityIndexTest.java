package io.twinstream.verifier.drift;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.modelpackage.ScoreHistograms;
import io.twinstream.verifier.window.SubjectCounts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StabilityIndexTest {
    private static final int BINS = 100;
    private final ScoreSpread pairs = ScoreSpread.of(release(1_000_000));

    @Test
    void theShareOfGenuineProbesIsFound() {
        for (double share : new double[] {0, 0.2, 0.7, 1}) {
            assertEquals(
                    share,
                    pairs.share(
                            new Traffic(1).scored(20_000, pairs.mixed(share)).getScores()),
                    0.02);
        }
    }

    @Test
    void theIndexIsThatOfItsDefinition() {
        ScoreSpread even = ScoreSpread.of(new ScoreHistograms(even(1_000_000_000), even(1_000_000_000)));
        Long[] counts = new Long[BINS];
        Arrays.setAll(counts, i -> i < 50 ? 150_000L : 50_000L);

        double value = StabilityIndex.of(Arrays.asList(counts), even).value();

        double expected = 5 * (0.15 - 0.1) * Math.log(0.15 / 0.1) + 5 * (0.05 - 0.1) * Math.log(0.05 / 0.1);
        assertEquals(expected, value, 1e-4);
    }

    @Test
    void chanceIsExceededOnceInAHundredTimesWhereNothingHasChanged() {
        int batches = 5_000;
        Traffic traffic = new Traffic(3);
        int beyond = 0;
        for (int i = 0; i < batches; i++) {
            StabilityIndex index = StabilityIndex.of(
                    traffic.scored(500, pairs.mixed(i % 11 / 10.0)).getScores(), pairs);
            beyond += index.value() > index.chance() ? 1 : 0;
        }

        // A fitted share and halves added make it less than a hundredth.
        assertTrue(beyond <= batches / 100 + 3 * Math.sqrt(batches / 100.0), "beyond: " + beyond);
    }

    @Test
    void scoresOfOneSubjectEachAreIndependent() {
        List<Long> hashes = new ArrayList<>();
        List<Integer> bins = new ArrayList<>();
        Random random = new Random(7);
        Long[] counts = new Long[BINS];
        Arrays.fill(counts, 0L);
        for (long subject = 0; subject < 250; subject++) {
            int bin = draw(pairs.mixed(0.5), random);
            hashes.add(subject);
            bins.add(bin);
            counts[bin]++;
        }
        SubjectCounts each = new SubjectCounts(1L << 32, hashes, bins, Collections.nCopies(250, 1L));
        SubjectCounts two = new SubjectCounts(
                1L << 32, hashes.stream().map(hash -> hash / 125).toList(), bins, Collections.nCopies(250, 1L));

        StabilityIndex alone = StabilityIndex.of(Arrays.asList(counts), pairs);
        StabilityIndex known = StabilityIndex.of(Arrays.asList(counts), pairs, each, 0.01);

        assertEquals(alone.value(), known.value());
        assertEquals(alone.chance(), known.chance(), 0.15 * alone.chance());
        assertTrue(StabilityIndex.of(Arrays.asList(counts), pairs, two, 0.01).chance() > 100 * alone.chance());
    }

    @Test
    void oneSubjectAloneTellsNothing() {
        SubjectCounts one = new SubjectCounts(1L << 32, List.of(1L, 1L), List.of(3, 90), List.of(400L, 200L));
        Long[] counts = new Long[BINS];
        Arrays.fill(counts, 0L);
        counts[3] = 400L;
        counts[90] = 200L;

        assertEquals(
                Double.POSITIVE_INFINITY,
                StabilityIndex.of(Arrays.asList(counts), pairs, one, 0.01).chance());
    }

    @Test
    void otherScoresAreFound() {
        double[] flat = new double[BINS];
        Arrays.fill(flat, 1.0 / BINS);

        StabilityIndex index =
                StabilityIndex.of(new Traffic(4).scored(500, flat).getScores(), pairs);

        assertTrue(index.value() - index.chance() > 0.25, "index " + index);
    }

    @Test
    void theBestOfAGalleryIsSpreadLikeTheBestOfDraws() {
        int draws = 200_000;
        int gallery = 20;
        Random random = new Random(5);
        double[] genuine = new double[BINS];
        double[] impostor = new double[BINS];
        double[] twice = new double[BINS];
        for (int i = 0; i < draws; i++) {
            int best = draw(pairs.genuine(), random);
            twice[Math.max(best, draw(pairs.genuine(), random))] += 1.0 / draws;
            for (int other = 1; other < gallery; other++) {
                best = Math.max(best, draw(pairs.impostor(), random));
            }
            genuine[best] += 1.0 / draws;
            best = 0;
            for (int other = 0; other < gallery; other++) {
                best = Math.max(best, draw(pairs.impostor(), random));
            }
            impostor[best] += 1.0 / draws;
        }

        assertArrayEquals(genuine, pairs.bestOf(gallery).genuine(), 0.005);
        assertArrayEquals(impostor, pairs.bestOf(gallery).impostor(), 0.005);
        assertArrayEquals(twice, pairs.bestOfOwn(2).genuine(), 0.005);
    }

    private static int draw(double[] spread, Random random) {
        double left = random.nextDouble();
        int bin = 0;
        while (bin < BINS - 1 && left >= spread[bin]) {
            left -= spread[bin++];
        }
        return bin;
    }

    /** Returns histograms with genuine scores near 1 and impostors' near 0, both thinning out. */
    static ScoreHistograms release(long scale) {
        long[] genuine = new long[BINS];
        long[] impostor = new long[BINS];
        for (int i = 0; i < BINS; i++) {
            impostor[i] = (long) (scale * Math.exp(-i / 10.0));
            genuine[BINS - 1 - i] = (long) (scale * Math.exp(-i / 20.0));
        }
        return new ScoreHistograms(genuine, impostor);
    }

    private static long[] even(long count) {
        long[] counts = new long[BINS];
        Arrays.fill(counts, count);
        return counts;
    }
}
