package io.twinstream.verifier.replay;

import io.twinstream.verifier.standstill.ProbePlace;
import org.jspecify.annotations.Nullable;

/** A replay tally counts the probes that have a verdict on record, one by one, on the replay's thread. */
public interface ReplayTally {
    /**
     * Counts one probe.
     *
     * @param probeId the probe's id; null if the probe can't be read
     * @param now the decision of today; null if the probe is rejected
     */
    void add(ProbePlace at, @Nullable String probeId, Decision onRecord, @Nullable Decision now);
}
