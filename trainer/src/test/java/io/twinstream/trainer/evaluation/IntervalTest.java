package io.twinstream.trainer.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class IntervalTest {
    @Test
    void halfOfAHundred() {
        // (0.5 + 1.92073/100 -+ 1.959964 * sqrt(0.25/100 + 3.841459/40000)) / 1.03841459
        assertEquals(0.40383, Interval.wilson(50, 100).low(), 1e-5);
        assertEquals(0.59617, Interval.wilson(50, 100).high(), 1e-5);
    }

    @Test
    void noneOfTenIsNotCertainlyNever() {
        assertEquals(0, Interval.wilson(0, 10).low(), 1e-12);
        assertEquals(3.841459 / 13.841459, Interval.wilson(0, 10).high(), 1e-6);
    }

    @Test
    void itNeverLeavesTheScale() {
        assertEquals(1, Interval.wilson(10, 10).high(), 1e-12);
    }

    @Test
    void withoutTrialsThereIsNone() {
        assertThrows(IllegalArgumentException.class, () -> Interval.wilson(0, 0));
    }
}
