package io.twinstream.deploy.kafka;

import io.twinstream.schemas.record.MatchWindow;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.topic.Topics;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Holds how many verdicts there are, and how many the windows of one size count.
 *
 * @param verdicts verdicts on their topic, by outcome
 * @param counted verdicts that the latest window of each key counts, by outcome
 */
record WindowCounts(Map<String, Long> verdicts, Map<String, Long> counted) {
    static WindowCounts read(KafkaConsumer<String, byte[]> consumer, Topics topics, Duration size) {
        Map<String, Long> verdicts = new TreeMap<>();
        for (byte[] value : latest(consumer, topics.verdicts())) {
            Verdict verdict = RecordSerde.of(Verdict.class).decode(value);
            verdicts.merge(verdict.getOutcome().name(), 1L, Long::sum);
        }
        Map<String, Long> counted = new TreeMap<>();
        for (byte[] value : latest(consumer, topics.matchWindows())) {
            MatchWindow window = RecordSerde.of(MatchWindow.class).decode(value);
            if (window.getSizeMs() == size.toMillis()) {
                add(counted, "MATCH", window.getMatches());
                add(counted, "NON_MATCH", window.getNonMatches());
                window.getUndecided().values().forEach(count -> add(counted, "UNDECIDED", count));
            }
        }
        return new WindowCounts(verdicts, counted);
    }

    private static void add(Map<String, Long> counts, String outcome, long count) {
        if (count > 0) {
            counts.merge(outcome, count, Long::sum);
        }
    }

    /** Returns the last value of each key, up to what is committed now. */
    private static Collection<byte[]> latest(KafkaConsumer<String, byte[]> consumer, String topic) {
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        Map<String, byte[]> values = new TreeMap<>();
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            consumer.poll(Duration.ofMillis(100)).forEach(record -> values.put(record.key(), record.value()));
        }
        return values.values();
    }
}
