package io.twinstream.verifier.feed;

import io.twinstream.schemas.kafka.RecordDecoder;
import io.twinstream.schemas.kafka.TopicReader;
import io.twinstream.schemas.kafka.TopicReader.OffsetRanges;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.result.VerdictView;
import io.twinstream.schemas.topic.Topics;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Latest verdicts are read from the ends of the topic's partitions: first as many as suffice where all verdicts will
 * do, then the last {@value #MOST} offsets of each. Safe for many threads.
 */
public final class LatestVerdicts {
    private static final Logger log = LoggerFactory.getLogger(LatestVerdicts.class);
    private static final long MOST = 4_000;

    /**
     * The number of further offsets that are read, since ends of transactions take offsets too and one partition may have most of
     * the latest.
     */
    private static final int MARKERS = 50;

    private static final Comparator<VerdictView> NEWEST_FIRST = Comparator.comparingLong(VerdictView::appendedAtMs)
            .thenComparingLong(VerdictView::offset)
            .reversed();

    private final TopicReaderPool readers;
    private final String topic;
    private final RecordDecoder<Verdict> verdicts = new RecordDecoder<>(Verdict.class, "a verdict", log);

    public LatestVerdicts(TopicReaderPool readers, Topics topics) {
        this.readers = readers;
        this.topic = topics.verdicts();
    }

    /** Returns the latest wanted verdicts, newest first by the time their probes were appended, at most so many. */
    public List<VerdictView> latest(int limit, Predicate<VerdictView> wanted) {
        return readers.read(topic, reader -> {
            List<VerdictView> found = read(reader, Math.min(MOST, 2L * limit + MARKERS), wanted);
            if (found.size() < limit) {
                found = read(reader, MOST, wanted);
            }
            return found.stream().sorted(NEWEST_FIRST).limit(limit).toList();
        });
    }

    /**
     * Returns the latest wanted verdicts on probes that were appended in a time, newest first, at most so many. Of each
     * partition the last {@value #MOST} offsets of that time are looked through.
     *
     * @param to the end of the time, which is not included; null for now
     */
    public List<VerdictView> between(Instant from, @Nullable Instant to, int limit, Predicate<VerdictView> wanted) {
        long fromMs = from.toEpochMilli();
        long toMs = to == null ? Long.MAX_VALUE : to.toEpochMilli();
        return readers.read(topic, reader -> {
            List<VerdictView> found = new ArrayList<>();
            OffsetRanges asked = reader.between(from, to);
            Map<TopicPartition, Long> ends = new HashMap<>(asked.to());
            if (!ends.isEmpty()) {
                // What is not committed yet would be waited for.
                reader.stableEnds(asked.partitions())
                        .forEach((partition, end) -> ends.merge(partition, end, Math::min));
            }
            Map<TopicPartition, Long> begins = new HashMap<>();
            ends.forEach((partition, end) ->
                    begins.put(partition, Math.max(asked.from().getOrDefault(partition, 0L), end - MOST)));
            reader.read(
                    new OffsetRanges(begins, ends),
                    record -> verdicts.tryDecode(record, VerdictView::of)
                            .filter(each -> each.appendedAtMs() >= fromMs && each.appendedAtMs() < toMs)
                            .filter(wanted)
                            .ifPresent(found::add));
            return found.stream().sorted(NEWEST_FIRST).limit(limit).toList();
        });
    }

    private List<VerdictView> read(TopicReader<String> reader, long most, Predicate<VerdictView> wanted) {
        List<VerdictView> found = new ArrayList<>();
        reader.read(
                reader.last(most),
                record -> verdicts.tryDecode(record, VerdictView::of)
                        .filter(wanted)
                        .ifPresent(found::add));
        return found;
    }
}
