package io.twinstream.deploy.acceptance.recovery;

import io.twinstream.deploy.acceptance.rig.Rig;
import io.twinstream.deploy.testkit.OpenTransactor;
import io.twinstream.ingest.IngestService;
import io.twinstream.ingest.settings.IngestSettings;
import io.twinstream.schemas.kafka.OpenTransactions;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.verifier.VerifierService;
import io.twinstream.verifier.settings.VerifierSettings;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;

/**
 * Runs ingest and a verifier on topics of their own, and a foreign program that leaves a transaction open there. It is for one
 * thread.
 */
final class HeldPlace implements AutoCloseable {
    /** Names how a transaction ends. */
    enum Ending {
        COMMITS,
        DIES,
        IS_ABORTED
    }

    private static final Duration LIMIT = Duration.ofMinutes(2);

    /** Time within which it is said: the setting's default, a look, and time for a busy machine. */
    private static final Duration SAID_WITHIN = Duration.ofSeconds(25);

    /** The longest timeout of a transaction that brokers take. */
    private static final Duration NEVER = Duration.ofMinutes(15);

    private static final int UNREACHABLE = 4;
    private static final int TRIES = 4;

    private final HttpClient http = HttpClient.newHttpClient();
    private final Rig rig;
    private final String name;
    private final Ending ending;
    private final Duration open;
    private final Settings settings;
    private final Topics topics;
    private final IngestService ingest;
    private final VerifierService verifier;
    private final List<AutoCloseable> more = new ArrayList<>();
    private long openedNanos;
    private long endedNanos;

    HeldPlace(Rig rig, String name, Ending ending, Duration open) throws Exception {
        this.rig = rig;
        this.name = name;
        this.ending = ending;
        this.open = open;
        settings = rig.settings(
                name,
                IngestSettings.HTTP_PORT,
                "0",
                IngestSettings.ERASURE_TICK_MS,
                "1000",
                VerifierSettings.THREADS,
                "1");
        topics = rig.createTopics(settings);
        ingest = IngestService.start(IngestSettings.of(settings));
        verifier = VerifierService.start(VerifierSettings.of(settings));
        await("the verifier is ready", verifier::ready);
    }

    Settings settings() {
        return settings;
    }

    Topics topics() {
        return topics;
    }

    VerifierService verifier() {
        return verifier;
    }

    /** Starts a further verifier, of a group of its own, so that it judges every probe once more. */
    VerifierService further() throws IOException {
        VerifierService further = VerifierService.start(VerifierSettings.of(
                rig.settings(name, VerifierSettings.GROUP, name + "-" + more.size(), VerifierSettings.THREADS, "1")));
        more.add(further);
        return further;
    }

    OpenTransactor open() {
        openedNanos = System.nanoTime();
        // One that commits or is ended by the command must not time out before.
        OpenTransactor transactor =
                new OpenTransactor(settings, id(), ending == Ending.DIES ? open.plusSeconds(5) : NEVER);
        more.add(transactor);
        return transactor;
    }

    private String id() {
        return name + "-foreign";
    }

    /**
     * Waits until the status of the verifier, where it reads the topic, and a service's metrics show the partition. It returns
     * the seconds since the transaction was opened.
     */
    double awaitSaid(TopicPartition partition) throws Exception {
        String reason = "the transaction on " + partition + " is named";
        boolean ofIngest = partition.topic().equals(topics.labelledImages());
        String row = "twinstream_topic_held_seconds{topic=\"%s\"} ".formatted(partition.topic());
        long left = SAID_WITHIN.toNanos() - (System.nanoTime() - openedNanos);
        Awaitility.await(name + ": " + reason)
                .atMost(Duration.ofNanos(Math.max(left, Duration.ofSeconds(1).toNanos())))
                .pollInterval(Duration.ofMillis(200))
                .until(() -> {
                    String status = get("/status").body();
                    boolean named = status.contains(partition + " has not been readable to its end")
                            && status.contains("--abort " + id());
                    String metrics = ofIngest
                            ? ingest("GET", "/metrics", new byte[0]).body()
                            : get("/metrics").body();
                    boolean measured = metrics.lines()
                            .anyMatch(line ->
                                    line.startsWith(row) && Double.parseDouble(line.substring(row.length())) > 0);
                    return (named || ofIngest) && measured;
                });
        return (System.nanoTime() - openedNanos) / 1e9;
    }

