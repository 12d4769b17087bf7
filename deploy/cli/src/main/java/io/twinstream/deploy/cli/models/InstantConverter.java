package io.twinstream.deploy.cli.models;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Times in ISO-8601 with an offset: {@code 2024-02-29T12:00:00Z}, {@code 2024-02-29T13:00:00+01:00}. */
final class InstantConverter implements ITypeConverter<Instant> {
    @Override
    public Instant convert(String value) {
        try {
            return OffsetDateTime.parse(value).toInstant();
        } catch (DateTimeException e) {
            throw new TypeConversionException(
                    "'%s' is no time: write 2024-02-29T12:00:00Z or 2024-02-29T13:00:00+01:00".formatted(value));
        }
    }
}
