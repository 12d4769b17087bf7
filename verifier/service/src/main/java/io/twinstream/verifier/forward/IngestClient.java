package io.twinstream.verifier.forward;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.twinstream.schemas.http.TlsTrust;
import io.twinstream.verifier.settings.IngestAccess;
import io.twinstream.verifier.settings.VerifierSettings;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/**
 * An ingest client asks ingest to enrol and erase, and tells it what people say about verdicts, with the verifier's own token. It never blocks the caller's thread.
 * Safe for many threads.
 */
public final class IngestClient {
    private static final Duration CONNECT = Duration.ofSeconds(5);

    /** Longest wait for an answer, which is longer than ingest waits for the brokers by default. */
    private static final Duration ANSWER = Duration.ofSeconds(40);

    private final HttpClient http;
    private final String root;
    private final String token;

    private IngestClient(HttpClient http, String url, String token) {
        this.http = http;
        this.root = (url.endsWith("/") ? url.substring(0, url.length() - 1) : url) + "/v1/";
        this.token = token;
    }

    /** Returns a client, or empty where no ingest is set. */
    public static Optional<IngestClient> of(IngestAccess access) {
        return access.url()
                .map(url -> new IngestClient(
                        TlsTrust.client(VerifierSettings.TLS_TRUST, access.trust())
                                .connectTimeout(CONNECT)
                                .build(),
                        url,
                        access.token().orElse("")));
    }

    /**
     * Enrols a picture.
     *
     * @param query the parameters as ingest takes them: {@code id}, without which it is the picture's hash, {@code region} and
     *     {@code points}
     * @return a future that fails with an {@link java.io.IOException} if ingest can't be reached or doesn't answer in
     *     time
     */
    public CompletableFuture<Answer> enrol(String subject, Map<String, String> query, byte[] image) {
        return send(request(subject, query).POST(BodyPublishers.ofByteArray(image)));
    }

    /** Erases one reference, or without one the whole subject. The future fails as that of {@link #enrol} does. */
    public CompletableFuture<Answer> erase(String subject, Optional<String> reference) {
        return send(request(
                        subject,
                        reference.map(each -> Map.of("reference", each)).orElse(Map.of()))
                .DELETE());
    }

    /** Says what a person said about a verdict, as ingest takes it. The future fails as that of {@link #enrol} does. */
    public CompletableFuture<Answer> feedback(String probe, byte[] body) {
        return send(request("verdicts/%s/feedback".formatted(encoded(probe))).POST(BodyPublishers.ofByteArray(body)));
    }

    private HttpRequest.Builder request(String subject, Map<String, String> query) {
        String parameters = query.entrySet().stream()
                .map(each -> each.getKey() + "=" + encoded(each.getValue()))
                .collect(Collectors.joining("&"));
        return request("references/" + encoded(subject) + (parameters.isEmpty() ? "" : "?" + parameters));
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(root + path)).timeout(ANSWER);
        return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
    }

    private CompletableFuture<Answer> send(HttpRequest.Builder request) {
        return http.sendAsync(request.build(), BodyHandlers.ofString()).thenApply(Answer::of);
    }

    /** Encodes a text for a path as well as for a query, with a space as {@code %20}. */
    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /**
     * The answer of ingest.
     *
     * @param body JSON, with the field {@code error} where the status is no success
     */
    public record Answer(int status, String body) {
        private static final JsonMapper JSON = new JsonMapper();

        static Answer of(HttpResponse<String> response) {
            return new Answer(response.statusCode(), response.body());
        }

        public boolean accepted() {
            return status >= 200 && status < 300;
        }

        /** Returns whether ingest refuses the verifier's token or its rights. */
        public boolean refusesVerifier() {
            return status == 401 || status == 403;
        }

        /** Returns the line that says what is wrong. */
        public String error() {
            try {
                String line = JSON.readTree(body).path("error").asText();
                if (!line.isEmpty()) {
                    return line;
                }
            } catch (JsonProcessingException e) {
                // The line below says so.
            }
            return "ingest answered with the status %d and no reason".formatted(status);
        }
    }
}
