package io.twinstream.verifier.web;

import io.javalin.config.RoutesConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/** {@code GET /openapi.yaml}: what these routes take and answer, open to every caller. */
final class OpenApi {
    private static final String FILE = "openapi.yaml";

    private OpenApi() {}

    static void register(RoutesConfig routes) {
        byte[] yaml = read();
        routes.get("/" + FILE, ctx -> ctx.contentType("application/yaml").result(yaml));
    }

    private static byte[] read() {
        try (InputStream file = Objects.requireNonNull(OpenApi.class.getResourceAsStream(FILE))) {
            return file.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
