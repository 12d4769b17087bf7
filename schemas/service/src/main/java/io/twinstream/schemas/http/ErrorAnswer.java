package io.twinstream.schemas.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.javalin.config.RoutesConfig;
import io.javalin.http.ContentType;
import io.javalin.http.Context;
import io.javalin.http.Header;
import io.javalin.http.HttpResponseException;
import io.javalin.http.HttpStatus;
import io.javalin.http.MethodNotAllowedResponse;
import io.twinstream.schemas.text.ForeignText;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers that a request has failed: with a status and {@code {"error": "one line"}}. The form is the same in every service,
 * whether the answer comes from a route, an exception, the server itself, the bound on requests or a health check. 429 and 503
 * carry {@code Retry-After} in seconds.
 *
 * <pre>
 *   HttpResponseException        -&gt; its own status
 *   {@link #refuses}             -&gt; the status that a service gives to its own exception
 *   IOException                  -&gt; 400, a body can't be read; {@link JsonBody} refuses one that can
 *   KafkaException               -&gt; 503, a topic can't be read or written now
 *   anything else                -&gt; 500, the log says why
 *   {@link OfServer}             -&gt; what reaches no route
 * </pre>
 */
public final class ErrorAnswer {
    /**
     * Seconds after which a caller should try again: in about that time a partition has another leader, and a group of
     * consumers has its partitions.
     */
    public static final String RETRY_AFTER_SECONDS = "5";

    private static final Logger log = LoggerFactory.getLogger(ErrorAnswer.class);
    private static final int MOST_PASSED_OVER_BYTES = 32 << 20;

    /** Matches the name of a throwable's class, with the colon that an exception writes behind it. */
    private static final Pattern CLASS =
            Pattern.compile("\\b(?:[a-z]\\w*\\.){2,}[A-Z][\\w$]*(?:Exception|Error|Throwable)\\b:?\\s*");

    private static final String FAILED = "the service failed; its log says why";

    /** Follows the server's own message; nothing more is said about an address that can't be read. */
    private static final String MALFORMED =
            ": the address or a header is malformed; in an address % begins an escape, as %25 for itself";

    private ErrorAnswer() {}

    /**
     * Sends the answer.
     *
     * @param message what went wrong; null for the status's own words
     */
    public static void send(Context ctx, HttpStatus status, @Nullable String message) {
        String line = message == null ? status.getMessage() : ForeignText.line(message);
        boolean unread = status == HttpStatus.CONTENT_TOO_LARGE || status == HttpStatus.SERVICE_UNAVAILABLE;
        if (hasBody(ctx) && !(unread ? isPassedOver(ctx) : isBodyRead(ctx))) {
            // Jetty hangs up on a body that was not read, so the caller must not send its next request on this
            // connection.
            ctx.header(Header.CONNECTION, "close");
        }
        if (isPassing(status.getCode())) {
            ctx.header(Header.RETRY_AFTER, RETRY_AFTER_SECONDS);
        }
        ctx.status(status).json(Map.of("error", line));
    }

    /** Lets routes throw a service's own exception, whose message becomes the line. It may quote a library's. */
    public static <E extends Exception> void refuses(
            RoutesConfig routes, Class<E> type, Function<? super E, HttpStatus> status) {
        routes.exception(
                type,
                (e, ctx) -> send(ctx, status.apply(e), e.getMessage() == null ? null : withoutClasses(e.getMessage())));
    }

    /** Registers the answers to exceptions that belong to no service. */
    static void register(RoutesConfig routes) {
        routes.exception(HttpResponseException.class, ErrorAnswer::refused);
        routes.exception(EofException.class, (e, ctx) -> send(ctx, HttpStatus.BAD_REQUEST, "the body ended early"));
        routes.exception(
                IOException.class,
                (e, ctx) ->
                        send(ctx, HttpStatus.BAD_REQUEST, "the body can't be read: " + withoutClasses(e.getMessage())));
        routes.exception(JsonProcessingException.class, ErrorAnswer::unknown);
        routes.exception(KafkaException.class, (e, ctx) -> {
            log.warn("{} {} failed: {}", ctx.method(), ctx.path(), cause(e));
            send(ctx, HttpStatus.SERVICE_UNAVAILABLE, message(e));
        });
        routes.exception(Exception.class, ErrorAnswer::unknown);
    }

    private static void unknown(Exception e, Context ctx) {
        log.error("{} {} failed", ctx.method(), ctx.path(), e);
        send(ctx, HttpStatus.INTERNAL_SERVER_ERROR, FAILED);
    }

    /** Returns a library's message without the names of exceptions' classes, which say nothing to a caller. */
    static String withoutClasses(@Nullable String message) {
        String plain = CLASS.matcher(String.valueOf(message)).replaceAll("").strip();
        return message == null || plain.isEmpty() ? "the log says why" : plain;
    }

    /** Answers a request that an {@link Error} has ended, if it has no answer yet. */
    static void failed(HttpServletResponse answer) {
        if (answer.isCommitted()) {
            return;
        }
        answer.reset();
        answer.setStatus(HttpStatus.INTERNAL_SERVER_ERROR.getCode());
        answer.setContentType(ContentType.JSON);
        try {
            answer.getOutputStream().write(json(FAILED));
        } catch (IOException e) {
            log.debug("the caller is gone", e);
        }
    }

    /** Answers a request that has reached no route. */
    static void send(Request request, Response response, int status, String line, Callback callback) {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, ContentType.JSON);
        response.getHeaders().put("X-Content-Type-Options", "nosniff");
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        if (isPassing(status)) {
            response.getHeaders().put(HttpHeader.RETRY_AFTER, RETRY_AFTER_SECONDS);
        }
        if (request.getLength() > 0 || request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING)) {
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
        }
        response.write(true, ByteBuffer.wrap(json(line)), callback);
    }

    /**
     * Answers for the server itself, where a request reaches no route, such as one that breaks the protocol. The answer names no
     * class and no version.
     */
    static final class OfServer extends ErrorHandler {
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
            // Other messages may reveal the inside of the service.
            String reason = cause instanceof HttpException http ? http.getReason() : null;
            send(request, response, code, line(code, reason), callback);
        }

        private static String line(int status, @Nullable String reason) {
            String words = org.eclipse.jetty.http.HttpStatus.getMessage(status);
            return reason == null || reason.isBlank() || reason.equals(words)
                    ? words + (status == HttpStatus.BAD_REQUEST.getCode() ? MALFORMED : "")
                    : words + ": " + reason;
        }
    }

    private static void refused(HttpResponseException e, Context ctx) {
        if (e instanceof MethodNotAllowedResponse) {
            String allowed = e.getDetails().getOrDefault("availableMethods", "");
            ctx.header(Header.ALLOW, allowed.contains("GET") ? allowed + ", HEAD" : allowed);
        }
        send(ctx, HttpStatus.forStatus(e.getStatus()), e.getMessage());
    }

    private static boolean isPassing(int status) {
        return status == HttpStatus.TOO_MANY_REQUESTS.getCode() || status == HttpStatus.SERVICE_UNAVAILABLE.getCode();
    }

    private static byte[] json(String line) {
        return "{\"error\":\"%s\"}"
                .formatted(ForeignText.line(line).replace("\\", "\\\\").replace("\"", "\\\""))
                .getBytes(UTF_8);
    }

    private static String cause(KafkaException e) {
        return String.valueOf(e.getCause() == null ? e : e.getCause());
    }

    /** Returns the message, which also says what the brokers forbid, since trying again doesn't help then. */
    private static String message(KafkaException e) {
        String message = withoutClasses(e.getMessage());
        return e.getCause() instanceof AuthorizationException
                ? message + ": " + withoutClasses(e.getCause().getMessage())
                : message;
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
     * Reads to the end of a body that isn't far over the limit, or for which there was no room. A server that hangs up on a
     * caller who is still sending resets the connection, and the reset may overtake its answer (RFC 9112, section 9.6).
     */
    private static boolean isPassedOver(Context ctx) {
        // A caller that waits for "100 Continue" sends no body after this answer.
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
