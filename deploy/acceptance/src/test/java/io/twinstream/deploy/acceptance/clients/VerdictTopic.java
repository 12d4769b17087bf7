package io.twinstream.deploy.acceptance.clients;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.twinstream.schemas.record.Candidate;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.serde.SingleObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Writes records that a reader of verdicts has to get along with, and says what a reader has to see of a topic. */
record VerdictTopic(String bootstrapServers, String name) {
    /** Is the key of the verdict that a later release has written. */
    static final String LATER = "from-a-later-release";

    /** Is the fingerprint of its schema, which no release has. */
    static final String LATER_FINGERPRINT = "0123456789abcdef";

    /** Is the key of a record without a value. */
    static final String TOMBSTONE = "tombstone";

    /** Is the id of a verdict that was appended in a year of five digits, which Python's dates don't reach. */
    static final String DISTANT = "distant";

    /** Is the key of a verdict that claims a billion candidates and has none. */
    static final String FORGED = "forged";

    /** Is a billion as Avro writes it. */
    private static final String BILLION = "80a8d6b907";

    /** Is the id of the verdict that was never committed. */
    static final String ABORTED = "aborted";

    /** Is how the line begins that names a record without a key: Java and Node write null, Python None. */
    private static final Pattern KEYLESS = Pattern.compile("(null|None) \\(partition .*");

    private static final Set<String> UNUSUAL = Set.of(LATER, TOMBSTONE, DISTANT, FORGED);
    private static final int CUT_OFF_BYTES = 20;
    private static final RecordSerde<Verdict> SERDE = RecordSerde.of(Verdict.class);
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /**
     * Writes a verdict of the first release, one of a release to come, a cut-off one without a key, a tombstone, one from the
     * distant future, a forged one, and one in a transaction that is aborted. What is hard comes before the verdict of the first release where
     * both share a partition.
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
            Verdict distant = Verdict.newBuilder(verdict)
                    .setProbeId(DISTANT)
                    .setAppendedAt(Instant.parse("+12345-01-01T00:00:00Z"))
                    .build();
            producer.send(new ProducerRecord<>(name, LATER, later));
            producer.send(new ProducerRecord<>(name, null, Arrays.copyOf(first, CUT_OFF_BYTES)));
            producer.send(new ProducerRecord<>(name, TOMBSTONE, null));
            producer.send(new ProducerRecord<>(name, DISTANT, SERDE.encode(distant)));
            producer.send(new ProducerRecord<>(name, FORGED, forged(verdict)));
            producer.send(new ProducerRecord<>(name, verdict.getProbeId(), first));
            producer.commitTransaction();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(name, ABORTED, SERDE.encode(aborted)));
            producer.flush();
            producer.abortTransaction();
        }
    }

    /** Returns a verdict that ends where it claims a billion candidates. Who believes it runs out of memory. */
    private static byte[] forged(Verdict verdict) {
        byte[] none = SERDE.encode(
                Verdict.newBuilder(verdict).setCandidates(List.of()).build());
        byte[] one = SERDE.encode(Verdict.newBuilder(verdict)
                .setCandidates(List.of(new Candidate("nobody", "no-picture", 0.5)))
                .build());
        int count = Arrays.mismatch(none, one);
        byte[] billion = HexFormat.of().parseHex(BILLION);
        byte[] forged = Arrays.copyOf(none, count + billion.length);
        System.arraycopy(billion, 0, forged, count, billion.length);
        return forged;
    }

    /** Returns the bytes of a record that a test of the records keeps. */
    static byte[] golden(Path root, String record) throws IOException {
        Path file = root.resolve("schemas/records/src/test/resources/io/twinstream/schemas/serde/" + record + ".hex");
        return HexFormat.of().parseHex(Files.readString(file, UTF_8).strip());
    }

    /** Returns whether a reader that printed these lines has named each record that it can't read, and missed none. */
    static boolean names(List<String> lines, List<String> errors) {
        return errors.stream().anyMatch(line -> line.startsWith(LATER) && line.contains(LATER_FINGERPRINT))
                && errors.stream().anyMatch(line -> line.startsWith(TOMBSTONE))
                && errors.stream().anyMatch(line -> line.startsWith(FORGED))
                && errors.stream().anyMatch(line -> KEYLESS.matcher(line).matches())
                && Stream.concat(lines.stream(), errors.stream()).anyMatch(line -> line.contains(DISTANT));
    }

    /** Returns the sorted ids of all verdicts that every reader has to print. */
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
                    if (each.key() != null && !UNUSUAL.contains(each.key())) {
                        ids.add(SERDE.decode(each.value()).getProbeId());
                    }
                }
            }
        }
        return ids.stream().sorted().toList();
    }
}
