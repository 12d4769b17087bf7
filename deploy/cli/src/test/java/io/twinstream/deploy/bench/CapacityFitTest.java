package io.twinstream.deploy.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.deploy.bench.CapacityFit.Measured;
import java.util.List;
import org.junit.jupiter.api.Test;

class CapacityFitTest {
    @Test
    void findsTheConstantsThatTheTimesWereMadeOf() {
        CapacityFit fit = CapacityFit.of(
                        List.of(new Measured(1, 400.02), new Measured(1_000, 420), new Measured(10_000, 600)))
                .orElseThrow();

        assertEquals(400, fit.base(), 1e-9);
        assertEquals(0.02, fit.perReference(), 1e-12);
        assertEquals(0, fit.residual(), 1e-9);
    }

    @Test
    void saysHowFarTheTimesLieFromTheLine() {
        CapacityFit fit = CapacityFit.of(List.of(new Measured(0, 1), new Measured(1, 4), new Measured(2, 1)))
                .orElseThrow();

        assertEquals(2, fit.base(), 1e-9);
        assertEquals(0, fit.perReference(), 1e-9);
        assertEquals(Math.sqrt(2), fit.residual(), 1e-9);
    }

    @Test
    void findsNothingFromTwoGalleriesHoweverOftenMeasured() {
        assertTrue(CapacityFit.of(List.of(new Measured(1, 400), new Measured(1, 410), new Measured(10, 500)))
                .isEmpty());
    }
}
