package io.twinstream.ingest.answer;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Remembers the latest result of each probe id within a number of bytes; the oldest are forgotten first. For one thread. */
final class ResultMemory {
    private final long maxBytes;
    private final Map<String, ReadResult> latest = new LinkedHashMap<>();
    private long bytes;

    ResultMemory(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Remembers a result in the place of an earlier one of its id. One that is larger than all memory is passed over. */
    void add(ReadResult result) {
        forget(result.probeId());
        latest.put(result.probeId(), result);
        bytes += result.bytes();
        Iterator<ReadResult> oldest = latest.values().iterator();
        while (bytes > maxBytes) {
            bytes -= oldest.next().bytes();
            oldest.remove();
        }
    }

    /** Forgets a result, unless a later one of its id has taken its place. */
    void forget(ReadResult result) {
        if (latest.remove(result.probeId(), result)) {
            bytes -= result.bytes();
        }
    }

    Optional<ReadResult> get(String probeId) {
        return Optional.ofNullable(latest.get(probeId));
    }

    /** Returns about how many bytes are taken, which is never more than the bound. */
    long bytes() {
        return bytes;
    }

    private void forget(String probeId) {
        ReadResult earlier = latest.remove(probeId);
        if (earlier != null) {
            bytes -= earlier.bytes();
        }
    }
}
