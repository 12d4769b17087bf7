package io.twinstream.trainer.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ScheduleTest {
    private static final int STEPS = 1000;

    @Test
    void aCosineFallsToA200th() {
        assertEquals(1, rate(Schedule.COSINE, 1), 1e-4);
        assertEquals(0.5025, rate(Schedule.COSINE, 500), 1e-6);
        assertEquals(0.005, rate(Schedule.COSINE, STEPS), 1e-6);
    }

    @Test
    void aFlatScheduleRisesStaysAndFallsAtTheEnd() {
        assertEquals(0.5, rate(Schedule.FLAT, 10), 1e-6);
        assertEquals(1, rate(Schedule.FLAT, 20), 1e-6);
        assertEquals(1, rate(Schedule.FLAT, 800), 1e-6);
        assertEquals(0.5, rate(Schedule.FLAT, 850), 1e-6);
        assertEquals(0.005, rate(Schedule.FLAT, STEPS), 1e-6);
    }

    @Test
    void aTailStaysAtATwentiethForTheLastThird() {
        assertEquals(1, rate(Schedule.TAIL, 1), 1e-4);
        assertEquals(0.05, rate(Schedule.TAIL, 667), 1e-4);
        assertEquals(0.05, rate(Schedule.TAIL, STEPS), 1e-6);
    }

    @ParameterizedTest
    @EnumSource(Schedule.class)
    void aRateIsNeverNothingAndNeverMoreThanTheWhole(Schedule schedule) {
        for (int update = 1; update <= STEPS + 1; update++) {
            float rate = rate(schedule, update);
            assertTrue(rate > 0 && rate <= 1, "rate %s at update %d".formatted(rate, update));
        }
    }

    private static float rate(Schedule schedule, int update) {
        return schedule.tracker(1, STEPS).getNewValue(update);
    }
}
