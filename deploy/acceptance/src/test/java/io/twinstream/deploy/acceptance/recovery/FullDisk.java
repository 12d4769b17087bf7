package io.twinstream.deploy.acceptance.recovery;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.twinstream.deploy.acceptance.rig.AcceptanceCheck;
import io.twinstream.deploy.acceptance.rig.Command;
import io.twinstream.deploy.acceptance.rig.FreePort;
import io.twinstream.deploy.acceptance.rig.Images;
import io.twinstream.deploy.acceptance.rig.Images.Drawing;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.acceptance.rig.TopicAnswers;
import io.twinstream.deploy.broker.TemporaryFolder;
import io.twinstream.deploy.settings.AllSettings;
import io.twinstream.deploy.testkit.Releases;
import io.twinstream.deploy.testkit.Wired;
import io.twinstream.ingest.settings.IngestSettings;
import io.twinstream.schemas.kafka.TopicCreation;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.ModelSlot;
import io.twinstream.schemas.record.Probe;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.ModelSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.trainer.settings.TrainerSettings;
import io.twinstream.verifier.settings.VerifierSettings;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Runs broker, ingest, verifier and trainer in processes of their own, by the launcher, with each folder of each on a file
 * system of its own. One after the other fills and is emptied while probes come by HTTP and as files. Nothing that was
 * acknowledged is lost, nothing is sent or judged twice, and every service goes on by itself.
 */
public final class FullDisk implements AcceptanceCheck {
    private static final String PREFIX = "full";
    private static final Duration START = Duration.ofMinutes(2);
    private static final Duration ON_AGAIN = Duration.ofSeconds(60);
    private static final Duration FULL = Duration.ofSeconds(6);
    private static final Duration LEFT = Duration.ofMinutes(2);
    private static final int ENROLLED = 20;
    private static final int ACCEPTED = 202;
    /**
     * Number of warnings and errors that one service may log while one disk is full; while the broker is away Kafka's clients
     * say more.
     */
    private static final int MOST_LINES = 20;

    private final HttpClient http = HttpClient.newHttpClient();

    @Override
    public Result run(Path folder) throws Exception {
        List<Drawing> drawings = Images.read(folder).all();
        try (TemporaryFolder temporary = TemporaryFolder.create("twinstream-full-disk-")) {
            Map<String, SmallDisk> disks = new LinkedHashMap<>();
            try {
                for (String disk : List.of(
                        "journal 512k",
                        "embeddings 1m",
                        "models 8m",
                        "work 32m",
                        "state 1m",
                        "temporary 128m",
                        "logs 1m",
                        "broker 160m")) {
                    String[] words = disk.split(" ");
                    disks.put(words[0], SmallDisk.mount(temporary.path().resolve(words[0]), words[1]));
                }
                return new Trial(temporary.path(), disks, drawings, folder).run();
            } finally {
                for (SmallDisk disk : disks.values()) {
                    disk.unmount();
                }
            }
        }
    }

    /** Runs the check once. */
    private final class Trial {
        private final Path place;
        private final Map<String, SmallDisk> disks;
        private final List<Drawing> drawings;
        private final Path images;
        private final Path watched;
        private final Map<String, Process> processes = new LinkedHashMap<>();
        private final Map<String, Integer> ports = new HashMap<>();
        private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
        private final AtomicInteger refused = new AtomicInteger();
        private final AtomicInteger files = new AtomicInteger();
        private final List<String> troubles = new ArrayList<>();
        private final Map<String, String> seconds = new LinkedHashMap<>();
        private volatile boolean over;

        Trial(Path place, Map<String, SmallDisk> disks, List<Drawing> drawings, Path images) throws IOException {
            this.place = place;
            this.disks = disks;
            this.drawings = drawings;
            this.images = images;
            this.watched = Files.createDirectories(place.resolve("watched"));
            for (String service : List.of("broker", "ingest", "verifier", "trainer")) {
                ports.put(service, FreePort.find());
            }
        }

