package io.twinstream.schemas.http;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.Locale;
import java.util.Objects;

/** What a caller may do: by the methods of its requests. */
public enum Role {
    /** See what there is. */
    READ,
    /** Send images and what is known of them, without seeing or erasing any. */
    SEND,
    /** Everything. */
    OPERATE;

    private static final String ATTRIBUTE = Role.class.getName();

    /** Of the caller of a request under {@code /v1}. */
    public static Role of(Context ctx) {
        return Objects.requireNonNull(ctx.<Role>attribute(ATTRIBUTE));
    }

    boolean allows(HandlerType method) {
        return switch (this) {
            case READ -> method.equals(HandlerType.GET) || method.equals(HandlerType.HEAD);
            case SEND -> method.equals(HandlerType.POST);
            case OPERATE -> true;
        };
    }

    /** The one that stands for those that are allowed. */
    String method() {
        return switch (this) {
            case READ -> "GET";
            case SEND -> "POST";
            case OPERATE -> "do everything";
        };
    }

    void keepWith(Context ctx) {
        ctx.attribute(ATTRIBUTE, this);
    }

    /** As it is written in JSON. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
