package io.twinstream.verifier.replay;

import io.twinstream.verifier.standstill.ProbePlace;
import org.jspecify.annotations.Nullable;

/** Takes the probes that have a verdict on record, one by one, on the replay's thread. */
public interface ReplayTally {
    /**
     * One probe.
     *
     * @param probeId null where the probe can't be read
     * @param now null where the probe is rejected
     */
    void add(ProbePlace at, @Nullable String probeId, Decision onRecord, @Nullable Decision now);
}
