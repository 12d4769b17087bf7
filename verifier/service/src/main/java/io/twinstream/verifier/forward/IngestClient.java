package io.twinstream.verifier.forward;

import io.twinstream.verifier.settings.ServiceAccess;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/**
 * An ingest client asks ingest to enrol and erase, and tells it what people say about verdicts, with the verifier's own token. It
 * never blocks the caller's thread. Safe for many threads.
 */
public final class IngestClient {
    private final ServiceClient ingest;

    private IngestClient(ServiceClient ingest) {
        this.ingest = ingest;
    }

    /** Returns a client, or empty where no ingest is set. */
    public static Optional<IngestClient> of(ServiceAccess access) {
        return ServiceClient.of(access).map(IngestClient::new);
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
        return ingest.send(request(subject, query).POST(BodyPublishers.ofByteArray(image)));
    }

    /** Erases one reference, or without one the whole subject. The future fails as that of {@link #enrol} does. */
    public CompletableFuture<Answer> erase(String subject, Optional<String> reference) {
        return ingest.send(request(
                        subject,
                        reference.map(each -> Map.of("reference", each)).orElse(Map.of()))
                .DELETE());
    }

    /** Says what a person said about a verdict, as ingest takes it. The future fails as that of {@link #enrol} does. */
    public CompletableFuture<Answer> feedback(String probe, byte[] body) {
        return ingest.send(ingest.request("verdicts/%s/feedback".formatted(ServiceClient.encoded(probe)))
                .POST(BodyPublishers.ofByteArray(body)));
    }

    private HttpRequest.Builder request(String subject, Map<String, String> query) {
        String parameters = query.entrySet().stream()
                .map(each -> each.getKey() + "=" + ServiceClient.encoded(each.getValue()))
                .collect(Collectors.joining("&"));
        return ingest.request(
                "references/" + ServiceClient.encoded(subject) + (parameters.isEmpty() ? "" : "?" + parameters));
    }
}
