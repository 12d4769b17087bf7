package io.twinstream.verifier.web;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.NotFoundResponse;
import io.twinstream.schemas.record.MatchWindow;
import io.twinstream.schemas.record.TaskKind;
import io.twinstream.verifier.window.MatchWindows;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Answers {@code GET /v1/match-windows} with this verifier's windows and, asked through it, those of the others of its
 * group.
 */
public final class WindowsApi {
    private static final String HERE = "this verifier";
    /** The number of the latest windows that verdicts usually still reach. */
    private static final int LATEST = 3;

    private final MatchWindows windows;
    private final Peers peers;
    private final Clock clock;

    /**
     * Creates the route.
     *
     * @param peers the others of the group
     */
    public WindowsApi(MatchWindows windows, Peers peers, Clock clock) {
        this.windows = windows;
        this.peers = peers;
        this.clock = clock;
    }

    public void register(RoutesConfig routes) {
        routes.get("/v1/match-windows", this::answer);
    }

    /** Returns the latest windows of the smallest size, of all sources together; none where windows are off. */
    public WindowsAnswer latest(@Nullable TaskKind task, @Nullable String source) {
        List<Duration> sizes = windows.sizes();
        return sizes.isEmpty()
                ? WindowsAnswer.of(List.of(), true, List.of())
                : answer(WindowsRequest.latest(
                        Collections.min(sizes),
                        LATEST,
                        Optional.ofNullable(task).map(TaskKind::name),
                        Optional.ofNullable(source),
                        clock));
    }

    private void answer(Context ctx) {
        if (windows.sizes().isEmpty()) {
            throw new NotFoundResponse("this verifier counts no windows: set verifier.windows=true");
        }
        ctx.json(answer(WindowsRequest.of(ctx, windows.sizes(), clock)));
    }

    private WindowsAnswer answer(WindowsRequest request) {
        Map<String, CompletableFuture<Optional<WindowsAnswer>>> asked = new LinkedHashMap<>();
        if (!request.local()) {
            windows.elsewhere(Duration.ofMillis(request.filter().sizeMs()))
                    .forEach(address -> asked.put(
                            address,
                            peers.ask(address, "/v1/match-windows?" + request.query(), WindowsAnswer.class)
                                    .thenApply(found ->
                                            found.filter(each -> each.missing().isEmpty()))));
        }
        List<MatchWindow> found = new ArrayList<>();
        List<WindowsAnswer> parts = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        windows.read(request.filter()).ifPresentOrElse(found::addAll, () -> missing.add(HERE));
        asked.forEach((address, answer) -> answer.join().ifPresentOrElse(parts::add, () -> missing.add(address)));
        parts.forEach(part -> part.windows().forEach(each -> found.add(each.window())));
        WindowsAnswer whole = WindowsAnswer.of(found, request.fold(), missing).after(parts);
        return request.counts() ? whole.counts() : whole;
    }
}
