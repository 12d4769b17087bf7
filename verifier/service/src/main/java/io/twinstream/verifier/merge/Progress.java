package io.twinstream.verifier.merge;

import io.twinstream.schemas.record.PartialVerdict;
import io.twinstream.schemas.record.Verdict;
import java.nio.ByteBuffer;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * How far each shard has come with each partition of probes: its partial verdicts lie in their order, so one at or before that
 * was written twice. For one thread.
 *
 * <p>Maintainers: offsets begin again where the topic of probes is made anew; times don't, so only what is behind in both was there
 * before.
 */
record Progress(KeyValueStore<String, byte[]> store) {

    /** Notes a partial verdict; false if it was there before. */
    boolean advance(PartialVerdict partial, Verdict verdict) {
        String key = verdict.getProbePartition() + "/" + partial.getShards() + "/" + partial.getShard();
        long offset = verdict.getProbeOffset();
        long appendedMs = verdict.getAppendedAt().toEpochMilli();
        byte[] before = store.get(key);
        if (before != null) {
            ByteBuffer last = ByteBuffer.wrap(before);
            if (offset <= last.getLong() && appendedMs <= last.getLong()) {
                return false;
            }
        }
        store.put(
                key,
                ByteBuffer.allocate(2 * Long.BYTES)
                        .putLong(offset)
                        .putLong(appendedMs)
                        .array());
        return true;
    }
}
