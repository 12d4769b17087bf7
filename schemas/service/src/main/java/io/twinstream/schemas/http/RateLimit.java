package io.twinstream.schemas.http;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.DoSHandler;
import org.eclipse.jetty.util.Callback;

/**
 * Answers 429 to an address that sends more than so many requests a second, before anything else is done for it. By address, not
 * by token: a token that was guessed wrong would be another one each time.
 */
final class RateLimit {
    private static final int MOST_ADDRESSES = 10_000;
    private static final String RETRY_AFTER_SECONDS = "1";

    private RateLimit() {}

    static Handler.Singleton handler(int requestsPerSecond) {
        DoSHandler handler = new DoSHandler(
                DoSHandler.ID_FROM_REMOTE_ADDRESS,
                new DoSHandler.LeakingBucketTrackerFactory(requestsPerSecond),
                (request, response, callback) -> refuse(requestsPerSecond, request, response, callback),
                MOST_ADDRESSES);
        handler.excludePath("/health/*");
        return handler;
    }

    private static boolean refuse(int requestsPerSecond, Request request, Response response, Callback callback) {
        response.setStatus(HttpStatus.TOO_MANY_REQUESTS_429);
        response.getHeaders().put(HttpHeader.RETRY_AFTER, RETRY_AFTER_SECONDS);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
        if (request.getLength() > 0 || request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING)) {
            // As ErrorAnswer: Jetty hangs up on a body that nobody read.
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
        }
        String error =
                "{\"error\":\"more than %d requests a second from one address: wait\"}".formatted(requestsPerSecond);
        Content.Sink.write(response, true, error, callback);
        return true;
    }
}
