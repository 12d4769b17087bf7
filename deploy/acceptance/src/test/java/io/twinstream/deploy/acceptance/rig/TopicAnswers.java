package io.twinstream.deploy.acceptance.rig;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.collectingAndThen;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.topic.DeadLetterHeaders;
import io.twinstream.schemas.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Collects everything that a read-committed reader finds on the verdict and dead-letter topics, from the beginning. */
public final class TopicAnswers implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);

    private final Topics topics;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final RecordSerde<Verdict> serde = RecordSerde.of(Verdict.class);
    private final Map<String, Verdict> verdicts = new HashMap<>();
    private final Map<String, Duration> latencies = new HashMap<>();
    private final List<String> deadLetters = new ArrayList<>();
    private int duplicates;

    public TopicAnswers(String bootstrapServers, Topics topics) {
        this(Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers), topics);
    }

    public TopicAnswers(Map<String, Object> kafka, Topics topics) {
        this.topics = topics;
        Map<String, Object> config = new HashMap<>(kafka);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> partitions = new ArrayList<>();
        for (String topic : List.of(topics.verdicts(), topics.deadLetters())) {
            consumer.partitionsFor(topic).forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
        }
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /** Reads for a moment. */
    public TopicAnswers poll() {
        consumer.poll(POLL).forEach(this::take);
        return this;
    }

    /** Reads what is there. */
    public void pollNow() {
        consumer.poll(Duration.ZERO).forEach(this::take);
    }

    /** Reads until there are so many verdicts and dead letters together, or the limit has passed. */
    public TopicAnswers await(int answers, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        int shown = 0;
        while (count() < answers && System.nanoTime() < end) {
            poll();
            if (count() / 1000 > shown) {
                shown = count() / 1000;
                System.err.printf("  %d of %d answers%n", count(), answers);
            }
        }
        return this;
    }

    /** Reads what is left for so long, in which nothing more should come. */
    public TopicAnswers linger(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            poll();
        }
        return this;
    }

    public int count() {
        return verdicts.size() + duplicates + deadLetters.size();
    }

    /** Returns the verdicts by probe id. */
    public Map<String, Verdict> verdicts() {
        return verdicts;
    }

    /** Returns the number of verdicts beyond the first of the same probe. */
    public int duplicates() {
        return duplicates;
    }

    /**
     * Returns the times from the append of a probe until its verdict was read, by probe id; so they hold how often somebody
     * reads here.
     */
    public Map<String, Duration> latencies() {
        return latencies;
    }

    /**
     * Returns the longest time between two verdicts on probes of one partition that follow each other, by when they were
     * decided.
     */
    public Duration longestSilence() {
        Map<Integer, List<Instant>> decided = verdicts.values().stream()
                .collect(groupingBy(
                        Verdict::getProbePartition,
                        mapping(
                                Verdict::getDecidedAt,
                                collectingAndThen(
                                        toList(),
                                        times -> times.stream().sorted().toList()))));
        Duration longest = Duration.ZERO;
        for (List<Instant> times : decided.values()) {
            for (int i = 1; i < times.size(); i++) {
                Duration silence = Duration.between(times.get(i - 1), times.get(i));
                longest = silence.compareTo(longest) > 0 ? silence : longest;
            }
        }
        return longest;
    }

    /** Returns key and reason of each dead letter, as {@code key: REASON}. */
    public List<String> deadLetters() {
        return deadLetters;
    }

    @Override
    public void close() {
        consumer.close();
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        if (record.topic().equals(topics.verdicts())) {
            Verdict verdict = serde.decode(record.value());
            latencies.put(verdict.getProbeId(), Duration.between(verdict.getAppendedAt(), Instant.now()));
            if (verdicts.put(verdict.getProbeId(), verdict) != null) {
                duplicates++;
            }
        } else {
            String reason = new String(
                    record.headers().lastHeader(DeadLetterHeaders.REASON).value(), UTF_8);
            deadLetters.add(new String(record.key(), UTF_8) + ": " + reason);
        }
    }
}