        Result run() throws Exception {
            try {
                start("broker", List.of("--folder", disk("broker"), "--port", port("broker")));
                Awaitility.await("the broker starts")
                        .atMost(START)
                        .until(() -> log("broker").contains("broker at"));
                Settings settings = settings();
                Topics topics = Wired.topics(settings);
                try (Admin admin = Admin.create(settings.kafka())) {
                    new TopicCreation(admin).create(topics.all());
                }
                // One after the other, as a machine with few cores has them start in time.
                start("ingest", ingest());
                awaitReady(START);
                start("verifier", verifier());
                awaitReady(START);
                start("trainer", trainer());
                awaitReady(START);
                for (int i = 0; i < ENROLLED; i++) {
                    enrol(i);
                }
                CompletableFuture<Void> callers = CompletableFuture.runAsync(this::call);
                CompletableFuture<Void> writers = CompletableFuture.runAsync(this::write);
                phase(
                        "journal",
                        () -> require(
                                ready("ingest").contains("can't be written"), "ingest didn't report its journal"));
                phase("embeddings", () -> {
                    for (int i = ENROLLED; i < 3 * ENROLLED; i++) {
                        enrol(i);
                    }
                    Awaitility.await("the verifier reports its embeddings")
                            .atMost(ON_AGAIN)
                            .until(() -> log("verifier").contains("can't be kept"));
                });
                enrol(3 * ENROLLED);
                Awaitility.await("embeddings are kept again")
                        .atMost(ON_AGAIN)
                        .until(() -> log("verifier").contains("are kept in " + disk("embeddings"))
                                && log("verifier").contains(" again"));
                phase("models", () -> {
                    ModelId next = new ModelId("letters", "2");
                    Releases.publish(settings, "compact", next);
                    Releases.activate(settings, ModelSlot.SERVING, next, Duration.ofSeconds(2));
                });
                phase("work", this::ask);
                phase("state", () -> {});
                phase("temporary", () -> {});
                phase("logs", () -> {});
                phase("broker", () -> {});
                awaitRun();
                over = true;
                callers.join();
                writers.join();
                return result(settings, topics);
            } finally {
                over = true;
                for (Process process : processes.values()) {
                    process.destroy();
                    if (!process.waitFor(30, TimeUnit.SECONDS)) {
                        process.destroyForcibly().waitFor();
                    }
                }
            }
        }

        /** Fills a disk, does something while it is full, empties it, and waits until all are ready and the way is free. */
        private void phase(String disk, Step meanwhile) throws Exception {
            System.err.printf("  %s%n", disk);
            Map<String, Long> before = lines();
            disks.get(disk).fill();
            TimeUnit.MILLISECONDS.sleep(FULL.toMillis());
            meanwhile.take();
            disks.get(disk).empty();
            long emptied = System.nanoTime();
            awaitReady(ON_AGAIN);
            int through = acknowledged.size();
            Awaitility.await("a probe is taken").atMost(ON_AGAIN).until(() -> acknowledged.size() > through);
            seconds.put(disk, "%.0f".formatted((System.nanoTime() - emptied) / 1e9));
            for (Map.Entry<String, Long> each : lines().entrySet()) {
                long said = each.getValue() - before.getOrDefault(each.getKey(), 0L);
                System.err.printf("    %s: %d warnings and errors%n", each.getKey(), said);
                if (said > MOST_LINES && !disk.equals("broker")) {
                    List<String> all = warnings(each.getKey());
                    require(
                            false,
                            "%s said %d lines of the %s disk, as %s"
                                    .formatted(each.getKey(), said, disk, all.get(all.size() - 1)));
                }
            }
        }

        /** Asks for a run while the trainer's disk is full. */
        private void ask() throws Exception {
            String body =
                    "{\"id\":\"r1\",\"name\":\"learnt\",\"version\":\"1\",\"images\":\"images\",\"validation\":\"validation\",\"steps\":20,\"force\":\"so short a run passes no gate\"}";
            require(
                    send("trainer", "POST", "/v1/training-runs", body.getBytes(UTF_8))
                                    .statusCode()
                            == ACCEPTED,
                    "the run was refused");
            Awaitility.await("the run waits for room")
                    .atMost(ON_AGAIN)
                    .until(() -> ready("trainer").contains("\"runHasRoom\":false"));
        }

        private void awaitRun() throws Exception {
            Awaitility.await("the run ends")
                    .atMost(Duration.ofMinutes(4))
                    .until(() -> training().matches("(?s).*\"(PUBLISHED|FAILED|REFUSED)\".*"));
            require(training().contains("\"PUBLISHED\""), "the training run ended as " + training());
        }

        private String training() throws Exception {
            return send("trainer", "GET", "/v1/training-runs/r1", new byte[0]).body();
        }

