package io.twinstream.verifier.window;

import io.twinstream.schemas.record.Candidate;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.serde.RecordSerde;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bytes to verdicts at the time that their probes were appended, by series, without what no window counts: candidates
 * behind the best and headers. What is no verdict is left out, counted, and logged at each power of two.
 */
final class VerdictReader extends ContextualProcessor<byte[], byte[], String, Verdict> {
    private static final Logger log = LoggerFactory.getLogger(VerdictReader.class);

    private final RecordSerde<Verdict> serde = RecordSerde.of(Verdict.class);
    private final LongAdder unreadable;

    VerdictReader(LongAdder unreadable) {
        this.unreadable = unreadable;
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        Verdict verdict = read(record.value());
        if (verdict != null) {
            context()
                    .forward(new Record<>(
                            WindowKey.series(verdict),
                            slim(verdict),
                            verdict.getAppendedAt().toEpochMilli(),
                            new RecordHeaders()));
        }
    }

    private @Nullable Verdict read(byte @Nullable [] bytes) {
        try {
            if (bytes == null) {
                throw new SerializationException("the record has no value");
            }
            Verdict verdict = serde.decode(bytes);
            if (verdict.getAppendedAt().toEpochMilli() < 0) {
                throw new SerializationException("appendedAt is before 1970: " + verdict.getAppendedAt());
            }
            return verdict;
        } catch (SerializationException e) {
            unreadable.increment();
            long count = unreadable.sum();
            if (Long.bitCount(count) == 1) {
                log.warn("{} records on the verdicts topic can't be counted, the latest: {}", count, e.getMessage());
            }
            return null;
        }
    }

    private static Verdict slim(Verdict verdict) {
        List<Candidate> candidates = verdict.getCandidates();
        return candidates.size() < 2
                ? verdict
                : Verdict.newBuilder(verdict)
                        .setCandidates(candidates.subList(0, 1))
                        .build();
    }
}
