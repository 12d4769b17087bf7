package io.twinstream.verifier.feed;

import io.twinstream.schemas.kafka.TopicReader;
import io.twinstream.schemas.kafka.TopicReader.OffsetRanges;
import io.twinstream.schemas.record.Pair;
import io.twinstream.schemas.record.Probe;
import io.twinstream.schemas.result.DeadLetterView;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.topic.Topics;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Dead letters are read for people: the latest ones, and the picture that came with one. They are read from the end of
 * the topic towards its beginning, since each may be as large as a record can be. One look reads some
 * {@value #MOST_BYTES} bytes, and keeps none of them. Safe for many threads.
 */
public final class DeadLetters {
    private static final long MOST_BYTES = 64 << 20;

    /** The most offsets of a partition that one look goes back; ends of transactions take offsets too. */
    private static final long MOST_OFFSETS = 4_000;

    private static final long FIRST_STEP = 4;
    private static final int STEP_GROWTH = 4;

    private static final Comparator<DeadLetterView> NEWEST_FIRST = Comparator.comparingLong(DeadLetterView::atMs)
            .thenComparingInt(DeadLetterView::partition)
            .thenComparingLong(DeadLetterView::offset)
            .reversed();

    private final TopicReaderPool readers;
    private final String topic;
    private final TopicReaderPool singles;
    private final RecordSerde<Probe> probes = RecordSerde.of(Probe.class);

    /**
     * Creates a reader that reads nothing yet.
     *
     * @param stretches the pool of readers for many records in a row
     * @param singles the pool of readers for single records
     */
    public DeadLetters(TopicReaderPool stretches, TopicReaderPool singles, Topics topics) {
        this.readers = stretches;
        this.topic = topics.deadLetters();
        this.singles = singles;
    }

    /**
     * Returns the latest dead letters, newest first, at most so many; fewer where more than one look reads would be
     * needed.
     */
    public List<DeadLetterView> latest(int limit) {
        return readers.read(topic, reader -> latest(reader, limit));
    }

    /**
     * Returns the picture of a dead letter's probe. Of a record that is no probe, such as an image that was sent
     * without a record around it, it returns all bytes.
     *
     * @param reference whether to return the picture that a pair's probe was compared with
     * @return the picture; empty if there is no dead letter any more, or no pair where the reference is asked for
     */
    public Optional<byte[]> picture(int partition, long offset, boolean reference) {
        return singles.at(topic, partition, offset).map(ConsumerRecord::value).flatMap(value -> {
            try {
                Probe probe = probes.decode(value);
                if (!reference) {
                    return Optional.of(RecordSerde.content(probe.getImage()));
                }
                return probe.getTask() instanceof Pair pair
                        ? Optional.of(RecordSerde.content(pair.getImage()))
                        : Optional.empty();
            } catch (SerializationException e) {
                return reference ? Optional.empty() : Optional.of(value);
            }
        });
    }

    /**
     * Counts the dead letters of records that were appended since a time, at most so many. Where there are none, no
     * record is read.
     */
    public int count(Instant since, int most) {
        return readers.read(
                topic,
                reader -> reader.since(since).length() == 0
                        ? 0
                        : Math.toIntExact(latest(reader, most).stream()
                                .filter(each -> each.atMs() >= since.toEpochMilli())
                                .count()));
    }

    private List<DeadLetterView> latest(TopicReader<String> reader, int limit) {
        List<TopicPartition> partitions = reader.partitions();
        Map<TopicPartition, Long> begins = reader.begins(partitions);
        Map<TopicPartition, Long> to = reader.stableEnds(partitions);
        List<DeadLetterView> found = new ArrayList<>();
        long bytes = 0;
        long back = 0;
        long step = FIRST_STEP;
        while (found.size() < limit && bytes < MOST_BYTES && back < MOST_OFFSETS && !to.equals(begins)) {
            Map<TopicPartition, Long> from = new HashMap<>();
            for (Map.Entry<TopicPartition, Long> end : to.entrySet()) {
                from.put(end.getKey(), Math.max(begins.getOrDefault(end.getKey(), 0L), end.getValue() - step));
            }
            List<DeadLetterView> before = new ArrayList<>();
            try {
                reader.read(new OffsetRanges(from, to), record -> before.add(DeadLetterView.of(record)));
            } catch (TimeoutException e) {
                if (found.isEmpty()) {
                    throw e;
                }
                break;
            }
            found.addAll(before);
            bytes += before.stream().mapToLong(DeadLetterView::bytes).sum();
            back += step;
            to = from;
            step = next(step, bytes, found.size());
        }
        return found.stream().sorted(NEWEST_FIRST).limit(limit).toList();
    }

    /** Returns the next step back: as many letters as there is room for, if they are like those found so far. */
    private static long next(long step, long bytes, int found) {
        long each = found == 0 ? 0 : bytes / found;
        long room = each == 0 ? MOST_OFFSETS : (MOST_BYTES - bytes) / each;
        return Math.max(1, Math.min(STEP_GROWTH * step, room));
    }
}