        private Result result(Settings settings, Topics topics) throws Exception {
            try (TopicAnswers answers = new TopicAnswers(settings.kafka(), topics)) {
                try {
                    Awaitility.await("all files are sent")
                            .atMost(LEFT)
                            .until(() -> countFiles(probes(settings, topics)) >= files.get());
                } catch (ConditionTimeoutException e) {
                    require(false, "files wait to be sent, while ingest says: \"%s\"".formatted(ready("ingest")));
                }
                // A service that has to read the journal again sends nothing twice.
                stop("ingest");
                start("ingest", ingest());
                awaitReady(START);
                TimeUnit.SECONDS.sleep(3);
                Map<String, Sent> all = probes(settings, topics);
                answers.await(all.size(), LEFT).linger(Duration.ofSeconds(3));
                long twice =
                        all.values().stream().filter(each -> each.times > 1).count();
                long lost =
                        acknowledged.stream().filter(id -> !all.containsKey(id)).count();
                long filesSent = countFiles(all);
                long unjudged = all.keySet().stream()
                        .filter(id -> !answers.verdicts().containsKey(id))
                        .count();
                require(answers.deadLetters().isEmpty(), "dead letters " + answers.deadLetters());
                for (String service : processes.keySet()) {
                    require(!log(service).contains("\n\tat "), service + " logged a stack trace");
                }
                troubles.forEach(each -> System.err.println("  " + each));
                boolean kept = troubles.isEmpty()
                        && twice + lost + unjudged + answers.duplicates() == 0
                        && filesSent == files.get();
                return new Result(
                        kept,
                        "%d disks filled and emptied; ready again after s: %s; by HTTP %d acknowledged, %d refused, %d lost; %d of %d files sent; %d sent twice; of %d probes %d not judged, %d judged twice%s"
                                .formatted(
                                        disks.size(),
                                        seconds,
                                        acknowledged.size(),
                                        refused.get(),
                                        lost,
                                        filesSent,
                                        files.get(),
                                        twice,
                                        all.size(),
                                        unjudged,
                                        answers.duplicates(),
                                        troubles.isEmpty() ? "" : "; " + String.join("; ", troubles)));
            }
        }

        private static long countFiles(Map<String, Sent> probes) {
            return probes.values().stream().filter(each -> each.byFile).count();
        }

        private void call() {
            for (int i = 0; !over; i++) {
                String id = "http-" + i;
                try {
                    byte[] image = drawings.get(i % drawings.size()).png();
                    int status = send("ingest", "POST", "/v1/probes?source=http&id=" + id, image)
                            .statusCode();
                    if (status == ACCEPTED) {
                        acknowledged.add(id);
                    } else {
                        refused.incrementAndGet();
                    }
                    TimeUnit.MILLISECONDS.sleep(50);
                } catch (IOException e) {
                    refused.incrementAndGet();
                } catch (InterruptedException e) {
                    return;
                }
            }
        }

        private void write() {
            for (int i = 0; !over; i++) {
                try {
                    Path hidden = watched.resolve(".part");
                    Files.write(hidden, drawings.get(i % drawings.size()).png());
                    Files.move(hidden, watched.resolve("file-%d.png".formatted(i)));
                    files.incrementAndGet();
                    TimeUnit.MILLISECONDS.sleep(200);
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                } catch (InterruptedException e) {
                    return;
                }
            }
        }

        private void enrol(int subject) throws Exception {
            byte[] image = drawings.get(subject * 20).png();
            require(
                    send("ingest", "POST", "/v1/references/subject-" + subject, image)
                                    .statusCode()
                            == ACCEPTED,
                    "a reference was refused");
        }

