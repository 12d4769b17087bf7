package io.twinstream.ingest.http;

import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import io.twinstream.ingest.feedback.FeedbackException;
import io.twinstream.ingest.image.Shrunk;
import io.twinstream.ingest.publish.ImagePublisher;
import io.twinstream.ingest.publish.PublishException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Answers a request once the broker has, 202 or what went wrong, and holds no thread until then. */
final class Acknowledgement {
    private final Executor threads;

    /** @param threads write the answer: the producer's own thread must not wait for a slow caller */
    Acknowledgement(Executor threads) {
        this.threads = threads;
    }

    /** Answers 202 with the body made of what the broker has acknowledged. */
    <T> void accept(Context ctx, CompletableFuture<T> sent, Function<T, Object> body) {
        answer(ctx, sent, (answer, result) -> answer.status(HttpStatus.ACCEPTED).json(body.apply(result)));
    }

    /** Answers 202 with {@code {"id": "..."}}, and {@code "shrunk"} where a picture was made smaller. */
    void receipt(Context ctx, CompletableFuture<ImagePublisher.Receipt> sent) {
        accept(ctx, sent, Acknowledgement::body);
    }

    /** Answers as told. */
    <T> void answer(Context ctx, CompletableFuture<T> sent, BiConsumer<Context, T> answer) {
        ctx.future(() -> sent.handleAsync(
                (result, failure) -> {
                    if (failure == null) {
                        answer.accept(ctx, result);
                    } else {
                        refuse(ctx, failure);
                    }
                    return null;
                },
                threads));
    }

    /** Answers 202 with how many images of the subject were erased, and what holds galleries back; 404 if it had none. */
    void erased(Context ctx, String subject, String images, CompletableFuture<ImagePublisher.Erased> erasure) {
        answer(ctx, erasure, (answer, erased) -> {
            if (erased.images() == 0) {
                answer.status(HttpStatus.NOT_FOUND)
                        .json(Map.of("error", "the subject '%s' has no %s".formatted(subject, images)));
            } else {
                Map<String, Object> body = new LinkedHashMap<>(Map.of("id", subject, "erased", erased.images()));
                erased.heldBack().ifPresent(line -> body.put("heldBack", line));
                answer.status(HttpStatus.ACCEPTED).json(body);
            }
        });
    }

    private static void refuse(Context ctx, @Nullable Throwable failure) {
        if (failure instanceof PublishException e) {
            ErrorAnswers.notPublished(e, ctx);
        } else if (failure instanceof FeedbackException e) {
            ErrorAnswers.noLabel(e, ctx);
        } else if (failure != null) {
            ErrorAnswers.unexpected(failure, ctx);
        }
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
