package io.twinstream.verifier.web;

import io.javalin.http.BadRequestResponse;
import io.twinstream.schemas.http.JsonBody;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.ModelSlot;
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
    private static final JsonBody<ActivationBody> FORM = new JsonBody<>(
            ActivationBody.class,
            "{\"slot\": \"serving\", \"name\": \"letters\", \"version\": \"2\", \"reason\": \"better on the left hand\"}");

    private static final JsonBody<ActivationBody> ROLLBACK =
            new JsonBody<>(ActivationBody.class, "{\"reason\": \"too many false matches\"}");

    /**
     * Reads a body; an unknown field is an error.
     *
     * @throws BadRequestResponse if the body is no order
     */
    static ActivationBody read(byte[] body) {
        return FORM.read(body);
    }

    /** Reads the body of a rollback, which has no other field than the reason, and returns that. */
    static String rollbackReason(byte[] body) {
        ActivationBody read = ROLLBACK.read(body);
        if (!read.equals(new ActivationBody(null, null, null, null, null, read.reason, null))) {
            throw ROLLBACK.refused("a rollback takes the field reason alone");
        }
        if (read.reason == null) {
            throw ROLLBACK.missing("reason");
        }
        return read.reason;
    }

    ModelSlot neededSlot() {
        for (ModelSlot each : ModelSlot.values()) {
            if (each.name().toLowerCase(Locale.ROOT).equals(slot)) {
                return each;
            }
        }
        throw FORM.refused("the field slot must be serving or shadow");
    }

    /** Returns the ordered version, or null to empty the shadow. */
    @Nullable
    ModelId model() {
        if (name == null && version == null && neededSlot() == ModelSlot.SHADOW) {
            return null;
        }
        if (name == null || version == null) {
            throw FORM.refused("the fields name and version are needed; without both of them the shadow is emptied");
        }
        return ModelsApi.model(name, version);
    }

    EffectiveTime effectiveTime() {
        if (effectiveAt == null) {
            return delayMs == null ? EffectiveTime.SOONEST : EffectiveTime.after(Duration.ofMillis(delayMs));
        }
        if (delayMs != null) {
            throw FORM.refused("the fields delayMs and effectiveAt exclude each other");
        }
        try {
            return EffectiveTime.at(OffsetDateTime.parse(effectiveAt).toInstant());
        } catch (DateTimeException e) {
            throw FORM.refused("the field effectiveAt must be a time as 2024-02-29T12:00:00Z");
        }
    }

    String neededReason() {
        if (reason == null) {
            throw FORM.missing("reason");
        }
        return reason;
    }

    boolean forced() {
        return Boolean.TRUE.equals(force);
    }
}
