package io.twinstream.verifier.stream;

import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * Result time is the time of a record that comes of a probe: the probe's append time, where brokers take that. A sender's clock
 * may have set any time, and what a topology writes has the time of what it has read. Brokers refuse a record that is too far
 * ahead, which would end the stream thread at each try. So a time that is missing or far ahead becomes this machine's.
 */
public final class ResultTime implements TimestampExtractor {
    /** How far a time may lie ahead of this machine's clock. Brokers refuse records an hour ahead by default. */
    public static final Duration AHEAD = Duration.ofMinutes(30);

    /** Returns a time that brokers take. */
    static long bounded(long millis, long nowMillis) {
        return millis <= 0 || millis > nowMillis + AHEAD.toMillis() ? nowMillis : millis;
    }

    @Override
    public long extract(ConsumerRecord<Object, Object> record, long partitionTime) {
        return bounded(record.timestamp(), System.currentTimeMillis());
    }
}
