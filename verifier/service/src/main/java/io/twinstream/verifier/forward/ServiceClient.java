package io.twinstream.verifier.forward;

import io.twinstream.schemas.http.TlsTrust;
import io.twinstream.verifier.settings.ServiceAccess;
import io.twinstream.verifier.settings.VerifierSettings;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A service client sends requests to another service with the verifier's own token. It never blocks the caller's thread. Safe for
 * many threads.
 */
final class ServiceClient {
    private static final Duration CONNECT = Duration.ofSeconds(5);

    /** Longest wait for an answer, which is longer than a service waits for the brokers by default. */
    private static final Duration ANSWER = Duration.ofSeconds(40);

    private final HttpClient http;
    private final String root;
    private final String token;

    private ServiceClient(HttpClient http, String url, String token) {
        this.http = http;
        this.root = (url.endsWith("/") ? url.substring(0, url.length() - 1) : url) + "/v1/";
        this.token = token;
    }

    /** Returns a client, or empty where no address is set. */
    static Optional<ServiceClient> of(ServiceAccess access) {
        return access.url()
                .map(url -> new ServiceClient(
                        TlsTrust.client(VerifierSettings.TLS_TRUST, access.trust())
                                .connectTimeout(CONNECT)
                                .build(),
                        url,
                        access.token().orElse("")));
    }

    /** Begins a request of a path below {@code /v1/}. */
    HttpRequest.Builder request(String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(root + path)).timeout(ANSWER);
        return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
    }

    /**
     * Sends a request.
     *
     * @return a future that fails with an {@link java.io.IOException} if the service can't be reached or doesn't answer in
     *     time
     */
    CompletableFuture<Answer> send(HttpRequest.Builder request) {
        return http.sendAsync(request.build(), BodyHandlers.ofString()).thenApply(ServiceClient::answer);
    }

    private static Answer answer(HttpResponse<String> response) {
        return new Answer(response.statusCode(), response.body());
    }

    /** Encodes a text for a path as well as for a query, with a space as {@code %20}. */
    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
