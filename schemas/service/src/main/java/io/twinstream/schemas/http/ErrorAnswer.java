package io.twinstream.schemas.http;

import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import io.twinstream.schemas.text.ForeignText;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An answer that says no: a status and {@code {"error": "one line"}}. */
public final class ErrorAnswer {
    private static final int MOST_PASSED_OVER_BYTES = 32 << 20;

    private ErrorAnswer() {}

    /**
     * Sends it.
     *
     * @param message what went wrong; null for the status's own words
     */
    public static void send(Context ctx, HttpStatus status, @Nullable String message) {
        String line = message == null ? status.getMessage() : ForeignText.line(message);
        boolean unread = status == HttpStatus.CONTENT_TOO_LARGE || status == HttpStatus.SERVICE_UNAVAILABLE;
        if (hasBody(ctx) && !(unread ? isPassedOver(ctx) : isBodyRead(ctx))) {
            // Jetty hangs up on a body that nobody read: the caller must not send its next request on this connection.
            ctx.header("Connection", "close");
        }
        ctx.status(status).json(Map.of("error", line));
    }

    private static boolean hasBody(Context ctx) {
        return ctx.req().getContentLengthLong() > 0 || ctx.header("Transfer-Encoding") != null;
    }

    private static boolean isBodyRead(Context ctx) {
        try {
            return ctx.req().getInputStream().isFinished();
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Reads on to the end of a body that isn't far over the limit, or that there was no room for: a server that hangs up on one who is still sending resets the
     * connection, and the reset may overtake its answer (RFC 9112, section 9.6).
     */
    private static boolean isPassedOver(Context ctx) {
        // Who waits to be told to go on sends no body after this answer.
        if (ctx.header("Expect") != null || ctx.req().getContentLengthLong() > MOST_PASSED_OVER_BYTES) {
            return false;
        }
        try {
            ctx.req().getInputStream().skip(MOST_PASSED_OVER_BYTES);
        } catch (IOException e) {
            return false;
        }
        return isBodyRead(ctx);
    }
}
