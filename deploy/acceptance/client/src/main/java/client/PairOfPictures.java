package client;

import io.twinstream.schemas.record.Pair;
import io.twinstream.schemas.record.Probe;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.topic.DeadLetterNote;
import io.twinstream.schemas.topic.Topics;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Asks whether two pictures show the same, and prints the verdict: {@code PairOfPictures BROKERS PREFIX PICTURE PICTURE}. A
 * probe that can't be judged, as one with a damaged picture, has no verdict but a dead letter, whose headers say why.
 */
public final class PairOfPictures {
    private static final Duration WAIT = Duration.ofMinutes(1);

    private PairOfPictures() {}

    public static void main(String[] arguments) throws Exception {
        Topics topics = new Topics(arguments[1], 1);
        // Builders need no change where a later schema has more fields.
        Probe probe = Probe.newBuilder()
                .setProbeId(UUID.randomUUID().toString())
                .setSourceId("client")
                .setSubmittedAt(Instant.now())
                .setImage(ByteBuffer.wrap(Files.readAllBytes(Path.of(arguments[2]))))
                .setTask(Pair.newBuilder()
                        .setImage(ByteBuffer.wrap(Files.readAllBytes(Path.of(arguments[3]))))
                        .build())
                .build();
        RecordSerde<Verdict> verdicts = RecordSerde.of(Verdict.class);
        try (var results = new KafkaConsumer<>(
                        Map.of("bootstrap.servers", arguments[0], "isolation.level", "read_committed"),
                        new StringDeserializer(),
                        new ByteArrayDeserializer());
                var probes = new KafkaProducer<>(
                        Map.of("bootstrap.servers", arguments[0], "max.request.size", Topics.MAX_RECORD_BYTES),
                        new StringSerializer(),
                        RecordSerde.of(Probe.class).serializer())) {
            List<TopicPartition> partitions = Stream.of(topics.verdicts(), topics.deadLetters())
                    .flatMap(topic -> results.partitionsFor(topic).stream())
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                    .toList();
            results.assign(partitions);
            results.seekToEnd(partitions);
            partitions.forEach(results::position);
            // Probes of one key lie in one partition, which one thread judges; ids spread over all of them.
            probes.send(new ProducerRecord<>(topics.probes(), probe.getProbeId(), probe)).get();
            Instant end = Instant.now().plus(WAIT);
            while (Instant.now().isBefore(end)) {
                for (ConsumerRecord<String, byte[]> result : results.poll(Duration.ofMillis(200))) {
                    if (result.topic().equals(topics.deadLetters())) {
                        DeadLetterNote note = DeadLetterNote.of(result.headers());
                        if (probe.getProbeId().equals(note.probeId())) {
                            System.out.println("dead letter: " + note.reason() + ": " + note.message());
                            return;
                        }
                    } else if (probe.getProbeId().equals(result.key())) {
                        System.out.println(verdicts.decode(result.value()).getOutcome());
                        return;
                    }
                }
            }
        }
        System.err.println("neither verdict nor dead letter within " + WAIT.toSeconds() + " s");
        System.exit(1);
    }
}
