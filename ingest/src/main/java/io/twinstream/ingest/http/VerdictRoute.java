package io.twinstream.ingest.http;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.twinstream.ingest.answer.ResultDesk;
import io.twinstream.ingest.publish.RequestIds;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * Serves {@code GET /v1/probes/{id}/verdict?wait=10s}, which tells what has become of a probe, or becomes of it in that time.
 */
final class VerdictRoute {
    private static final String PATH = "/v1/probes/{id}/verdict";

    private final ResultDesk desk;
    private final Acknowledgement acknowledgement;

    VerdictRoute(ResultDesk desk, Acknowledgement acknowledgement) {
        this.desk = desk;
        this.acknowledgement = acknowledgement;
    }

    /** Returns the path under which the verdict of a probe is found. */
    static String path(String probeId) {
        return "/v1/probes/%s/verdict"
                .formatted(URLEncoder.encode(probeId, StandardCharsets.UTF_8).replace("+", "%20"));
    }

    void register(RoutesConfig routes, RequestSpans spans) {
        routes.get(PATH, spans.around("GET", PATH, this::verdict));
    }

    private void verdict(Context ctx) {
        RequestQuery query = RequestQuery.of(ctx.queryParamMap(), List.of(RequestQuery.WAIT));
        Duration wait = query.waiting().orElse(Duration.ZERO);
        String id = RequestIds.check("probe id", ctx.pathParam("id"));
        acknowledgement.verdict(ctx, id, desk.latest(id, wait));
    }
}
