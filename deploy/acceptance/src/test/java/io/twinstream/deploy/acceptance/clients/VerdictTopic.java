package io.twinstream.deploy.acceptance.clients;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.serde.SingleObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Writes verdicts that a reader has to get along with, and says what a reader has to see of a topic. */
record VerdictTopic(String bootstrapServers, String name) {
    /** Is the key of the verdict that a later release has written. */
    static final String LATER = "from-a-later-release";

    /** Is the fingerprint of its schema, which no release has. */
    static final String LATER_FINGERPRINT = "0123456789abcdef";

    /** Is the id of the verdict that was never committed. */
    static final String ABORTED = "aborted";

    private static final RecordSerde<Verdict> SERDE = RecordSerde.of(Verdict.class);
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /**
     * Writes a verdict of the first release, one of a release to come, and one in a transaction that is aborted.
     *
     * @param first a verdict's bytes, as the first release has written them
     */
    void writeWhatIsHard(byte[] first) {
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers, "transactional.id", "examples"),
                new StringSerializer(),
                new ByteArraySerializer())) {
            Verdict verdict = SERDE.decode(first);
            Verdict aborted = Verdict.newBuilder(verdict).setProbeId(ABORTED).build();
            byte[] later = SingleObject.of(0, first, SingleObject.HEADER_BYTES);
            HexFormat hex = HexFormat.of();
            System.arraycopy(hex.parseHex(LATER_FINGERPRINT), 0, later, 2, LATER_FINGERPRINT.length() / 2);
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(name, verdict.getProbeId(), first));
            producer.send(new ProducerRecord<>(name, LATER, later));
            producer.commitTransaction();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(name, ABORTED, SERDE.encode(aborted)));
            producer.flush();
            producer.abortTransaction();
        }
    }

    /** Returns the bytes of a record that a test of the records keeps. */
    static byte[] golden(Path root, String record) throws IOException {
        Path file = root.resolve("schemas/records/src/test/resources/io/twinstream/schemas/serde/" + record + ".hex");
        return HexFormat.of().parseHex(Files.readString(file, UTF_8).strip());
    }

    /** Returns the sorted ids of all verdicts that are committed and of a release that is known. */
    List<String> ids() throws IOException {
        List<String> ids = new ArrayList<>();
        try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed"),
                new StringDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(name).stream()
                    .map(each -> new TopicPartition(each.topic(), each.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            long limit = System.nanoTime() + LIMIT.toNanos();
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                if (System.nanoTime() > limit) {
                    throw new IOException("%s can't be read to its end within %s".formatted(name, LIMIT));
                }
                for (ConsumerRecord<String, byte[]> each : consumer.poll(Duration.ofMillis(200))) {
                    if (!LATER.equals(each.key())) {
                        ids.add(SERDE.decode(each.value()).getProbeId());
                    }
                }
            }
        }
        return ids.stream().sorted().toList();
    }
}