        /** Returns each probe on the topic, by its id. */
        private Map<String, Sent> probes(Settings settings, Topics topics) {
            Map<String, Sent> found = new HashMap<>();
            RecordSerde<Probe> serde = RecordSerde.of(Probe.class);
            try (var consumer =
                    new KafkaConsumer<>(settings.kafka(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                List<TopicPartition> partitions = consumer.partitionsFor(topics.probes()).stream()
                        .map(each -> new TopicPartition(topics.probes(), each.partition()))
                        .toList();
                consumer.assign(partitions);
                consumer.seekToBeginning(partitions);
                Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
                while (partitions.stream().anyMatch(each -> consumer.position(each) < ends.get(each))) {
                    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                        Probe probe = serde.decode(record.value());
                        boolean byFile = probe.getSourceId().equals("folder");
                        found.merge(
                                probe.getProbeId(),
                                new Sent(byFile, 1),
                                (one, other) -> new Sent(byFile, one.times + 1));
                    }
                }
            }
            return found;
        }

        private void awaitReady(Duration limit) throws Exception {
            for (String service : processes.keySet()) {
                if (service.equals("broker")) {
                    continue;
                }
                try {
                    Awaitility.await(service + " is ready")
                            .atMost(limit)
                            .until(() -> ready(service).isEmpty());
                } catch (ConditionTimeoutException e) {
                    List<String> said = log(service).lines().toList();
                    throw new IllegalStateException(
                            "%s is not ready: %s; its log ends with%n%s"
                                    .formatted(
                                            service,
                                            ready(service),
                                            String.join(
                                                    "\n", said.subList(Math.max(0, said.size() - 20), said.size()))),
                            e);
                }
            }
        }

        /** Returns what a service that isn't ready says; empty if it is ready. */
        private String ready(String service) throws InterruptedException {
            try {
                HttpResponse<String> answer = send(service, "GET", "/health/ready", new byte[0]);
                return answer.statusCode() == 200 ? "" : answer.body();
            } catch (IOException e) {
                return e.toString();
            }
        }

        private synchronized void require(boolean holds, String otherwise) {
            if (!holds) {
                troubles.add(otherwise);
            }
        }

        private Map<String, Long> lines() throws IOException {
            Map<String, Long> lines = new LinkedHashMap<>();
            for (String service : processes.keySet()) {
                lines.put(service, (long) warnings(service).size());
            }
            return lines;
        }

        private List<String> warnings(String service) throws IOException {
            return log(service)
                    .lines()
                    .filter(line -> line.contains(" WARN ") || line.contains(" ERROR "))
                    .toList();
        }

        private String log(String service) throws IOException {
            return Files.readString(Path.of(disk("logs"), service + ".log"));
        }

        private String disk(String name) {
            return disks.get(name).path().toString();
        }

        private String port(String service) {
            return String.valueOf(ports.get(service));
        }

        private Settings settings() {
            return Settings.parse(
                    AllSettings.define(),
                    Map.of(
                            CommonSettings.BOOTSTRAP,
                            "127.0.0.1:" + port("broker"),
                            CommonSettings.TOPIC_PREFIX,
                            PREFIX));
        }

        private List<String> ingest() {
            return set(
                    IngestSettings.HTTP_PORT + "=" + port("ingest"),
                    IngestSettings.FOLDER + "=" + watched,
                    IngestSettings.FOLDER_JOURNAL + "="
                            + disks.get("journal").path().resolve("sent"));
        }

        private List<String> verifier() {
            return set(
                    VerifierSettings.HTTP_PORT + "=" + port("verifier"),
                    VerifierSettings.GROUP + "=" + PREFIX,
                    VerifierSettings.THREADS + "=1",
                    VerifierSettings.STATE_DIR + "=" + disk("state"),
                    VerifierSettings.EMBEDDINGS_DIR + "=" + disk("embeddings"),
                    ModelSettings.CACHE_DIR + "=" + disk("models"));
        }

        private List<String> trainer() throws IOException, InterruptedException {
            Path root = Files.createDirectories(place.resolve("root"));
            List<Path> alphabets;
            try (var all = Files.list(images)) {
                alphabets = all.filter(Files::isDirectory).sorted().toList();
            }
            for (String name : List.of("images", "validation")) {
                Path alphabet = alphabets.get(name.equals("images") ? 0 : 1);
                Path group = Files.createDirectories(root.resolve(name));
                Command.run("cp", "-r", alphabet.toString(), group.toString());
            }
            return set(
                    TrainerSettings.HTTP_PORT + "=" + port("trainer"),
                    TrainerSettings.GROUP + "=" + PREFIX + "-trainer",
                    TrainerSettings.DATA_ROOT + "=" + root,
                    TrainerSettings.WORK_DIR + "=" + disk("work"),
                    ModelSettings.CACHE_DIR + "=" + disk("models"));
        }

        private List<String> set(String... settings) {
            List<String> options = new ArrayList<>();
            for (String setting : settings) {
                options.addAll(List.of("--set", setting));
            }
            options.addAll(List.of("--set", CommonSettings.BOOTSTRAP + "=127.0.0.1:" + port("broker")));
            options.addAll(List.of("--set", CommonSettings.TOPIC_PREFIX + "=" + PREFIX));
            return options;
        }

        private void start(String service, List<String> options) throws IOException {
            File launcher = new File(System.getProperty("twinstream.launcher", "deploy/twinstream"));
            List<String> command = new ArrayList<>(List.of(launcher.getAbsolutePath(), service));
            command.addAll(options);
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(new File(disk("logs"), service + ".log")));
            builder.environment().put("TWINSTREAM_JAVA_OPTS", "-Djava.io.tmpdir=" + disk("temporary"));
            processes.put(service, builder.start());
        }

        private void stop(String service) throws InterruptedException {
            Process process = processes.get(service);
            process.destroy();
            process.waitFor();
        }

        private HttpResponse<String> send(String service, String method, String path, byte[] body)
                throws IOException, InterruptedException {
            URI uri = URI.create("http://127.0.0.1:%d%s".formatted(ports.get(service), path));
            return http.send(
                    HttpRequest.newBuilder(uri)
                            .timeout(Duration.ofSeconds(30))
                            .method(method, BodyPublishers.ofByteArray(body))
                            .build(),
                    BodyHandlers.ofString());
        }
    }

    /** Does something while a disk is full. */
    @FunctionalInterface
    private interface Step {
        void take() throws Exception;
    }

    /** Holds how often a probe is on the topic, and whether it came as a file. */
    private record Sent(boolean byFile, int times) {}
}
