package io.twinstream.verifier.drift;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChangeDetectorsTest {
    /** Compares with reference values to ten digits, from Python's statistics.NormalDist. */
    @ParameterizedTest
    @CsvSource({
        "0.5, 0",
        "0.3, -0.5244005127",
        "0.07, -1.4757910282",
        "0.01, -2.3263478740",
        "1e-4, -3.7190164855",
        "1e-12, -7.0344838253"
    })
    void quantilesAreThoseOfTables(double below, double expected) {
        assertEquals(expected, ChangeDetectors.deviate(below, 1 - below), 1e-9);
        assertEquals(-expected, ChangeDetectors.deviate(1 - below, below), 1e-9);
    }

    @Test
    void farOutTheyAreAsMillsRatioHasThem() {
        double z = -ChangeDetectors.deviate(1e-200, 1);

        double log = -z * z / 2 - Math.log(z * Math.sqrt(2 * Math.PI)) + Math.log1p(-1 / (z * z));
        assertEquals(Math.log(1e-200), log, 1e-3);
    }
}
