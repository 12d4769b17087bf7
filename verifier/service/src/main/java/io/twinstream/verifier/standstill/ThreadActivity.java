package io.twinstream.verifier.standstill;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A thread activity is the work that one stream thread does now. That thread sets it, twice or so for each probe, and
 * any thread reads it, without a lock.
 *
 * <p>Only work on a probe counts. A thread that waits for records, for a model version or for the broker has no
 * activity: other checks report such waits, and no probe is to blame.
 */
public final class ThreadActivity {
    /**
     * Work is what a thread does for one or more probes now.
     *
     * @param probes the probes, one of which would be at fault if the work never ended
     * @param sinceNanos when the work began, by {@link System#nanoTime}
     */
    public record Work(List<ProbePlace> probes, long sinceNanos) {}

    private volatile @Nullable Work work;

    /** Notes that the thread works on this probe from now on. */
    public void workingOn(ProbePlace probe) {
        workingOn(List.of(probe));
    }

    /** Notes that the thread works on these probes together from now on. */
    public void workingOn(List<ProbePlace> probes) {
        work = new Work(probes, System.nanoTime());
    }

    /** Notes that the thread's work is done. */
    public void done() {
        work = null;
    }

    @Nullable
    Work now() {
        return work;
    }
}
