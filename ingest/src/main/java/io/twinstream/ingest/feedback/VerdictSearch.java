package io.twinstream.ingest.feedback;

import static java.util.Objects.requireNonNull;

import io.twinstream.schemas.kafka.RecordDecoder;
import io.twinstream.schemas.kafka.TopicReader;
import io.twinstream.schemas.kafka.TopicReader.OffsetRanges;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.topic.Ids;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Utils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds a probe's verdict by reading the topic of verdicts backwards. It begins with the partition that the probe's key
 * belongs to now, then takes the others, since the topic may once have had fewer. It looks at the last {@value #MOST} offsets
 * of each. A vain search of one partition transfers about 200 MB in a second; a recent verdict is found in a tenth of that.
 */
final class VerdictSearch {
    private static final Logger log = LoggerFactory.getLogger(VerdictSearch.class);

    static final long MOST = 1_000_000;

    /** Offsets that are read in one go; it is small because feedback mostly comes soon after its verdict. */
    private static final long PIECE = 20_000;

    private final TopicReader<String> reader;
    private final RecordDecoder<Verdict> verdicts = new RecordDecoder<>(Verdict.class, "a verdict", log);

    /** The stable ends at which the last search began; whatever lies behind them was not committed then. */
    private Map<TopicPartition, Long> ends = Map.of();

    VerdictSearch(TopicReader<String> reader) {
        this.reader = reader;
    }

    /** Returns the latest verdict of the probe that was committed when this was called, whatever form its id has there. */
    Optional<Verdict> of(String id) {
        String probeId = Ids.normal(id);
        List<TopicPartition> partitions = inOrder(reader.partitions(), probeId);
        Map<TopicPartition, Long> begins = reader.begins(partitions);
        ends = reader.stableEnds(partitions);
        for (TopicPartition partition : partitions) {
            long end = requireNonNull(ends.get(partition));
            long begin = Math.max(requireNonNull(begins.get(partition)), end - MOST);
            for (long to = end; to > begin; to -= PIECE) {
                Optional<Verdict> found = latest(partition, Math.max(begin, to - PIECE), to, probeId);
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    /**
     * Returns the partition on which a verdict of the probe lies behind the ends of the last search, in or behind a
     * transaction that was open then.
     */
    Optional<TopicPartition> pending(String id) {
        String probeId = Ids.normal(id);
        OffsetRanges pending = reader.pending(ends);
        Map<TopicPartition, Long> from = new HashMap<>(pending.from());
        pending.to().forEach((partition, end) -> from.merge(partition, end - MOST, Math::max));
        List<TopicPartition> found = new ArrayList<>();
        reader.readPending(new OffsetRanges(from, pending.to()), record -> {
            if (isOf(probeId, record)) {
                found.add(new TopicPartition(record.topic(), record.partition()));
            }
        });
        return found.stream().findFirst();
    }

    private Optional<Verdict> latest(TopicPartition partition, long from, long to, String probeId) {
        List<ConsumerRecord<String, byte[]>> found = new ArrayList<>();
        reader.read(OffsetRanges.of(partition, from, to), record -> {
            if (isOf(probeId, record)) {
                found.add(record);
            }
        });
        return found.isEmpty() ? Optional.empty() : verdicts.tryDecode(found.get(found.size() - 1));
    }

    /** Returns whether a record is a verdict under this composed id, in whatever form its sender gave the id. */
    private static boolean isOf(String probeId, ConsumerRecord<String, byte[]> record) {
        return record.key() != null && record.value() != null && probeId.equals(Ids.normal(record.key()));
    }

    /** Returns the partitions, first the one that a producer gives the key to. */
    private static List<TopicPartition> inOrder(List<TopicPartition> partitions, String probeId) {
        int own = Utils.toPositive(Utils.murmur2(probeId.getBytes(StandardCharsets.UTF_8))) % partitions.size();
        List<TopicPartition> order = new ArrayList<>(partitions);
        order.sort((a, b) -> Boolean.compare(b.partition() == own, a.partition() == own));
        return order;
    }
}
