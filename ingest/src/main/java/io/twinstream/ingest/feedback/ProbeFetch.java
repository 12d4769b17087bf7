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

    /** The probe, unless the topic has deleted it or was made anew. */
    Optional<Probe> of(Verdict verdict) {
        Consumer<String, byte[]> consumer = scan.consumer();
        TopicPartition partition = new TopicPartition(scan.topic(), verdict.getProbePartition());
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
