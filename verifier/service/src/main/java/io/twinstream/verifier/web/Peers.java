package io.twinstream.verifier.web;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.twinstream.schemas.http.HttpSettings;
import io.twinstream.schemas.http.TlsTrust;
import io.twinstream.verifier.settings.VerifierSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Peers are the other verifiers of the group, which are asked over HTTP for their own part with the token that all
 * share. Safe for many threads.
 */
public final class Peers {
    private static final Logger log = LoggerFactory.getLogger(Peers.class);
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final int OK = 200;

    private final HttpClient http;
    private final ObjectMapper json = new ObjectMapper();
    private final HttpSettings own;

    /**
     * Creates a client.
     *
     * @param trust the PEM file with the certificates that vouch for the others; empty for those that Java trusts
     * @param own the settings of this verifier's server, which the others share
     */
    public Peers(Optional<Path> trust, HttpSettings own) {
        this.http = TlsTrust.client(VerifierSettings.TLS_TRUST, trust)
                .connectTimeout(PATIENCE)
                .build();
        this.own = own;
    }

    /**
     * Returns a verifier's answer, or empty if it doesn't answer within {@link #PATIENCE}.
     *
     * @param address host and port
     * @param path the path with its query
     */
    <T> CompletableFuture<Optional<T>> ask(String address, String path, Class<T> type) {
        HttpRequest.Builder get = HttpRequest.newBuilder().timeout(PATIENCE);
        try {
            get.uri(URI.create("%s://%s%s".formatted(own.scheme(), address, path)));
        } catch (IllegalArgumentException e) {
            log.debug("{} is no address", address, e);
            return CompletableFuture.completedFuture(Optional.empty());
        }
        own.token().ifPresent(value -> get.header("Authorization", "Bearer " + value));
        return http.sendAsync(get.build(), HttpResponse.BodyHandlers.ofByteArray())
                .thenApply(answer -> read(address, path, answer, type))
                .exceptionally(e -> {
                    log.debug("{} doesn't answer {}", address, path, e);
                    return Optional.empty();
                });
    }

    private <T> Optional<T> read(String address, String path, HttpResponse<byte[]> answer, Class<T> type) {
        try {
            if (answer.statusCode() == OK) {
                return Optional.of(json.readValue(answer.body(), type));
            }
        } catch (IOException e) {
            log.debug("the answer of {} to {} can't be read", address, path, e);
        }
        return Optional.empty();
    }
}
