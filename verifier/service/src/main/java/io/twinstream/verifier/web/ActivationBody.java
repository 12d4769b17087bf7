package io.twinstream.verifier.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.ModelSlot;
import io.twinstream.verifier.control.ControlException;
import io.twinstream.verifier.control.ControlException.ControlFault;
import io.twinstream.verifier.control.EffectiveTime;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An activation body is an order as a caller writes it in JSON.
 *
 * @param slot the slot, {@code serving} or {@code shadow}; not for a rollback
 * @param name the model's name; null, like the version, to empty the shadow
 * @param delayMs the delay from the append; 2,000 by default
 * @param effectiveAt the time in ISO-8601 with an offset, instead of the delay
 * @param reason the reason, which is always needed
 */
record ActivationBody(
        @Nullable String slot,
        @Nullable String name,
        @Nullable String version,
        @Nullable Long delayMs,
        @Nullable String effectiveAt,
        @Nullable String reason,
        @Nullable Boolean force) {
    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /**
     * Reads a body; an unknown field is an error.
     *
     * @throws ControlException with one line, if the body is no order
     */
    static ActivationBody read(String body) {
        try {
            ActivationBody read = JSON.readValue(body, ActivationBody.class);
            if (read != null) {
                return read;
            }
        } catch (JsonProcessingException e) {
            throw invalid("the body is no order: "
                    + e.getOriginalMessage().lines().findFirst().orElse(""));
        }
        throw invalid("the body is no order: it is null");
    }

    /** Returns the reason of a rollback, whose body has no other field. */
    String rollbackReason() {
        if (slot != null
                || name != null
                || version != null
                || delayMs != null
                || effectiveAt != null
                || force != null) {
            throw invalid("a rollback takes the field reason alone");
        }
        return neededReason();
    }

    ModelSlot neededSlot() {
        for (ModelSlot each : ModelSlot.values()) {
            if (each.name().toLowerCase(Locale.ROOT).equals(slot)) {
                return each;
            }
        }
        throw invalid("the field slot must be serving or shadow");
    }

    /** Returns the ordered version, or null to empty the shadow. */
    @Nullable
    ModelId model() {
        if (name == null && version == null && neededSlot() == ModelSlot.SHADOW) {
            return null;
        }
        if (name == null || version == null) {
            throw invalid("the fields name and version are needed; without both of them the shadow is emptied");
        }
        return ModelsApi.model(name, version);
    }

    EffectiveTime effectiveTime() {
        if (effectiveAt == null) {
            return delayMs == null ? EffectiveTime.SOONEST : EffectiveTime.after(Duration.ofMillis(delayMs));
        }
        if (delayMs != null) {
            throw invalid("the fields delayMs and effectiveAt exclude each other");
        }
        try {
            return EffectiveTime.at(OffsetDateTime.parse(effectiveAt).toInstant());
        } catch (DateTimeException e) {
            throw invalid("the field effectiveAt must be a time as 2024-02-29T12:00:00Z");
        }
    }

    String neededReason() {
        if (reason == null) {
            throw invalid("the field reason is missing");
        }
        return reason;
    }

    boolean forced() {
        return Boolean.TRUE.equals(force);
    }

    private static ControlException invalid(String message) {
        return new ControlException(ControlFault.BAD_REQUEST, message);
    }
}
