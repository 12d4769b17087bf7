package io.twinstream.verifier.model;

import java.time.Instant;

/** A version for the time of one probe: it isn't closed before the lease is. */
public interface ModelLease extends AutoCloseable {
    ServingModel model();

    /** Whether this version has the slot for a probe appended at this time too, as far as is known. */
    boolean holdsAt(Instant appendedAt);

    /** Takes the version out of use: it has failed. */
    void refuse(String reason);

    @Override
    void close();
}
