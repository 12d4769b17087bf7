package io.twinstream.verifier.web;

import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import io.twinstream.schemas.http.ErrorAnswer;
import io.twinstream.verifier.forward.Answer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A forwarded request gets the answer of the service that it was passed on to. A service that can't be reached, or refuses the
 * verifier itself, is told apart from one that refuses the request.
 *
 * @param service the name of the service in messages
 * @param urlKey the setting of its address
 * @param tokenKey the setting of the verifier's token for it
 */
record ForwardedRequest(String service, String urlKey, String tokenKey) {
    private static final Logger log = LoggerFactory.getLogger(ForwardedRequest.class);

    /** Answers once the service has. */
    CompletableFuture<Void> answered(Context ctx, CompletableFuture<Answer> asked) {
        return asked.handle((answer, failure) -> {
            if (answer == null) {
                unreached(ctx, failure);
            } else {
                pass(ctx, answer);
            }
            return null;
        });
    }

    private void pass(Context ctx, Answer answer) {
        if (answer.accepted()) {
            ctx.status(answer.status()).contentType("application/json").result(answer.body());
        } else if (answer.refusesVerifier()) {
            ErrorAnswer.send(
                    ctx,
                    HttpStatus.BAD_GATEWAY,
                    "%s refuses this verifier (%s): set %s".formatted(service, answer.error(), tokenKey));
        } else {
            ErrorAnswer.send(ctx, HttpStatus.forStatus(answer.status()), answer.error());
        }
    }

    private void unreached(Context ctx, @Nullable Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        log.warn(
                "a request was not passed on, since {} can't be asked at {}: {}",
                service,
                urlKey,
                String.valueOf(cause));
        ErrorAnswer.send(
                ctx,
                HttpStatus.SERVICE_UNAVAILABLE,
                "%s doesn't answer at %s: try again, or set another".formatted(service, urlKey));
    }
}
