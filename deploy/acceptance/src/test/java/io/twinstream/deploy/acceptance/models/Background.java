package io.twinstream.deploy.acceptance.models;

import io.twinstream.deploy.acceptance.rig.Load;
import io.twinstream.verifier.VerifierService;
import java.util.concurrent.CompletableFuture;

/** Sends a steady load on a thread of its own, and looks whether the verifier stays ready. */
final class Background implements AutoCloseable {
    private static final double PROBES_PER_SECOND = 20;

    private final VerifierService verifier;
    private final CompletableFuture<Void> end;
    private volatile boolean stopping;
    private volatile int looks;
    private volatile int unready;

    /** Begins at once. The load is this object's until {@link #stop}. */
    Background(Load load, VerifierService verifier) {
        this.verifier = verifier;
        end = CompletableFuture.runAsync(() -> load.steady(PROBES_PER_SECOND, this::look));
    }

    /** Sends nothing more, and fails as the load did. */
    void stop() {
        stopping = true;
        end.join();
    }

    /** Returns how often it was looked. */
    int looks() {
        return looks;
    }

    /** Returns how often the verifier was not ready then. */
    int unready() {
        return unready;
    }

    @Override
    public void close() {
        stopping = true;
        end.handle((done, failure) -> done).join();
    }

    private boolean look() {
        looks++;
        unready += verifier.ready() ? 0 : 1;
        return stopping;
    }
}
