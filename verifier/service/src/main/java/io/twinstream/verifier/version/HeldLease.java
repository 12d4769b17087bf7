package io.twinstream.verifier.version;

import java.time.Instant;
import java.util.function.Predicate;

/** A version that {@link Versions} holds, in use until the lease is closed. */
record HeldLease(ModelVersion version, ServingModel model, Predicate<Instant> holds) implements ModelLease {
    @Override
    public boolean holdsAt(Instant appendedAt) {
        return holds.test(appendedAt);
    }

    @Override
    public void refuse(String reason) {
        version.refuse(reason);
    }

    @Override
    public void close() {
        version.release();
    }
}
