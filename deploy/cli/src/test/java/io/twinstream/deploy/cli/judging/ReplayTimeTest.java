package io.twinstream.deploy.cli.judging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class ReplayTimeTest {
    private final ReplayCommand.PastTime converter = new ReplayCommand.PastTime();

    @Test
    void timesAndDatesAreRead() {
        assertEquals(Instant.parse("2024-02-29T12:00:00Z"), converter.convert("2024-02-29T12:00:00Z"));
        assertEquals(Instant.parse("2024-02-29T11:00:00Z"), converter.convert("2024-02-29T12:00:00+01:00"));
        assertEquals(Instant.parse("2024-02-29T00:00:00Z"), converter.convert("2024-02-29"));
    }

    @Test
    void aDurationIsSoLongAgo() {
        Instant before = Instant.now();

        Instant converted = converter.convert("2h");

        assertFalse(converted.isBefore(before.minus(Duration.ofHours(2))));
        assertFalse(converted.isAfter(Instant.now().minus(Duration.ofHours(2))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "yesterday", "2024-02-30", "2024-02-29T12:00:00", "-2h", "12:00"})
    void whatIsNoTimeIsRefused(String text) {
        assertThrows(TypeConversionException.class, () -> converter.convert(text));
    }
}
