package example;

import io.twinstream.schemas.record.Claim;
import io.twinstream.schemas.record.Probe;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.serde.Undecided;
import io.twinstream.schemas.topic.DeadLetterNote;
import io.twinstream.schemas.topic.Topics;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Asks whether a picture shows a subject: {@code Ask PICTURE SUBJECT [SECONDS]}. It sends the probe straight to Kafka and waits
 * there for its verdict. A probe that can't be judged, as one with a damaged picture, has a dead letter instead.
 */
public final class Ask {
    private Ask() {}

    public static void main(String[] arguments) throws InterruptedException {
        if (arguments.length < 2) {
            System.err.println("usage: Ask PICTURE SUBJECT [SECONDS]");
            System.exit(2);
        }
        try {
            Duration patience = Duration.ofSeconds(arguments.length > 2 ? Long.parseLong(arguments[2]) : 60);
            Verdict verdict = ask(Files.readAllBytes(Path.of(arguments[0])), arguments[1], patience);
            Object why = verdict.getScore() == null ? Undecided.cause(verdict) : verdict.getScore();
            System.out.println(verdict.getOutcome() + " " + why);
        } catch (IOException | NumberFormatException e) {
            System.err.println(e);
            System.exit(1);
        } catch (IllegalStateException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        } catch (ExecutionException e) {
            Cluster.fail((Exception) e.getCause());
        } catch (KafkaException e) {
            Cluster.fail(e);
        }
    }

    private static Verdict ask(byte[] picture, String subject, Duration patience)
            throws ExecutionException, InterruptedException {
        // Builders need no change where a later schema has more fields.
        Probe probe = Probe.newBuilder()
                .setProbeId(UUID.randomUUID().toString())
                .setSourceId("example")
                .setSubmittedAt(Instant.now())
                .setImage(ByteBuffer.wrap(picture))
                .setTask(Claim.newBuilder().setSubjectId(subject).build())
                .build();
        RecordSerde<Verdict> verdicts = RecordSerde.of(Verdict.class);
        try (KafkaConsumer<String, byte[]> results = Cluster.consumer(Map.of());
                var probes = new KafkaProducer<>(
                        Cluster.settings(Map.of(
                                "max.request.size", Topics.MAX_RECORD_BYTES, "max.block.ms", Cluster.PATIENCE_MS)),
                        new StringSerializer(),
                        RecordSerde.of(Probe.class).serializer())) {
            // Where the topics end is known before the probe is sent, so that no verdict is missed.
            List<TopicPartition> partitions = Stream.of(Cluster.TOPICS.verdicts(), Cluster.TOPICS.deadLetters())
                    .flatMap(topic -> Cluster.partitions(results, topic).stream())
                    .toList();
            results.assign(partitions);
            results.seekToEnd(partitions);
            partitions.forEach(results::position);
            // The key spreads probes over partitions; take the source's id where the order within a source counts.
            probes.send(new ProducerRecord<>(Cluster.TOPICS.probes(), probe.getProbeId(), probe)).get();
            Instant end = Instant.now().plus(patience);
            while (Instant.now().isBefore(end)) {
                for (ConsumerRecord<String, byte[]> result : results.poll(Duration.ofMillis(200))) {
                    DeadLetterNote note = DeadLetterNote.of(result.headers());
                    if (result.topic().equals(Cluster.TOPICS.verdicts())) {
                        if (probe.getProbeId().equals(result.key())) {
                            return verdicts.decode(result.value());
                        }
                    } else if (probe.getProbeId().equals(note.probeId())) {
                        throw new IllegalStateException(note.reason() + ": " + note.message());
                    }
                }
            }
        }
        throw new IllegalStateException("no verdict on %s within %d s: is a verifier running?"
                .formatted(probe.getProbeId(), patience.toSeconds()));
    }
}
