package io.twinstream.verifier.forward;

import io.twinstream.verifier.settings.ServiceAccess;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

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
     * @param id the reference's id; without one it is the picture's hash
     * @return a future that fails with an {@link java.io.IOException} if ingest can't be reached or doesn't answer in
     *     time
     */
    public CompletableFuture<Answer> enrol(String subject, Optional<String> id, byte[] image) {
        return ingest.send(request(subject, "id", id).POST(BodyPublishers.ofByteArray(image)));
    }

    /** Erases one reference, or without one the whole subject. The future fails as that of {@link #enrol} does. */
    public CompletableFuture<Answer> erase(String subject, Optional<String> reference) {
        return ingest.send(request(subject, "reference", reference).DELETE());
    }

    /** Says what a person said about a verdict, as ingest takes it. The future fails as that of {@link #enrol} does. */
    public CompletableFuture<Answer> feedback(String probe, byte[] body) {
        return ingest.send(ingest.request("verdicts/%s/feedback".formatted(ServiceClient.encoded(probe)))
                .POST(BodyPublishers.ofByteArray(body)));
    }

    private HttpRequest.Builder request(String subject, String name, Optional<String> value) {
        return ingest.request("references/" + ServiceClient.encoded(subject)
                + value.map(each -> "?%s=%s".formatted(name, ServiceClient.encoded(each)))
                        .orElse(""));
    }
}
