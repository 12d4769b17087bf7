package io.twinstream.verifier.control;

import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.release.Activated;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An activation entry is an activation as people and programs read it.
 *
 * @param slot the slot, {@code serving} or {@code shadow}
 * @param name the model's name; null, like the version, where the shadow is emptied
 */
public record ActivationEntry(
        String slot,
        @Nullable String name,
        @Nullable String version,
        @JsonSerialize(using = ToStringSerializer.class) Instant askedAt,
        @JsonSerialize(using = ToStringSerializer.class) Instant effectiveAt,
        long offset,
        String reason,
        String by) {
    public static ActivationEntry of(Activated activated) {
        ModelId model = activated.model();
        return new ActivationEntry(
                activated.slot().name().toLowerCase(Locale.ROOT),
                model == null ? null : model.name(),
                model == null ? null : model.version(),
                activated.askedAt(),
                activated.effectiveAt(),
                activated.offset(),
                activated.reason(),
                activated.by());
    }
}
