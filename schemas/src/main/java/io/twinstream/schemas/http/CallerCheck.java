package io.twinstream.schemas.http;

import io.javalin.http.Context;
import io.javalin.http.ForbiddenResponse;
import io.javalin.http.Handler;
import io.javalin.http.Header;
import io.javalin.http.UnauthorizedResponse;
import io.twinstream.schemas.modelpackage.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * Lets a request pass that carries the token, compared in constant time. Where no token is configured, lets every
 * request pass but a web page's: loopback keeps other machines out, and not the pages in this machine's browser.
 */
final class CallerCheck implements Handler {
    private static final String SCHEME = "Bearer ";

    private final String tokenKey;
    private final byte @Nullable [] expected;

    CallerCheck(HttpSettings settings) {
        tokenKey = settings.tokenKey();
        expected = settings.token().map(CallerCheck::digest).orElse(null);
    }

    @Override
    public void handle(Context ctx) {
        if (expected == null) {
            if (ctx.header(Header.ORIGIN) != null) {
                throw new ForbiddenResponse("requests of web pages need a token: set " + tokenKey);
            }
            return;
        }
        String header = ctx.header(Header.AUTHORIZATION);
        if (header == null
                || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                || !MessageDigest.isEqual(
                        expected, digest(header.substring(SCHEME.length()).strip()))) {
            ctx.header(Header.WWW_AUTHENTICATE, "Bearer");
            throw new UnauthorizedResponse("the header Authorization must be 'Bearer TOKEN' with the configured token");
        }
    }

    /** Of one length for every token, so that comparing tells nothing of the length. */
    private static byte[] digest(String token) {
        return Sha256.digest().digest(token.getBytes(StandardCharsets.UTF_8));
    }
}
