package io.twinstream.ingest.feedback;

import static java.util.Objects.requireNonNull;

import io.twinstream.ingest.publish.TopicScan;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.serde.RecordSerde;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.utils.Utils;

/**
 * Finds a probe's verdict by reading the topic of verdicts backwards: first the partition that its key belongs to, then the
 * others, since the topic may have had fewer partitions once. Looks at the last {@value #MOST} offsets of each: 200 MB to
 * transfer for a partition that is searched in vain, about a second; a tenth of one where the verdict is recent.
 */
final class VerdictSearch {
    static final long MOST = 1_000_000;

    /** Read at once: feedback mostly comes soon after its verdict. */
    private static final long STRETCH = 20_000;

    private final TopicScan scan;
    private final RecordSerde<Verdict> verdicts = RecordSerde.of(Verdict.class);

    /** Where the search ended: what lies behind was not committed then. */
    private Map<TopicPartition, Long> ends = Map.of();

    VerdictSearch(TopicScan scan) {
        this.scan = scan;
    }

    /** The latest verdict of the probe that was on the topic when the call came. */
    Optional<Verdict> of(String probeId) {
        Consumer<String, byte[]> consumer = scan.consumer();
        List<TopicPartition> partitions = inOrder(scan.partitions(), probeId);
        Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions, scan.timeout());
        ends = consumer.endOffsets(partitions, scan.timeout());
        for (TopicPartition partition : partitions) {
            long end = requireNonNull(ends.get(partition));
            long begin = Math.max(requireNonNull(begins.get(partition)), end - MOST);
            for (long to = end; to > begin; to -= STRETCH) {
                Optional<Verdict> found = latest(partition, Math.max(begin, to - STRETCH), to, probeId);
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    /**
     * The partition on which a verdict of the probe lies behind the end of the last search, in a transaction that was open then.
     *
     * @param uncommitted reads what isn't committed, too
     */
    Optional<TopicPartition> pending(TopicScan uncommitted, String probeId) {
        Map<TopicPartition, Long> pending =
                new HashMap<>(uncommitted.consumer().endOffsets(ends.keySet(), uncommitted.timeout()));
        pending.entrySet().removeIf(end -> end.getValue() <= requireNonNull(ends.get(end.getKey())));
        uncommitted.consumer().assign(pending.keySet());
        pending.forEach((partition, end) ->
                uncommitted.consumer().seek(partition, Math.max(requireNonNull(ends.get(partition)), end - MOST)));
        List<TopicPartition> found = new ArrayList<>();
        uncommitted.readTo(pending, record -> {
            if (probeId.equals(record.key()) && record.value() != null) {
                found.add(new TopicPartition(record.topic(), record.partition()));
            }
        });
        return found.stream().findFirst();
    }

    private Optional<Verdict> latest(TopicPartition partition, long from, long to, String probeId) {
        scan.consumer().assign(List.of(partition));
        scan.consumer().seek(partition, from);
        List<byte[]> found = new ArrayList<>();
        scan.readTo(Map.of(partition, to), record -> {
            if (probeId.equals(record.key()) && record.value() != null) {
                found.add(record.value());
            }
        });
        return found.isEmpty() ? Optional.empty() : decode(found.get(found.size() - 1));
    }

    private Optional<Verdict> decode(byte[] value) {
        try {
            return Optional.of(verdicts.decode(value));
        } catch (SerializationException e) {
            return Optional.empty();
        }
    }

    /** The partition that a producer gives the key to, then the others. */
    private static List<TopicPartition> inOrder(List<TopicPartition> partitions, String probeId) {
        int own = Utils.toPositive(Utils.murmur2(probeId.getBytes(StandardCharsets.UTF_8))) % partitions.size();
        List<TopicPartition> order = new ArrayList<>(partitions);
        order.sort((a, b) -> Boolean.compare(b.partition() == own, a.partition() == own));
        return order;
    }
}
