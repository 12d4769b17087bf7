package io.twinstream.verifier.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.verifier.inference.BatchTimes.BatchTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.IntToLongFunction;
import org.junit.jupiter.api.Test;

class BatchTimesTest {
    private static final long MICRO = TimeUnit.MICROSECONDS.toNanos(1);
    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    private final List<Integer> runs = new ArrayList<>();
    private long spentNanos;

    @Test
    void theFastestSizeIsTheBest() {
        Map<Integer, Integer> micros = Map.of(1, 90, 2, 85, 4, 80, 8, 78, 16, 73, 32, 76, 64, 82, 128, 90);

        BatchTimes times = measure(128, images -> images * micros.get(images) * MICRO);

        assertEquals(16, times.best());
        assertEquals(new BatchTime(16, 73), times.sizes().get(4));
        assertEquals(8, times.sizes().size());
    }

    @Test
    void aNetworkThatGainsWithEveryImageIsRunOnAll() {
        assertEquals(64, measure(64, images -> 5 * MILLI + images * 50 * MICRO).best());
    }

    @Test
    void ofSizesThatAreAsFastTheMiddleOneIsTheBest() {
        assertEquals(8, measure(64, images -> images * 100 * MICRO).best());
        assertEquals(
                16,
                new BatchTimes(List.of(
                                new BatchTime(4, 76),
                                new BatchTime(8, 74),
                                new BatchTime(16, 73),
                                new BatchTime(32, 74)))
                        .best());
    }

    @Test
    void runsThatWereDisturbedDoNotCount() {
        // Three of four runs of each size are disturbed.
        BatchTimes times = measure(16, images -> {
            boolean disturbed = runs.stream().filter(run -> run == images).count() % 4 != 2;
            return (100 + images * (images == 8 ? 70 : 80)) * MICRO * (disturbed ? 3 : 1);
        });

        assertEquals(8, times.best());
    }

    @Test
    void theFirstRunOfASizeDoesNotCountAgainstIt() {
        BatchTimes times =
                measure(64, images -> images * (runs.contains(images) ? 100 : 300) * MICRO + (images < 64 ? MILLI : 0));

        assertEquals(64, times.best());
    }

    @Test
    void aSmallModelIsMeasuredInAThirdOfASecondInEveryRound() {
        measure(128, images -> images * 73 * MICRO);

        assertEquals(
                2 + BatchTimes.ROUNDS, runs.stream().filter(run -> run == 128).count());
        assertTrue(spentNanos < 300 * MILLI, spentNanos + " ns");
    }

    @Test
    void aSlowModelIsRunOnFewImagesAtOnceAndForSecondsInAll() {
        BatchTimes times = measure(128, images -> images * 100 * MILLI);

        assertEquals(List.of(1, 2, 4, 8, 16), runs.subList(0, 5));
        assertEquals(5, times.sizes().size());
        assertEquals(4, times.best());
        assertTrue(spentNanos <= (31 * 100 * MILLI) + BatchTimes.MOST_NANOS, spentNanos + " ns");
    }

    @Test
    void aModelOfManySecondsAnImageIsRunOnce() {
        BatchTimes times = measure(128, images -> images * 5_000 * MILLI);

        assertEquals(List.of(1), runs);
        assertEquals(1, times.best());
    }

    @Test
    void theTimesAreALineForTheLog() {
        assertEquals(
                "1: 90, 2: 73 us an image",
                new BatchTimes(List.of(new BatchTime(1, 90), new BatchTime(2, 73))).toString());
    }

    private BatchTimes measure(int most, IntToLongFunction nanos) {
        return BatchTimes.measure(most, images -> {
            long took = nanos.applyAsLong(images);
            runs.add(images);
            spentNanos += took;
            return took;
        });
    }
}
