package io.twinstream.ingest.http;

import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import io.javalin.http.NotFoundResponse;
import io.twinstream.ingest.image.Shrunk;
import io.twinstream.ingest.publish.ImagePublisher;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** Answers a request once the broker has acknowledged its record: with 202, or with the error. No thread is held until then. */
final class Acknowledgement {
    private final Executor threads;

    /** @param threads write the answer: the producer's own thread must not wait for a slow caller */
    Acknowledgement(Executor threads) {
        this.threads = threads;
    }

    /** Answers 202 with a body made from the result. */
    <T> void accept(Context ctx, CompletableFuture<T> sent, Function<T, Object> body) {
        answer(ctx, sent, (answer, result) -> answer.status(HttpStatus.ACCEPTED).json(body.apply(result)));
    }

    /** Answers 202 with {@code {"id": "..."}}, and with {@code "shrunk"} where a picture was made smaller. */
    void receipt(Context ctx, CompletableFuture<ImagePublisher.Receipt> sent) {
        accept(ctx, sent, Acknowledgement::body);
    }

    private <T> void answer(Context ctx, CompletableFuture<T> sent, BiConsumer<Context, T> answer) {
        ctx.future(() -> sent.handleAsync(
                (result, failure) -> {
                    if (failure != null) {
                        // It is thrown on these threads to be answered on them, like an exception of a route.
                        throw failure instanceof CompletionException wrapped
                                ? wrapped
                                : new CompletionException(failure);
                    }
                    answer.accept(ctx, result);
                    return null;
                },
                threads));
    }

    /**
     * Answers 202 with the number of images that were erased and with the transaction that holds galleries back, if any; answers
     * 404 if there were none.
     *
     * @param id the id of the subject or reference that was to be erased
     * @param none one line for the case that there were none
     */
    void erased(Context ctx, String id, String none, CompletableFuture<ImagePublisher.Erased> erasure) {
        answer(ctx, erasure, (answer, erased) -> {
            if (erased.images() == 0) {
                throw new NotFoundResponse(none);
            } else {
                Map<String, Object> body = new LinkedHashMap<>(Map.of("id", id, "erased", erased.images()));
                erased.heldBack().ifPresent(line -> body.put("heldBack", line));
                answer.status(HttpStatus.ACCEPTED).json(body);
            }
        });
    }

    private static Object body(ImagePublisher.Receipt receipt) {
        Map<String, Object> body = new LinkedHashMap<>(Map.of("id", receipt.id()));
        if (!receipt.shrunk().isEmpty()) {
            Map<String, Object> pictures = new TreeMap<>();
            receipt.shrunk().forEach((name, shrunk) -> pictures.put(name, body(shrunk)));
            body.put("shrunk", pictures);
        }
        return body;
    }

    private static Map<String, Object> body(Shrunk shrunk) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("bytes", shrunk.sentBytes());
        fields.put("width", shrunk.sentWidth());
        fields.put("height", shrunk.sentHeight());
        fields.put("ofBytes", shrunk.bytes());
        return fields;
    }
}
