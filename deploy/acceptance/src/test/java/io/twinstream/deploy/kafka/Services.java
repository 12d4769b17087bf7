package io.twinstream.deploy.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.twinstream.deploy.settings.AllSettings;
import io.twinstream.deploy.testkit.Wired;
import io.twinstream.deploy.verdict.VerdictReader;
import io.twinstream.ingest.IngestService;
import io.twinstream.ingest.settings.IngestSettings;
import io.twinstream.schemas.kafka.TopicCreation;
import io.twinstream.schemas.kafka.TopicReport;
import io.twinstream.schemas.metrics.Metric;
import io.twinstream.schemas.record.Identify;
import io.twinstream.schemas.record.Probe;
import io.twinstream.schemas.record.Reference;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.trainer.dataset.ImageClass;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.trainer.dataset.ProblemList;
import io.twinstream.verifier.VerifierService;
import io.twinstream.verifier.settings.Shard;
import io.twinstream.verifier.settings.VerifierSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** Runs ingest and a verifier on a cluster, and does what a caller of theirs does, all over HTTP and topics. */
final class Services implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String BOUNDARY = "a-boundary";

    private final HttpClient http = HttpClient.newHttpClient();
    private final Map<String, Verdict> verdicts = new HashMap<>();
    private final String bootstrapServers;
    private final Settings settings;
    private VerifierService verifier;
    private final IngestService ingest;
    private final VerdictReader reader;

    private Services(String bootstrapServers, String prefix, Map<String, String> further)
            throws IOException, InterruptedException {
        this.bootstrapServers = bootstrapServers;
        Map<String, String> own = new HashMap<>(Map.of(
                "topic.prefix", prefix,
                "verifier.group", prefix,
                "verifier.threads", "2",
                "verifier.http.port", "0",
                "ingest.http.port", "0"));
        own.putAll(further);
        settings = settings(own);
        createTopics(own);
        verifier = VerifierService.start(VerifierSettings.of(settings));
        ingest = IngestService.start(IngestSettings.of(settings));
        reader = VerdictReader.open(CommonSettings.of(settings), true);
        Awaitility.await().atMost(LIMIT).until(verifier::ready);
    }

    static Services start(String bootstrapServers, String prefix) throws IOException, InterruptedException {
        return start(bootstrapServers, prefix, Map.of());
    }

    static Services start(String bootstrapServers, String prefix, Map<String, String> further)
            throws IOException, InterruptedException {
        return new Services(bootstrapServers, prefix, further);
    }

    List<TopicReport> createTopics(Map<String, String> values) throws InterruptedException {
        Settings declared = settings(values);
        try (Admin admin = Admin.create(declared.kafka())) {
            return new TopicCreation(admin).create(Shard.of(declared).topics(Wired.topics(declared)));
        }
    }

    /** Enrols an image, and returns when the gallery holds the reference. */
    void enrol(String subject, byte[] image) throws Exception {
        int before = gallerySize();
        post("/v1/references/" + subject, image);
        Awaitility.await().atMost(LIMIT).until(() -> gallerySize() > before);
    }

    void erase(String subject) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri("/v1/references/" + subject))
                .DELETE()
                .build();
        assertEquals(
                202, http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode());
    }

    Verdict identify(byte[] image) throws Exception {
        return verdict(post("/v1/probes?task=identify", image));
    }

    /** Identifies as a caller that is traced. */
    Verdict identify(byte[] image, String traceparent) throws Exception {
        return verdict(accepted(HttpRequest.newBuilder(uri("/v1/probes"))
                .header("traceparent", traceparent)
                .POST(BodyPublishers.ofByteArray(image))
                .build()));
    }

    Verdict claim(String subject, byte[] image) throws Exception {
        return verdict(post("/v1/probes?task=claim&subject=" + subject, image));
    }

    Verdict pair(byte[] image, byte[] reference) throws Exception {
        ByteArrayOutputStream form = new ByteArrayOutputStream();
        part(form, "image", image);
        part(form, "reference", reference);
        form.write(("--" + BOUNDARY + "--\r\n").getBytes(UTF_8));
        return verdict(accepted(HttpRequest.newBuilder(uri("/v1/probes?task=pair"))
                .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
                .POST(BodyPublishers.ofByteArray(form.toByteArray()))
                .build()));
    }

    void label(String subject, String source, byte[] image) throws Exception {
        post("/v1/labelled-images/%s?source=%s".formatted(subject, source), image);
    }

    HttpResponse<String> eraseLabels(String subject) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri("/v1/labelled-images/" + subject))
                .DELETE()
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> feedback(String probeId, String json) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri("/v1/verdicts/" + probeId + "/feedback"))
                .POST(BodyPublishers.ofString(json))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    /** Returns how much feedback ingest has taken so far, by its result and the verdict's outcome. */
    double feedbackTaken(String result, String outcome) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri("/metrics")).build();
        return http.send(request, HttpResponse.BodyHandlers.ofString())
                .body()
                .lines()
                .filter(line -> line.startsWith(Metric.INGEST_FEEDBACK.id() + "{"))
                .filter(line -> line.contains("result=\"%s\"".formatted(result)))
                .filter(line -> line.contains("outcome=\"%s\"".formatted(outcome)))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .findFirst()
                .orElseThrow();
    }

    /** Returns what a trainer would read of the topic of labelled images. */
    Map<String, ImageClass> trainingMaterial() throws IOException {
        ImageSet images = ImageSet.read(Wired.labelledImages(settings), 1, new ProblemList());
        return images.classes().stream().collect(Collectors.toMap(ImageClass::path, each -> each));
    }

    /** Writes any bytes to the probes topic. */
    void produceRaw(String key, byte[] value) throws Exception {
        try (var producer = new KafkaProducer<>(settings.kafka(), new StringSerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(Wired.topics(settings).probes(), key, value))
                    .get();
        }
    }

    void addPartitions(String topic, int all) throws Exception {
        try (Admin admin = Admin.create(settings.kafka())) {
            admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(all)))
                    .all()
                    .get();
        }
    }

    /** Returns the verdict on a probe that a producer of its own puts on a partition. */
    Verdict identifyOn(int partition, byte[] image) throws Exception {
        String id = "on-" + partition;
        Probe probe = new Probe(id, "foreign", Instant.now(), ByteBuffer.wrap(image), new Identify(1), null);
        append(topics().probes(), partition, id, RecordSerde.of(Probe.class).encode(probe));
        return verdict(id);
    }

    /** Appends a reference to a partition, or erases it there, and returns when the gallery holds so many. */
    void enrolOn(int partition, String subject, String id, byte @Nullable [] image, int references) throws Exception {
        byte[] value = image == null
                ? null
                : RecordSerde.of(Reference.class)
                        .encode(new Reference(subject, id, Instant.now(), ByteBuffer.wrap(image), null));
        append(topics().references(), partition, subject + "/" + id, value);
        awaitGallery(references);
    }

    /** Enrols under an id. */
    void enrol(String subject, String id, byte[] image) throws Exception {
        post("/v1/references/%s?id=%s".formatted(subject, id), image);
    }

    void erase(String subject, String id) throws Exception {
        erase(subject + "?reference=" + id);
    }

    void awaitGallery(int references) {
        Awaitility.await().atMost(LIMIT).until(() -> gallerySize() == references);
    }

    /** Ends the verifier with all that it had in memory, and starts another one. */
    void restartVerifier() throws Exception {
        verifier.close();
        verifier = VerifierService.start(VerifierSettings.of(settings));
        Awaitility.await().atMost(LIMIT).until(verifier::ready);
    }

    /** Returns what compaction would leave of a topic: of each partition the last value of each key, null for a tombstone. */
    Map<String, Optional<byte[]>> latest(String topic) {
        Map<String, Optional<byte[]>> latest = new HashMap<>();
        try (var consumer = committed()) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(100))
                        .forEach(each ->
                                latest.put(each.partition() + " " + each.key(), Optional.ofNullable(each.value())));
            }
        }
        return latest;
    }

    Topics topics() {
        return Wired.topics(settings);
    }

    private void append(String topic, int partition, String key, byte @Nullable [] value) throws Exception {
        try (var producer = new KafkaProducer<>(settings.kafka(), new StringSerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic, partition, key, value)).get();
        }
    }

    /** Does what retention does in time: the verdict's probe, and those before it, are gone. */
    void deleteProbesUpTo(Verdict verdict) throws Exception {
        TopicPartition partition = new TopicPartition(Wired.topics(settings).probes(), verdict.getProbePartition());
        try (Admin admin = Admin.create(settings.kafka())) {
            admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(verdict.getProbeOffset() + 1)))
                    .all()
                    .get();
        }
    }

    /** Counts all verdicts so far, and those that the latest windows of a size count. */
    WindowCounts windowCounts(Duration size) {
        try (var consumer = committed()) {
            return WindowCounts.read(consumer, Wired.topics(settings), size);
        }
    }

    /** Returns the headers of the dead letter with the key. */
    Map<String, String> deadLetter(String key) {
        return headers(Wired.topics(settings).deadLetters(), key);
    }

    Map<String, String> verdictHeaders(String probeId) {
        return headers(Wired.topics(settings).verdicts(), probeId);
    }

    /** Returns what Prometheus would read of the verifier. */
    String verifierMetrics() throws Exception {
        URI metrics = URI.create("http://127.0.0.1:" + verifier.port() + "/metrics");
        HttpResponse<String> answer =
                http.send(HttpRequest.newBuilder(metrics).build(), HttpResponse.BodyHandlers.ofString());
        assertEquals(200, answer.statusCode(), answer.body());
        return answer.body();
    }

    @Override
    public void close() {
        reader.close();
        ingest.close();
        verifier.close();
    }

    private KafkaConsumer<String, byte[]> committed() {
        Map<String, Object> config = settings.kafka();
        config.put("isolation.level", "read_committed");
        return new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer());
    }

    /** Returns the headers of the record with the key, once it is there. */
    private Map<String, String> headers(String topic, String key) {
        try (var consumer = committed()) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<String, Map<String, String>> found = new HashMap<>();
            Awaitility.await().atMost(LIMIT).until(() -> {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> found.put(record.key(), headers(record)));
                return found.containsKey(key);
            });
            return found.get(key);
        }
    }

    private String post(String path, byte[] body) throws IOException, InterruptedException {
        return accepted(HttpRequest.newBuilder(uri(path))
                .POST(BodyPublishers.ofByteArray(body))
                .build());
    }

    /** Returns the id in the answer. */
    private String accepted(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        assertEquals(202, answer.statusCode(), answer.body());
        return new ObjectMapper().readTree(answer.body()).get("id").asText();
    }

    private Verdict verdict(String probeId) {
        Awaitility.await().atMost(LIMIT).until(() -> {
            reader.poll(Duration.ofMillis(50)).forEach(each -> verdicts.put(each.getProbeId(), each));
            return verdicts.containsKey(probeId);
        });
        return verdicts.get(probeId);
    }

    private int gallerySize() {
        return (Integer) verifier.status().get("gallerySize");
    }

    private Settings settings(Map<String, String> values) {
        return Settings.parse(AllSettings.define(), values, Map.of(CommonSettings.BOOTSTRAP, bootstrapServers));
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + ingest.port() + path);
    }

    private static void part(ByteArrayOutputStream form, String name, byte[] image) throws IOException {
        form.write("--%s\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"%s.png\"\r\n\r\n"
                .formatted(BOUNDARY, name, name)
                .getBytes(UTF_8));
        form.write(image);
        form.write("\r\n".getBytes(UTF_8));
    }

    private static Map<String, String> headers(ConsumerRecord<?, ?> record) {
        Map<String, String> headers = new HashMap<>();
        for (Header header : record.headers()) {
            headers.put(header.key(), new String(header.value(), UTF_8));
        }
        return headers;
    }
}
