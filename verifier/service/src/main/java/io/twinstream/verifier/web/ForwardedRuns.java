package io.twinstream.verifier.web;

import io.javalin.config.RoutesConfig;
import io.javalin.http.ConflictResponse;
import io.javalin.http.ContentTooLargeResponse;
import io.javalin.http.Context;
import io.twinstream.verifier.forward.TrainerClient;
import io.twinstream.verifier.settings.VerifierSettings;
import java.io.IOException;
import java.util.Optional;

/**
 * Passes {@code POST /v1/training-runs} and {@code DELETE /v1/training-runs/{id}} on to the trainer, whose answer is the answer.
 */
final class ForwardedRuns {
    private static final String RUNS = "/v1/training-runs";

    /** The trainer takes no more either. */
    private static final int MOST_BYTES = 1 << 20;

    private static final ForwardedRequest FORWARDED =
            new ForwardedRequest("the trainer", VerifierSettings.TRAINER_URL, VerifierSettings.TRAINER_TOKEN);

    private final Optional<TrainerClient> trainer;

    ForwardedRuns(Optional<TrainerClient> trainer) {
        this.trainer = trainer;
    }

    void register(RoutesConfig routes) {
        routes.post(RUNS, this::ask);
        routes.delete(RUNS + "/{id}", this::cancel);
    }

    private void ask(Context ctx) throws IOException {
        var unused = new QueryParameters(ctx);
        TrainerClient client = client();
        byte[] body = ctx.req().getInputStream().readNBytes(MOST_BYTES + 1);
        if (body.length > MOST_BYTES) {
            throw new ContentTooLargeResponse("a request has at most %d bytes".formatted(MOST_BYTES));
        }
        ctx.future(() -> FORWARDED.answered(ctx, client.ask(body)));
    }

    private void cancel(Context ctx) {
        var unused = new QueryParameters(ctx);
        TrainerClient client = client();
        ctx.future(() -> FORWARDED.answered(ctx, client.cancel(ctx.pathParam("id"))));
    }

    private TrainerClient client() {
        return trainer.orElseThrow(() ->
                new ConflictResponse("this verifier knows no trainer to ask: set " + VerifierSettings.TRAINER_URL));
    }
}
