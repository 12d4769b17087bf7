package io.twinstream.verifier.tracing;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.twinstream.schemas.tracing.Tracing;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The traced probes that a stream thread has polled and not yet judged, those whose record says that its trace is recorded.
 * Holds nothing for others, and looks at no header where tracing is off. For one thread.
 */
public final class TracedProbes {
    private final String topic;
    private final Tracing tracing;
    private final Clock clock;
    private final Map<TopicPartition, TreeMap<Long, ProbeTimes>> upcoming = new HashMap<>();

    public TracedProbes(String topic, Tracing tracing, Clock clock) {
        this.topic = topic;
        this.tracing = tracing;
        this.clock = clock;
    }

    /** Takes note of when records were polled. */
    public void remember(ConsumerRecords<byte[], byte[]> records) {
        if (!tracing.on()) {
            return;
        }
        long now = now();
        for (ConsumerRecord<byte[], byte[]> record : records.records(topic)) {
            ProbeTimes times = times(record.headers(), now);
            if (times != null) {
                put(new TopicPartition(record.topic(), record.partition()), record.offset(), times);
            }
        }
    }

    /** A probe's record was read and its images decoded just now. */
    public void decoded(TopicPartition partition, long offset, long tookNanos) {
        done(partition, offset, "decode", tookNanos, 0);
    }

    /**
     * A probe's images were embedded just now.
     *
     * @param images in the batch
     */
    public void embedded(TopicPartition partition, long offset, long tookNanos, int images) {
        done(partition, offset, "embed", tookNanos, images);
    }

    /** Begins the span of a probe whose turn it is, from its poll on; one that records nothing where it isn't traced. */
    public ProbeSpan begin(TopicPartition partition, long offset, Headers headers) {
        if (!tracing.on()) {
            return ProbeSpan.NONE;
        }
        ProbeTimes times = take(partition, offset);
        if (times == null) {
            // Without looking ahead nobody sees the poll.
            times = times(headers, now());
            if (times == null) {
                return ProbeSpan.NONE;
            }
            put(partition, offset, times);
        }
        return ProbeSpan.begin(tracing, partition, offset, times, this::now);
    }

    /** Drops what is known of a partition that is no longer this thread's. */
    public void forget(TopicPartition partition) {
        upcoming.remove(partition);
    }

    private void put(TopicPartition partition, long offset, ProbeTimes times) {
        upcoming.computeIfAbsent(partition, p -> new TreeMap<>()).put(offset, times);
    }

    private @Nullable ProbeTimes times(Headers headers, long now) {
        Context sender = tracing.context(headers);
        return Span.fromContext(sender).getSpanContext().isSampled() ? new ProbeTimes(sender, now) : null;
    }

    /** What is known of a record; forgets those of earlier offsets. */
    private @Nullable ProbeTimes take(TopicPartition partition, long offset) {
        TreeMap<Long, ProbeTimes> known = upcoming.get(partition);
        if (known == null) {
            return null;
        }
        known.headMap(offset).clear();
        return known.get(offset);
    }

    private void done(TopicPartition partition, long offset, String what, long tookNanos, int images) {
        TreeMap<Long, ProbeTimes> known = upcoming.get(partition);
        ProbeTimes times = known == null ? null : known.get(offset);
        if (times != null) {
            long now = now();
            times.done().add(new ProbeTimes.Done(what, now - tookNanos, now, images));
        }
    }

    private long now() {
        Instant now = clock.instant();
        return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
    }
}
