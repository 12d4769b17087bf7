package io.twinstream.schemas.http;

import io.javalin.http.Context;
import io.javalin.http.ForbiddenResponse;
import io.javalin.http.Handler;
import io.javalin.http.Header;
import io.javalin.http.UnauthorizedResponse;
import io.twinstream.schemas.text.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lets a request pass if its token may do what it asks for, and keeps the caller's {@link Role} with it. Tokens are compared
 * in constant time. Where no token is configured, it lets every request pass but those of other servers' web pages.
 */
final class CallerCheck implements Handler {
    private static final String SCHEME = "Bearer ";

    private final String tokenKey;
    private final Map<Role, byte[]> expected = new EnumMap<>(Role.class);

    CallerCheck(HttpSettings settings) {
        tokenKey = HttpKeys.token(settings.service());
        settings.tokens().forEach((role, token) -> expected.put(role, digest(token)));
    }

    @Override
    public void handle(Context ctx) {
        Role role = expected.isEmpty() ? withoutToken(ctx) : role(ctx.header(Header.AUTHORIZATION));
        if (role == null) {
            ctx.header(Header.WWW_AUTHENTICATE, "Bearer");
            throw new UnauthorizedResponse("the header Authorization must be 'Bearer TOKEN' with the configured token");
        }
        if (!role.allows(ctx.method())) {
            throw new ForbiddenResponse(
                    "this token may only %s: this takes the token of %s".formatted(role.method(), tokenKey));
        }
        role.keepWith(ctx);
    }

    private Role withoutToken(Context ctx) {
        if (WebPage.isForeign(ctx)) {
            throw new ForbiddenResponse(
                    "requests of web pages from elsewhere, or to another name than localhost, need a token: set "
                            + tokenKey);
        }
        return Role.OPERATE;
    }

    private @Nullable Role role(@Nullable String header) {
        if (header == null || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return null;
        }
        byte[] given = digest(header.substring(SCHEME.length()).strip());
        Role found = null;
        for (Map.Entry<Role, byte[]> each : expected.entrySet()) {
            if (MessageDigest.isEqual(each.getValue(), given)) {
                found = each.getKey();
            }
        }
        return found;
    }

    /** Hashes a token, so that all have the same length and comparing them tells nothing about it. */
    private static byte[] digest(String token) {
        return Sha256.digest().digest(token.getBytes(StandardCharsets.UTF_8));
    }
}
