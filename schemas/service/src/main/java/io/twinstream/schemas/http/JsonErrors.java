package io.twinstream.schemas.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.javalin.http.ContentType;
import io.twinstream.schemas.text.ForeignText;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * What the server itself says to requests that reach no route, as one that breaks the protocol: {@code {"error": "one line"}}, as routes do. It
 * names no class and no version.
 */
final class JsonErrors extends ErrorHandler {
    private static final HttpField JSON = new HttpField(HttpHeader.CONTENT_TYPE, ContentType.JSON);

    /** Of an address that can't be read nothing more is said. */
    private static final String MALFORMED =
            ": the address or a header is malformed; in an address % begins an escape, as %25 for itself";

    @Override
    public boolean errorPageForMethod(String method) {
        return true;
    }

    @Override
    protected void generateResponse(
            Request request,
            Response response,
            int code,
            @Nullable String message,
            @Nullable Throwable cause,
            Callback callback) {
        response.getHeaders().put(JSON);
        secure(response.getHeaders());
        response.write(true, ByteBuffer.wrap(body(code, said(cause))), callback);
    }

    private static void secure(HttpFields.Mutable headers) {
        headers.put("X-Content-Type-Options", "nosniff");
        headers.put(HttpHeader.CACHE_CONTROL, "no-store");
    }

    /** Only what Jetty says of the request: other messages may name the inside of the service. */
    private static @Nullable String said(@Nullable Throwable cause) {
        return cause instanceof HttpException http ? http.getReason() : null;
    }

    private static byte[] body(int status, @Nullable String reason) {
        String words = HttpStatus.getMessage(status);
        String line = reason == null || reason.isBlank() || reason.equals(words)
                ? words + (status == HttpStatus.BAD_REQUEST_400 ? MALFORMED : "")
                : words + ": " + reason;
        return "{\"error\":\"%s\"}"
                .formatted(ForeignText.line(line).replace("\\", "\\\\").replace("\"", "\\\""))
                .getBytes(UTF_8);
    }
}
