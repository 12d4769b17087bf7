package io.twinstream.verifier.lookahead;

import io.twinstream.schemas.record.ModelSlot;
import io.twinstream.schemas.tracing.Tracing;
import io.twinstream.verifier.model.ServingModel;
import io.twinstream.verifier.tracing.ProbeSpan;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Probes in flight are those that a stream thread has polled and is not done with, by partition in offset order. A
 * probe comes in with its poll, or in its turn if nobody saw the poll. It goes when its turn is over, when one behind
 * it has its turn, or when its partition is given back, so no record is held longer than Streams holds it. For one
 * thread: poll and processing are on the same.
 */
public final class ProbesInFlight {
    private final String topic;
    private final Tracing tracing;
    private final LongSupplier epochNanos;
    private final Map<TopicPartition, Deque<ProbeInFlight>> byPartition = new LinkedHashMap<>();

    /** @param clock the clock that spans take their times from */
    public ProbesInFlight(String topic, Tracing tracing, Clock clock) {
        this.topic = topic;
        this.tracing = tracing;
        this.epochNanos = () -> epochNanos(clock);
    }

    /**
     * Takes in polled records. What a partition held from the first of these offsets on is read anew, as after a
     * rebalance.
     */
    public void polled(ConsumerRecords<byte[], byte[]> records) {
        for (TopicPartition partition : records.partitions()) {
            if (partition.topic().equals(topic)) {
                Deque<ProbeInFlight> probes = of(partition);
                for (ConsumerRecord<byte[], byte[]> record : records.records(partition)) {
                    while (!probes.isEmpty() && probes.getLast().offset() >= record.offset()) {
                        probes.removeLast();
                    }
                    probes.addLast(probe(partition, record.offset(), record, record.headers()));
                }
            }
        }
    }

    /** Returns the probe whose turn it is, and drops those before it, which nobody will ask for any more. */
    public ProbeInFlight turn(TopicPartition partition, long offset, Headers headers) {
        Deque<ProbeInFlight> probes = of(partition);
        while (!probes.isEmpty() && probes.getFirst().offset() < offset) {
            probes.removeFirst();
        }
        if (probes.isEmpty() || probes.getFirst().offset() > offset) {
            probes.addFirst(probe(partition, offset, null, headers));
        }
        return probes.getFirst();
    }

    /** Drops a probe whose turn is over, and those before it. */
    public void passed(TopicPartition partition, long offset) {
        Deque<ProbeInFlight> probes = byPartition.get(partition);
        while (probes != null && !probes.isEmpty() && probes.getFirst().offset() <= offset) {
            probes.removeFirst();
        }
    }

    /** Drops what is known of a partition that is no longer this thread's. */
    public void forget(TopicPartition partition) {
        byPartition.remove(partition);
    }

    /**
     * Offers the probes that nobody has looked at for a slot, those of one partition first, then those of the others.
     * Ends at the first probe that isn't taken.
     *
     * @param wanted tells whether a probe may be taken; the first one of a partition that may not ends the offers of
     *     that partition
     */
    void offer(ModelSlot slot, TopicPartition first, Predicate<ProbeInFlight> wanted, Predicate<ProbeInFlight> taken) {
        if (!offer(slot, of(first), wanted, taken)) {
            return;
        }
        for (Map.Entry<TopicPartition, Deque<ProbeInFlight>> other : byPartition.entrySet()) {
            if (!other.getKey().equals(first) && !offer(slot, other.getValue(), wanted, taken)) {
                return;
            }
        }
    }

    /** Returns the probes that a version has embedded for a slot, of one partition first, then of the others. */
    Stream<ProbeInFlight> embedded(ModelSlot slot, ServingModel by, TopicPartition first) {
        return Stream.concat(
                        of(first).stream(),
                        byPartition.entrySet().stream()
                                .filter(each -> !each.getKey().equals(first))
                                .flatMap(each -> each.getValue().stream()))
                .filter(each -> each.embeddings(slot, by) != null);
    }

    private static boolean offer(
            ModelSlot slot,
            Deque<ProbeInFlight> probes,
            Predicate<ProbeInFlight> wanted,
            Predicate<ProbeInFlight> taken) {
        for (Iterator<ProbeInFlight> each = probes.iterator(); each.hasNext(); ) {
            ProbeInFlight probe = each.next();
            if (probe.isUntouched(slot)) {
                if (!wanted.test(probe)) {
                    return true;
                }
                if (!taken.test(probe)) {
                    return false;
                }
            }
        }
        return true;
    }

    private Deque<ProbeInFlight> of(TopicPartition partition) {
        return byPartition.computeIfAbsent(partition, p -> new ArrayDeque<>());
    }

    private ProbeInFlight probe(
            TopicPartition partition, long offset, @Nullable ConsumerRecord<byte[], byte[]> polled, Headers headers) {
        return new ProbeInFlight(
                partition, offset, polled, ProbeSpan.polled(tracing, partition, offset, headers, epochNanos));
    }

    private static long epochNanos(Clock clock) {
        Instant now = clock.instant();
        return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
    }
}
