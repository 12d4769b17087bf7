package io.twinstream.deploy.cli.judging;

import io.twinstream.deploy.cli.console.DurationConverter;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Times in the past: ISO-8601 with an offset, {@code 2024-02-29T12:00:00Z}; a date, which is its first moment in UTC; or a
 * duration ago, {@code 2h}.
 */
final class PastTimeConverter implements ITypeConverter<Instant> {
    @Override
    public Instant convert(String value) {
        try {
            if (value.contains("T")) {
                return OffsetDateTime.parse(value).toInstant();
            }
            return value.contains("-")
                    ? LocalDate.parse(value).atStartOfDay(ZoneOffset.UTC).toInstant()
                    : Instant.now().minus(new DurationConverter().convert(value));
        } catch (DateTimeException | TypeConversionException e) {
            throw new TypeConversionException(
                    "'%s' is no time: write 2024-02-29T12:00:00Z, 2024-02-29, or 2h for two hours ago"
                            .formatted(value));
        }
    }
}
