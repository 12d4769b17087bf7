package io.twinstream.schemas.http;

import io.javalin.http.Context;
import java.util.Locale;
import java.util.Objects;

/** What a caller may do. */
public enum Role {
    /** Only {@code GET} and {@code HEAD}. */
    READ,
    /** Everything. */
    OPERATE;

    private static final String ATTRIBUTE = Role.class.getName();

    /** Of the caller of a request under {@code /v1}. */
    public static Role of(Context ctx) {
        return Objects.requireNonNull(ctx.<Role>attribute(ATTRIBUTE));
    }

    void keepWith(Context ctx) {
        ctx.attribute(ATTRIBUTE, this);
    }

    /** As it is written in JSON. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
