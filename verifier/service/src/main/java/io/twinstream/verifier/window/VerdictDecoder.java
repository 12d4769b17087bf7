package io.twinstream.verifier.window;

import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.topic.Topics;
import java.time.Instant;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A verdict decoder turns bytes into verdicts. A record that is none is counted, and logged at each power of two. For
 * one thread.
 */
final class VerdictDecoder {
    private static final Logger log = LoggerFactory.getLogger(VerdictDecoder.class);

    private final RecordSerde<Verdict> serde = RecordSerde.of(Verdict.class);
    private final LongAdder unreadable;

    VerdictDecoder(LongAdder unreadable) {
        this.unreadable = unreadable;
    }

    /**
     * Returns the verdict, or null if the bytes are none.
     *
     * @param latestMs the last time at which its probe can have been appended
     */
    @Nullable
    Verdict decode(byte @Nullable [] bytes, long latestMs) {
        try {
            if (bytes == null) {
                throw new SerializationException("the record has no value");
            }
            Verdict verdict = serde.decode(bytes);
            if (verdict.getAppendedAt().toEpochMilli() < 0) {
                throw new SerializationException("appendedAt is before 1970: " + verdict.getAppendedAt());
            }
            if (verdict.getAppendedAt().toEpochMilli() > latestMs) {
                throw new SerializationException(
                        "appendedAt is %s, and its record's time and this machine's clock allow %s at most"
                                .formatted(verdict.getAppendedAt(), Instant.ofEpochMilli(latestMs)));
            }
            if (verdict.getSourceId().length() > Topics.MAX_ID_LENGTH) {
                throw new SerializationException("a sourceId has at most %d characters, this one has %d"
                        .formatted(Topics.MAX_ID_LENGTH, verdict.getSourceId().length()));
            }
            return verdict;
        } catch (SerializationException e) {
            unreadable.increment();
            long count = unreadable.sum();
            if (Long.bitCount(count) == 1) {
                log.warn(
                        "{} records on the verdicts topic since the start are no verdicts and aren't counted, the latest: {}",
                        count,
                        e.getMessage());
            }
            return null;
        }
    }
}
