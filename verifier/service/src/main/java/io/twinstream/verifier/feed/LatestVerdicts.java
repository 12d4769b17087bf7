package io.twinstream.verifier.feed;

import io.twinstream.schemas.kafka.TopicReader;
import io.twinstream.schemas.topic.Topics;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/**
 * The latest verdicts. Looks at the ends of the topic's partitions: first at what is enough where all verdicts will do, then
 * at the last {@value #MOST} offsets of each. For many threads.
 */
public final class LatestVerdicts {
    private static final long MOST = 4_000;

    /** The ends of transactions take offsets too, and one partition may have most of the latest. */
    private static final int MARKERS = 50;

    private static final Comparator<VerdictView> NEWEST_FIRST = Comparator.comparingLong(VerdictView::appendedAtMs)
            .thenComparingLong(VerdictView::offset)
            .reversed();

    private final TopicReaderPool readers;
    private final String topic;
    private final VerdictViews views = new VerdictViews();

    public LatestVerdicts(TopicReaderPool readers, Topics topics) {
        this.readers = readers;
        this.topic = topics.verdicts();
    }

    /** The latest verdicts that are wanted, newest first by the time their probes were appended, at most so many. */
    public List<VerdictView> latest(int limit, Predicate<VerdictView> wanted) {
        return readers.read(topic, reader -> {
            List<VerdictView> found = read(reader, Math.min(MOST, 2L * limit + MARKERS), wanted);
            if (found.size() < limit) {
                found = read(reader, MOST, wanted);
            }
            return found.stream().sorted(NEWEST_FIRST).limit(limit).toList();
        });
    }

    private List<VerdictView> read(TopicReader<String> reader, long most, Predicate<VerdictView> wanted) {
        List<VerdictView> found = new ArrayList<>();
        reader.read(reader.last(most), record -> views.of(record).filter(wanted).ifPresent(found::add));
        return found;
    }
}
