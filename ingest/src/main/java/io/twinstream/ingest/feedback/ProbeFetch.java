package io.twinstream.ingest.feedback;

import static java.util.Objects.requireNonNull;

import io.twinstream.ingest.publish.TopicScan;
import io.twinstream.schemas.record.Probe;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.serde.RecordSerde;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;

/** Reads the probe that a verdict judged, by the position that the verdict names: one fetch. */
final class ProbeFetch {
    private final TopicScan scan;
    private final RecordSerde<Probe> probes = RecordSerde.of(Probe.class);

    ProbeFetch(TopicScan scan) {
        this.scan = scan;
    }

    /** Where it lies, or lay. */
    TopicPartition partition(Verdict verdict) {
        return new TopicPartition(scan.topic(), verdict.getProbePartition());
    }

    /**
     * Whether it lies where nothing is committed yet.
     *
     * @param ends where the partition ends
     */
    boolean isPending(Verdict verdict, Map<TopicPartition, Long> ends) {
        long offset = verdict.getProbeOffset();
        TopicPartition partition = partition(verdict);
        return offset >= end(scan.consumer(), partition) && offset < ends.getOrDefault(partition, 0L);
    }

    /** The probe, unless the topic has deleted it, was made anew, or hasn't got it committed. */
    Optional<Probe> of(Verdict verdict) {
        Consumer<String, byte[]> consumer = scan.consumer();
        TopicPartition partition = partition(verdict);
        long offset = verdict.getProbeOffset();
        if (!scan.partitions().contains(partition)
                || offset < begin(consumer, partition)
                || offset >= end(consumer, partition)) {
            return Optional.empty();
        }
        consumer.assign(List.of(partition));
        consumer.seek(partition, offset);
        List<byte[]> found = new ArrayList<>();
        scan.readTo(Map.of(partition, offset + 1), record -> {
            if (record.offset() == offset && record.value() != null) {
                found.add(record.value());
            }
        });
        return found.stream()
                .flatMap(value -> decode(value).stream())
                .filter(probe -> probe.getProbeId().equals(verdict.getProbeId()))
                .findFirst();
    }

    private Optional<Probe> decode(byte[] value) {
        try {
            return Optional.of(probes.decode(value));
        } catch (SerializationException e) {
            return Optional.empty();
        }
    }

    private long begin(Consumer<?, ?> consumer, TopicPartition partition) {
        return requireNonNull(
                consumer.beginningOffsets(List.of(partition), scan.timeout()).get(partition));
    }

    private long end(Consumer<?, ?> consumer, TopicPartition partition) {
        return requireNonNull(
                consumer.endOffsets(List.of(partition), scan.timeout()).get(partition));
    }
}
