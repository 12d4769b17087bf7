package io.twinstream.verifier.model;

import java.time.Instant;
import java.util.Optional;

/**
 * A model choice says which version judges a probe. The version depends on the probe's append time alone, so every
 * instance gives the same at any time.
 */
public interface ModelChoice {
    /**
     * Returns the version that judges. Waits, for a bounded time, until it is ready here.
     *
     * @throws VersionUnavailableException if it isn't ready in time, or never can be
     */
    ModelLease serving(Instant appendedAt);

    /** Returns the version in the shadow, or empty if there is none or it isn't ready. Never waits. */
    Optional<ModelLease> shadow(Instant appendedAt);

    /** Returns a choice of the same version for every probe. */
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
            public void reopen(String reason) {
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

    /** A model lease is a version for the time of one probe; the version isn't closed before the lease is. */
    interface ModelLease extends AutoCloseable {
        ServingModel model();

        /** Returns whether this version has the slot for a probe appended at this time too, as far as is known. */
        boolean holdsAt(Instant appendedAt);

        /** Takes the version out of use, since it has failed. */
        void refuse(String reason);

        /** Takes the version out of use and has it opened anew, since its gallery can't be read any more. */
        void reopen(String reason);

        @Override
        void close();
    }

    /** A version-unavailable exception says in one line why the version that has to judge a probe can't do so here. */
    final class VersionUnavailableException extends RuntimeException {
        private final boolean hopeless;

        /**
         * Creates the exception.
         *
         * @param hopeless whether waiting longer doesn't help
         */
        public VersionUnavailableException(String message, boolean hopeless) {
            super(message);
            this.hopeless = hopeless;
        }

        /**
         * Returns true if waiting longer won't help: the version was refused here, or a replay lacks what nobody will
         * add.
         */
        public boolean hopeless() {
            return hopeless;
        }
    }
}