    /** Checks that no transaction of others makes the verifier un-ready. */
    void expectReady() throws Exception {
        HttpResponse<String> ready = get("/health/ready");
        expect("the verifier is ready", ready.statusCode() == 200, ready.body());
    }

    /** Returns the seconds that something takes which is asked for now. */
    double seconds(Asked asked) throws Exception {
        long start = System.nanoTime();
        asked.run();
        return (System.nanoTime() - start) / 1e9;
    }

    /** Asks for something. */
    @FunctionalInterface
    interface Asked {
        void run() throws Exception;
    }

    /** Returns the seconds since readers went on. */
    double sinceEnd() {
        return (System.nanoTime() - endedNanos) / 1e9;
    }

    /** Ends the transaction, or waits for its end, and returns when nothing holds the partition any more. */
    void end(OpenTransactor transactor, TopicPartition partition) throws Exception {
        if (ending == Ending.DIES) {
            transactor.close();
        } else if (ending == Ending.COMMITS) {
            Duration left = open.minusNanos(System.nanoTime() - openedNanos);
            if (!left.isNegative()) {
                Thread.sleep(left.toMillis());
            }
            transactor.commit();
        } else {
            transactor.close();
            Ended ended = command("topics", "transactions", "--abort", id());
            expect("the command aborts it", ended.status() == 0, ended.output());
        }
        try (Admin admin = Admin.create(settings.kafka())) {
            OpenTransactions transactions = new OpenTransactions(admin);
            await(
                    "the transaction ends",
                    () -> transactions.heldBack(List.of(partition)).isEmpty());
        }
        endedNanos = System.nanoTime();
    }

    void await(String what, Callable<Boolean> holds) {
        Awaitility.await(name + ": " + what)
                .dontCatchUncaughtExceptions()
                .atMost(LIMIT.plus(open))
                .pollInterval(Duration.ofMillis(200))
                .until(holds);
    }

    void expect(String what, boolean holds, Object found) throws IOException {
        if (!holds) {
            throw new IOException("%s: not so that %s: %s".formatted(name, what, found));
        }
    }

    HttpResponse<String> ingest(String method, String path, byte[] body) throws Exception {
        return send(ingest.port(), method, path, body);
    }

    void accepted(String path, byte[] body) throws Exception {
        HttpResponse<String> answer = ingest("POST", path, body);
        expect(path + " is accepted", answer.statusCode() == 202, answer.statusCode() + answer.body());
    }

    HttpResponse<String> get(String path) throws Exception {
        return send(verifier.port(), "GET", path, new byte[0]);
    }

    HttpResponse<String> rollback() throws Exception {
        byte[] body = "{\"reason\": \"a test\"}".getBytes(StandardCharsets.UTF_8);
        return send(verifier.port(), "POST", "/v1/models/rollback", body);
    }

    static int gallery(VerifierService verifier) {
        return (Integer) verifier.status().get("gallerySize");
    }

    /** Holds what a command gave that ran in a process of its own. */
    record Ended(int status, String output) {}

    /** Runs a command, and runs it again where the machine was too busy for its broker to answer. */
    Ended command(String... arguments) throws Exception {
        Ended ended = run(arguments);
        for (int i = 1; i < TRIES && ended.status() == UNREACHABLE; i++) {
            ended = run(arguments);
        }
        return ended;
    }

    private Ended run(String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(new File(System.getProperty("twinstream.launcher", "deploy/twinstream")).getAbsolutePath());
        command.addAll(List.of(arguments));
        command.addAll(List.of(
                "--set",
                CommonSettings.BOOTSTRAP + "=" + rig.bootstrapServers(),
                "--set",
                CommonSettings.TOPIC_PREFIX + "=" + name));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        return new Ended(process.waitFor(), output);
    }

    @Override
    public void close() throws Exception {
        for (AutoCloseable each : more) {
            each.close();
        }
        ingest.close();
        verifier.close();
    }

    private HttpResponse<String> send(int port, String method, String path, byte[] body) throws Exception {
        URI uri = URI.create("http://127.0.0.1:%d%s".formatted(port, path));
        return http.send(
                HttpRequest.newBuilder(uri)
                        .method(method, BodyPublishers.ofByteArray(body))
                        .build(),
                BodyHandlers.ofString());
    }
}
