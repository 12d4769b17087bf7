package io.twinstream.verifier.web;

import io.javalin.http.Handler;
import io.javalin.http.ServiceUnavailableResponse;
import java.util.concurrent.Semaphore;

/**
 * A request limit lets so many requests pass at a time and answers the others with 503, so that threads stay free for
 * health while brokers don't answer.
 */
final class RequestLimit {
    private final Semaphore free;

    RequestLimit(int mostAtOnce) {
        free = new Semaphore(mostAtOnce);
    }

    Handler around(Handler handler) {
        return ctx -> {
            if (!free.tryAcquire()) {
                throw new ServiceUnavailableResponse("too many requests at a time: try again");
            }
            try {
                handler.handle(ctx);
            } finally {
                free.release();
            }
        };
    }
}
