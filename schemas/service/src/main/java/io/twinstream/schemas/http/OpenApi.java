package io.twinstream.schemas.http;

import io.javalin.config.RoutesConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * Serves {@code GET /openapi.yaml}, the description of all that a service takes and answers over HTTP. It is open to every
 * caller.
 */
public final class OpenApi {
    private static final String FILE = "openapi.yaml";

    private OpenApi() {}

    /**
     * Serves the file that lies beside a class.
     *
     * @throws IllegalStateException if no such file lies there
     */
    public static void register(RoutesConfig routes, Class<?> beside) {
        byte[] yaml = read(beside);
        routes.get("/" + FILE, ctx -> ctx.contentType("application/yaml").result(yaml));
    }

    private static byte[] read(Class<?> beside) {
        try (InputStream file = beside.getResourceAsStream(FILE)) {
            if (file == null) {
                throw new IllegalStateException("the build lacks %s beside %s".formatted(FILE, beside.getName()));
            }
            return file.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
