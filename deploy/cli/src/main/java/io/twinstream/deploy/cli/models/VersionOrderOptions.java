package io.twinstream.deploy.cli.models;

import io.twinstream.verifier.control.ActivationOutcome;
import io.twinstream.verifier.control.EffectiveTime;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/**
 * These options say from when an order about a version holds, why, and whether against a verifier's refusal. It holds two
 * seconds from now unless an option says otherwise.
 */
final class VersionOrderOptions {
    @ArgGroup
    private @Nullable Choice choice;

    @Mixin
    private OrderOptions order = new OrderOptions();

    @Option(names = "--force", description = "Give the order even if a running verifier has refused the version.")
    private boolean force;

    /** An order about a version, to which all that the options say is added. */
    interface VersionOrder {
        ActivationOutcome give(EffectiveTime when, String reason, String by, boolean force);
    }

    /** Gives the order, and returns the lines that say from when it holds. */
    List<String> give(VersionOrder given) {
        return order.give((reason, by) -> given.give(when(), reason, by, force));
    }

    private EffectiveTime when() {
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
                        "The order holds for probes that come from this time on, as 2024-02-29T12:00:00Z, at least 2 s ahead.")
        private @Nullable Instant at;

        @Option(
                names = "--in",
                paramLabel = "DURATION",
                description =
                        "The order holds for probes that come this long after it, or later; at least 2s (default: 2s).")
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
