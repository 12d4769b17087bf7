package io.twinstream.verifier.forward;

import io.twinstream.verifier.settings.ServiceAccess;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A trainer client asks the trainer for runs and cancels them, with the verifier's own token. It never blocks the caller's thread.
 * Safe for many threads.
 */
public final class TrainerClient {
    private static final String RUNS = "training-runs";

    private final ServiceClient trainer;

    private TrainerClient(ServiceClient trainer) {
        this.trainer = trainer;
    }

    /** Returns a client, or empty where no trainer is set. */
    public static Optional<TrainerClient> of(ServiceAccess access) {
        return ServiceClient.of(access).map(TrainerClient::new);
    }

    /**
     * Asks for a run.
     *
     * @param body the request in JSON, as the trainer takes it
     * @return a future that fails with an {@link java.io.IOException} if the trainer can't be reached or doesn't answer in
     *     time
     */
    public CompletableFuture<Answer> ask(byte[] body) {
        return trainer.send(trainer.request(RUNS).POST(BodyPublishers.ofByteArray(body)));
    }

    /** Cancels a run. The future fails as that of {@link #ask} does. */
    public CompletableFuture<Answer> cancel(String run) {
        return trainer.send(
                trainer.request(RUNS + "/" + ServiceClient.encoded(run)).DELETE());
    }
}
