package io.twinstream.verifier.web;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.NotFoundResponse;
import io.twinstream.schemas.http.HttpSettings;
import io.twinstream.schemas.http.TlsTrust;
import io.twinstream.schemas.record.MatchWindow;
import io.twinstream.schemas.record.TaskKind;
import io.twinstream.verifier.settings.VerifierSettings;
import io.twinstream.verifier.window.MatchWindows;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers {@code GET /v1/match-windows} with this verifier's windows and, asked through it, those of the others of its
 * group.
 */
public final class WindowsApi {
    private static final String HERE = "this verifier";
    /** The number of the latest windows that verdicts usually still reach. */
    private static final int LATEST = 3;

    private final MatchWindows windows;
    private final WindowPeers peers;
    private final Clock clock;

    /**
     * Creates the route.
     *
     * @param trust the PEM file with the certificates that vouch for the others; empty for those that Java trusts
     * @param http the HTTP settings of this verifier, which those of the others of the group equal
     */
    public WindowsApi(MatchWindows windows, Optional<Path> trust, HttpSettings http, Clock clock) {
        this.windows = windows;
        this.peers = new WindowPeers(trust, http);
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
                    .forEach(address -> asked.put(address, peers.ask(address, request)));
        }
        List<MatchWindow> found = new ArrayList<>();
        List<WindowsAnswer> parts = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        windows.read(request.filter()).ifPresentOrElse(found::addAll, () -> missing.add(HERE));
        asked.forEach((address, answer) -> answer.join().ifPresentOrElse(parts::add, () -> missing.add(address)));
        parts.forEach(part -> part.windows().forEach(each -> found.add(each.window())));
        return WindowsAnswer.of(found, request.fold(), missing).after(parts);
    }

    /**
     * Window peers are the other verifiers of the group, which are asked for their windows with the token that all
     * share. Safe for many threads.
     */
    private static final class WindowPeers {
        private static final Logger log = LoggerFactory.getLogger(WindowPeers.class);
        private static final Duration PATIENCE = Duration.ofSeconds(2);
        private static final int OK = 200;

        private final HttpClient http;
        private final ObjectMapper json = new ObjectMapper();
        private final HttpSettings own;

        /**
         * Creates a client.
         *
         * @param own the settings of this verifier's server, which the others share
         */
        WindowPeers(Optional<Path> trust, HttpSettings own) {
            this.http = TlsTrust.client(VerifierSettings.TLS_TRUST, trust)
                    .connectTimeout(PATIENCE)
                    .build();
            this.own = own;
        }

        /**
         * Returns the windows of a verifier, or empty if it doesn't answer within {@link #PATIENCE}, or doesn't have
         * all of its windows now.
         */
        CompletableFuture<Optional<WindowsAnswer>> ask(String address, WindowsRequest request) {
            HttpRequest.Builder get = HttpRequest.newBuilder(
                            URI.create("%s://%s/v1/match-windows?%s".formatted(own.scheme(), address, request.query())))
                    .timeout(PATIENCE);
            own.token().ifPresent(value -> get.header("Authorization", "Bearer " + value));
            return http.sendAsync(get.build(), HttpResponse.BodyHandlers.ofByteArray())
                    .thenApply(answer -> read(address, answer))
                    .exceptionally(e -> {
                        log.debug("{} doesn't say what windows it has", address, e);
                        return Optional.empty();
                    });
        }

        private Optional<WindowsAnswer> read(String address, HttpResponse<byte[]> answer) {
            try {
                if (answer.statusCode() == OK) {
                    return Optional.of(json.readValue(answer.body(), WindowsAnswer.class))
                            .filter(windows -> windows.missing().isEmpty());
                }
            } catch (IOException e) {
                log.debug("the windows of {} can't be read", address, e);
            }
            return Optional.empty();
        }
    }
}
