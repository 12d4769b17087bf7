package io.twinstream.verifier.window;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class HistogramBucketsTest {
    @Test
    void aPowerOfTwoIsTheLastLatencyOfItsBucket() {
        for (int power = 1; power < 32; power++) {
            assertEquals(8 * power, HistogramBuckets.ofLatency(Duration.ofMillis(1L << power)));
        }
    }

    @Test
    void everyLatencyLiesWithinTheBoundsOfItsBucket() {
        for (int millis = 2; millis < 100_000; millis++) {
            int bucket = HistogramBuckets.ofLatency(Duration.ofMillis(millis));

            assertTrue(millis <= Math.pow(2, bucket / 8.0) * (1 + 1e-9), "ms: " + millis);
            assertTrue(millis > Math.pow(2, (bucket - 1) / 8.0), "ms: " + millis);
        }
    }

    @Test
    void aClockThatIsBehindGivesTheFirstBucket() {
        assertEquals(0, HistogramBuckets.ofLatency(Duration.ofMillis(-5)));
        assertEquals(0, HistogramBuckets.ofLatency(Duration.ofMillis(1)));
    }

    @Test
    void aScoreOfOneIsInTheLastBin() {
        assertEquals(0, HistogramBuckets.ofScore(0));
        assertEquals(50, HistogramBuckets.ofScore(0.5));
        assertEquals(99, HistogramBuckets.ofScore(1));
    }

    @Test
    void sumsAreAsLongAsTheLongerOneAndThoseGivenStay() {
        List<Long> some = List.of(1L);
        List<Long> others = List.of(2L, 0L, 3L);

        assertEquals(List.of(3L, 0L, 3L), HistogramBuckets.sum(some, others));
        assertEquals(List.of(3L, 0L, 3L), HistogramBuckets.sum(others, some));
        assertEquals(List.of(1L), some);
    }

    @Test
    void aLatencyOfMonthsIsInTheLastBucket() {
        assertEquals(HistogramBuckets.LATENCIES - 1, HistogramBuckets.ofLatency(Duration.ofDays(100)));
    }
}
