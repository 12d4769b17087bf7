package io.twinstream.trainer.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class DetPlotTest {
    @Test
    void axesAreQuantilesOfTheStandardNormalDistribution() {
        assertEquals(0, DetPlot.deviate(0.5), 1e-9);
        assertEquals(1.959963985, DetPlot.deviate(0.975), 1e-8);
        assertEquals(-1.281551566, DetPlot.deviate(0.1), 1e-8);
        assertEquals(-3.719016485, DetPlot.deviate(1e-4), 1e-8);
        assertEquals(3.090232306, DetPlot.deviate(0.999), 1e-8);
    }
}
