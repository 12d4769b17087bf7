package io.twinstream.verifier.model;

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

    /** A version for the time of one probe: it isn't closed before the lease is. */
    interface ModelLease extends AutoCloseable {
        ServingModel model();

        /** Whether this version has the slot for a probe appended at this time too, as far as is known. */
        boolean holdsAt(Instant appendedAt);

        /** Takes the version out of use: it has failed. */
        void refuse(String reason);

        @Override
        void close();
    }

    /** The version that has to judge a probe can't do so here; the message is one line with the cause. */
    final class VersionUnavailableException extends RuntimeException {
        private final boolean hopeless;

        /** @param hopeless whether waiting longer is of no use */
        public VersionUnavailableException(String message, boolean hopeless) {
            super(message);
            this.hopeless = hopeless;
        }

        /** True if waiting longer won't help: the version was refused here, or for a replay, that nobody will mend what is missing. */
        public boolean hopeless() {
            return hopeless;
        }
    }
}
