package io.twinstream.deploy.cli.models;

import io.twinstream.verifier.control.EffectiveTime;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** These options say from when an activation holds: two seconds from now unless one of them says otherwise. */
final class EffectiveTimeOptions {
    @ArgGroup
    private @Nullable Choice choice;

    EffectiveTime when() {
        if (choice == null) {
            return EffectiveTime.SOONEST;
        }
        if (choice.at != null) {
            return EffectiveTime.at(choice.at);
        }
        return choice.in == null ? EffectiveTime.SOONEST : EffectiveTime.after(choice.in);
    }

    /** Holds the one of the two options that is given. */
    static final class Choice {
        @Option(
                names = "--at",
                paramLabel = "TIME",
                converter = InstantConverter.class,
                description =
                        "The order holds for probes appended from this time on, as 2024-02-29T12:00:00Z, at least 2 s ahead.")
        private @Nullable Instant at;

        @Option(
                names = "--in",
                paramLabel = "DURATION",
                description =
                        "The order holds for probes appended so long after it or later, at least 2s (default: 2s).")
        private @Nullable Duration in;
    }

    /** Reads times in ISO-8601 with an offset: {@code 2024-02-29T12:00:00Z}, {@code 2024-02-29T13:00:00+01:00}. */
    static final class InstantConverter implements ITypeConverter<Instant> {
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
}
