package io.twinstream.verifier.model;

import io.twinstream.verifier.version.VersionUnavailableException;
import java.time.Instant;
import java.util.Optional;

/** Which version judges a probe: a function of the probe's append time, on every instance and whenever it is asked. */
public interface ModelChoice {
    /**
     * The version that judges. Waits, for a bounded time, until it is ready here.
     *
     * @throws VersionUnavailableException if it isn't in time, or never can be
     */
    ModelLease serving(Instant appendedAt);

    /** The version that scores beside it; empty if there is none or it isn't ready. Never waits. */
    Optional<ModelLease> shadow(Instant appendedAt);

    /** The same version for every probe. */
    static ModelChoice always(ServingModel model) {
        ModelLease lease = new ModelLease() {
            @Override
            public ServingModel model() {
                return model;
            }

            @Override
            public boolean holdsAt(Instant appendedAt) {
                return true;
            }

            @Override
            public void refuse(String reason) {
                throw new IllegalStateException(reason);
            }

            @Override
            public void close() {}
        };
        return new ModelChoice() {
            @Override
            public ModelLease serving(Instant appendedAt) {
                return lease;
            }

            @Override
            public Optional<ModelLease> shadow(Instant appendedAt) {
                return Optional.empty();
            }
        };
    }
}
