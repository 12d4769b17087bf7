package example;

import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.serde.RecordSerde;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.WakeupException;

/**
 * Prints every verdict as a line of JSON, from the first that the topic holds, until it is stopped: {@code Verdicts [GROUP]}. A
 * group that is named goes on where it was.
 */
public final class Verdicts {
    private Verdicts() {}

    public static void main(String[] arguments) {
        try {
            print(arguments.length > 0 ? arguments[0] : "twinstream-example-" + UUID.randomUUID());
        } catch (WakeupException e) {
            // It was stopped, and has left its group.
        } catch (KafkaException e) {
            Cluster.fail(e);
        }
    }

    private static void print(String group) {
        RecordSerde<Verdict> verdicts = RecordSerde.of(Verdict.class);
        CountDownLatch closed = new CountDownLatch(1);
        try (KafkaConsumer<String, byte[]> consumer =
                Cluster.consumer(Map.of("group.id", group, "auto.offset.reset", "earliest"))) {
            Cluster.partitions(consumer, Cluster.TOPICS.verdicts());
            consumer.subscribe(List.of(Cluster.TOPICS.verdicts()));
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(consumer, closed)));
            while (true) {
                // Polling commits what the last poll gave: a verdict may come twice, and none is lost.
                for (ConsumerRecord<String, byte[]> each : consumer.poll(Duration.ofSeconds(1))) {
                    try {
                        if (each.value() == null) {
                            throw new SerializationException("it is a tombstone, which has no bytes");
                        }
                        System.out.println(verdicts.decode(each.value()));
                    } catch (SerializationException e) {
                        System.err.printf(
                                "%s (partition %d, offset %d): %s%n",
                                each.key(), each.partition(), each.offset(), e.getMessage());
                    }
                }
            }
        } finally {
            closed.countDown();
        }
    }

    /** Lets the consumer leave its group before the process ends, so that others get its partitions at once. */
    private static void stop(KafkaConsumer<?, ?> consumer, CountDownLatch closed) {
        consumer.wakeup();
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
