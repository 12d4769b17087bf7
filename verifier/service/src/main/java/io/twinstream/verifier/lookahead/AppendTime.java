package io.twinstream.verifier.lookahead;

import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * Append time says when a probe was appended, and so what judges it. It is a function of the record alone, so that every verifier
 * and every replay agree. It is never negative: a record without a time, as programs write that don't know of times, counts as
 * appended in 1970. Kafka Streams' own extractor would end the stream thread at such a record, again and again.
 */
public final class AppendTime implements TimestampExtractor {
    /** Returns when a probe's record was appended. */
    public static Instant of(ConsumerRecord<?, ?> probe) {
        return Instant.ofEpochMilli(millis(probe));
    }

    @Override
    public long extract(ConsumerRecord<Object, Object> record, long partitionTime) {
        return millis(record);
    }

    private static long millis(ConsumerRecord<?, ?> record) {
        return Math.max(0, record.timestamp());
    }
}
