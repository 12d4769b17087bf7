package io.twinstream.ingest.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.javalin.http.Context;
import io.javalin.http.Header;
import io.javalin.http.HttpStatus;
import io.javalin.http.NotFoundResponse;
import io.javalin.http.ServiceUnavailableResponse;
import io.twinstream.ingest.answer.ProbeAnswer;
import io.twinstream.ingest.answer.ProbeWait;
import io.twinstream.ingest.image.Shrunk;
import io.twinstream.ingest.publish.ImagePublisher;
import io.twinstream.schemas.result.DeadLetterView;
import io.twinstream.schemas.result.VerdictView;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Answers a request once the broker has acknowledged its record, or once it is known what became of it. No thread is held until
 * then.
 */
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

    /**
     * Answers 200 with the verdict or 422 with the reason of the dead letter where either comes in time, and else 202 as {@link
     * #receipt} does, with a line where it couldn't be waited for.
     */
    void verdict(Context ctx, CompletableFuture<ImagePublisher.Receipt> sent, ProbeWait waiting) {
        CompletableFuture<Answered> answered = sent.thenCompose(
                receipt -> waiting.answer().thenApply(becameOfIt -> new Answered(receipt, becameOfIt)));
        answer(ctx, answered, (answer, known) -> {
            ImagePublisher.Receipt receipt = known.receipt();
            if (known.answer() instanceof ProbeAnswer.Outstanding outstanding) {
                Map<String, Object> body = body(receipt);
                if (!outstanding.why().isEmpty()) {
                    body.put("notWaited", outstanding.why());
                }
                answer.status(HttpStatus.ACCEPTED)
                        .header(Header.LOCATION, VerdictRoute.path(receipt.id()))
                        .json(body);
            } else {
                result(answer, receipt.id(), known.answer(), shrunk(receipt));
            }
        });
    }

    /**
     * Answers 200 or 422 with what became of a probe, 404 where nothing has come or is remembered, and 503 where that can't be
     * read. A verdict that is too large for an answer is 422 with a line that says where it is.
     */
    void verdict(Context ctx, String id, CompletableFuture<ProbeAnswer> found) {
        answer(ctx, found, (answer, known) -> {
            if (!(known instanceof ProbeAnswer.Outstanding outstanding)) {
                result(answer, id, known, Map.of());
            } else if (outstanding.why().isEmpty()) {
                throw new NotFoundResponse(
                        "no verdict of the probe '%s' has come yet, or it is no longer remembered".formatted(id));
            } else if (outstanding.tooLarge()) {
                answer.status(HttpStatus.UNPROCESSABLE_CONTENT).json(new RejectedBody(outstanding.why(), id, null));
            } else {
                throw new ServiceUnavailableResponse(outstanding.why());
            }
        });
    }

    private static void result(Context answer, String id, ProbeAnswer known, Map<String, Object> shrunk) {
        if (known instanceof ProbeAnswer.Judged judged) {
            answer.json(new JudgedBody(VerdictView.of(judged.verdict()), shrunk));
        } else if (known instanceof ProbeAnswer.Rejected rejected) {
            DeadLetterView letter = rejected.letter();
            answer.status(HttpStatus.UNPROCESSABLE_CONTENT)
                    .json(new RejectedBody(letter.message(), id, letter.reason()));
        }
    }

    /** Holds what the broker and then the verifiers said of a probe. */
    private record Answered(ImagePublisher.Receipt receipt, ProbeAnswer answer) {}

    /** This is a verdict in JSON, with the pictures that were made smaller. */
    private record JudgedBody(
            @JsonUnwrapped VerdictView verdict,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, Object> shrunk) {}

    /** This is a dead letter in JSON, as an error; without a reason it is a verdict that can't be given. */
    private record RejectedBody(
            String error,
            String id,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String reason) {}

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

    private static Map<String, Object> body(ImagePublisher.Receipt receipt) {
        Map<String, Object> body = new LinkedHashMap<>(Map.of("id", receipt.id()));
        Map<String, Object> pictures = shrunk(receipt);
        if (!pictures.isEmpty()) {
            body.put("shrunk", pictures);
        }
        return body;
    }

    private static Map<String, Object> shrunk(ImagePublisher.Receipt receipt) {
        Map<String, Object> pictures = new TreeMap<>();
        receipt.shrunk().forEach((name, shrunk) -> pictures.put(name, body(shrunk)));
        return pictures;
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
