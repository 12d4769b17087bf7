package io.twinstream.verifier.web;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.twinstream.schemas.http.HttpSettings;
import io.twinstream.schemas.http.TlsTrust;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.verifier.settings.VerifierSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks other verifiers of the group for their windows, with the token that all of them share. Safe for many threads. */
final class WindowPeers {
    private static final Logger log = LoggerFactory.getLogger(WindowPeers.class);
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final int OK = 200;

    private final HttpClient http;
    private final ObjectMapper json = new ObjectMapper();
    private final HttpSettings own;

    /** @param own what this one's server is set to: the others are set alike */
    WindowPeers(Settings settings, HttpSettings own) {
        this.http = TlsTrust.client(settings, VerifierSettings.TLS_TRUST)
                .connectTimeout(PATIENCE)
                .build();
        this.own = own;
    }

    /** What a verifier has; empty if it doesn't say within {@link #PATIENCE}, or doesn't have all of it at present. */
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
