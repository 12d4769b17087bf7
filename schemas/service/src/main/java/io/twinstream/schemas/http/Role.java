package io.twinstream.schemas.http;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.Locale;
import java.util.Objects;

/** Says what a caller may do, by the methods of its requests. */
public enum Role {
    /** The caller may read what there is. */
    READ,
    /** The caller may send images and labels, and ask what became of a probe, without seeing or erasing any image. */
    SEND,
    /** The caller may do everything. */
    OPERATE;

    private static final String ATTRIBUTE = Role.class.getName();

    /** Returns the role of the caller of a request under {@code /v1}. */
    public static Role of(Context ctx) {
        return Objects.requireNonNull(ctx.<Role>attribute(ATTRIBUTE));
    }

    boolean allows(HandlerType method) {
        return switch (this) {
            case READ -> method.equals(HandlerType.GET) || method.equals(HandlerType.HEAD);
            case SEND -> method.equals(HandlerType.POST) || READ.allows(method);
            case OPERATE -> true;
        };
    }

    /** Returns the verb that describes in messages what the role may do. */
    String method() {
        return switch (this) {
            case READ -> "GET";
            case SEND -> "POST and GET";
            case OPERATE -> "do everything";
        };
    }

    void keepWith(Context ctx) {
        ctx.attribute(ATTRIBUTE, this);
    }

    /** Returns the word that stands for it in JSON. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
