package io.twinstream.verifier.web;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Header;
import io.javalin.http.ServiceUnavailableResponse;
import io.twinstream.verifier.control.ActivationEntry;
import io.twinstream.verifier.version.ModelLog;
import java.util.Map;

/** {@code GET /v1/models/activations}: which version judges from when, as this verifier knows it. */
final class ActivationsApi {
    private final ModelLog modelLog;

    ActivationsApi(ModelLog modelLog) {
        this.modelLog = modelLog;
    }

    void register(RoutesConfig routes) {
        routes.get("/v1/models/activations", this::list);
    }

    private void list(Context ctx) {
        if (!modelLog.caughtUp()) {
            ctx.header(Header.RETRY_AFTER, ErrorAnswers.RETRY_AFTER_SECONDS);
            throw new ServiceUnavailableResponse("the activations are not read yet: try again");
        }
        ctx.json(Map.of(
                "activations",
                modelLog.timeline().activations().stream()
                        .map(ActivationEntry::of)
                        .toList()));
    }
}
