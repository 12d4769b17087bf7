package io.twinstream.verifier.web;

import io.javalin.http.Handler;
import io.javalin.http.ServiceUnavailableResponse;
import java.util.concurrent.Semaphore;

/** Lets so many requests at a time pass; the others get 503. Threads stay free for health where the brokers don't answer. */
final class Bound {
    private final Semaphore free;

    Bound(int mostAtOnce) {
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
