package io.twinstream.schemas.http;

import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.DoSHandler;
import org.eclipse.jetty.util.Callback;

/**
 * Answers 429 to an address that sends more than its requests a second, before anything else is done for it. It counts by
 * address and not by token, since a caller that guesses tokens would send another one each time.
 */
final class RateLimit {
    private static final int MOST_ADDRESSES = 10_000;

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
        ErrorAnswer.send(
                request,
                response,
                HttpStatus.TOO_MANY_REQUESTS_429,
                "more than %d requests a second from one address: wait".formatted(requestsPerSecond),
                callback);
        return true;
    }
}
