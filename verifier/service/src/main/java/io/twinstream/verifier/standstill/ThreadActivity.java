package io.twinstream.verifier.standstill;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one stream thread is at. Set by that thread, twice or so for each probe, and read by any; costs no lock.
 *
 * <p>Only work on a probe counts. A thread that waits, for records, for a model version or for the broker, is at nothing: what it
 * waits for is to be told by others, and no probe is to blame.
 */
public final class ThreadActivity {
    /**
     * Work under way.
     *
     * @param probes one of which it would be the fault of, if this never ended
     * @param sinceNanos by {@link System#nanoTime}
     */
    public record Work(List<ProbePlace> probes, long sinceNanos) {}

    private volatile @Nullable Work work;

    /** The thread works on this probe from now on. */
    public void workingOn(ProbePlace probe) {
        workingOn(List.of(probe));
    }

    /** The thread works on these probes together from now on. */
    public void workingOn(List<ProbePlace> probes) {
        work = new Work(probes, System.nanoTime());
    }

    /** The thread is done with what it was at. */
    public void done() {
        work = null;
    }

    @Nullable
    Work now() {
        return work;
    }
}
