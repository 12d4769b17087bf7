package io.twinstream.verifier.replay;

/** Sees how far a replay is, on the replay's thread. */
public interface ReplayProgress {
    /**
     * After each batch of records.
     *
     * @param judged probes so far
     * @param most probes that there can be at the end
     */
    void onProgress(long judged, long most);
}
