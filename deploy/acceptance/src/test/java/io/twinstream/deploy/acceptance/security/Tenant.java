package io.twinstream.deploy.acceptance.security;

import io.twinstream.deploy.testkit.Wired;
import io.twinstream.schemas.kafka.TopicComparison;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.DeadLetterNote;
import io.twinstream.schemas.topic.TopicDeclaration;
import io.twinstream.schemas.topic.Topics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;

/**
 * This is a user with topics and groups of its own under its name, and does what a check does around it as an administrator.
 *
 * @param own settings of the user
 * @param admin settings of an administrator, with the same topics
 * @param limit longest time of each thing that is waited for
 */
record Tenant(String user, Settings own, Settings admin, Duration limit) {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    Topics topics() {
        return Wired.topics(own);
    }

    /** Compares topics with their declarations, as a service that starts does. It fails where the user may not. */
    void compare(List<TopicDeclaration> declared) throws ExecutionException, InterruptedException {
        try (Admin client = Admin.create(own.kafka())) {
            for (TopicDeclaration each : declared) {
                new TopicComparison(client).differences(each);
            }
        }
    }

    /** Waits until something holds. */
    void await(String what, Callable<Boolean> holds) {
        Awaitility.await(what)
                // Other tenants run beside this one, whose threads die of rights they lack.
                .dontCatchUncaughtExceptions()
                .atMost(limit)
                .pollInterval(Duration.ofMillis(200))
                .until(holds);
    }

    /** Calls a service of this machine, and returns its answer's body. */
    String call(int expected, String method, int port, String path, byte[] body)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(limit)
                .method(method, BodyPublishers.ofByteArray(body))
                .build();
        HttpResponse<String> answer = HTTP.send(request, BodyHandlers.ofString(StandardCharsets.UTF_8));
        if (answer.statusCode() != expected) {
            throw new IOException("%s %s: %d %s"
                    .formatted(method, path, answer.statusCode(), answer.body().strip()));
        }
        return answer.body();
    }

    /** Waits until a {@code GET} is answered with 200 and this text. What the broker forbids is not waited for. */
    void awaitText(int port, String path, String text) {
        await("%s has %s".formatted(path, text), () -> {
            try {
                return call(200, "GET", port, path, new byte[0]).contains(text);
            } catch (IOException e) {
                if (String.valueOf(e.getMessage()).contains("uthorized")) {
                    throw e;
                }
                return false;
            }
        });
    }

    <T extends SpecificRecordBase> void write(String topic, String key, Class<T> type, Iterable<T> records) {
        try (var producer = new KafkaProducer<>(admin.kafka(), new StringSerializer(), new ByteArraySerializer())) {
            records.forEach(each -> producer.send(
                    new ProducerRecord<>(topic, key, RecordSerde.of(type).encode(each))));
        }
    }

    /** Writes that a probe can't be judged, as a verifier does. */
    void writeDeadLetter(String probeId) {
        try (var producer = new KafkaProducer<>(admin.kafka(), new StringSerializer(), new ByteArraySerializer())) {
            ProducerRecord<String, byte[]> letter = new ProducerRecord<>(topics().deadLetters(), probeId, new byte[1]);
            new DeadLetterNote("DAMAGED", "the image is damaged", probeId, "gate", topics().probes(), 0, 1)
                    .writeTo(letter.headers());
            producer.send(letter);
        }
    }

    /** Returns the first or last offset of a topic's partition 0, or 0 without such a topic. */
    long offset(String topic, OffsetSpec which) throws InterruptedException {
        TopicPartition partition = new TopicPartition(topic, 0);
        try (Admin client = Admin.create(admin.kafka())) {
            return client.listOffsets(Map.of(partition, which))
                    .partitionResult(partition)
                    .get()
                    .offset();
        } catch (ExecutionException e) {
            return 0;
        }
    }
}
