package io.twinstream.deploy.acceptance.recovery;

import io.twinstream.deploy.acceptance.rig.Rig;
import io.twinstream.deploy.testkit.OpenTransactor;
import io.twinstream.ingest.IngestService;
import io.twinstream.ingest.settings.IngestSettings;
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
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;

/** Ingest and a verifier on topics of their own, and a foreign program that leaves a transaction open there. For one thread. */
final class HeldPlace implements AutoCloseable {
    /** How a transaction ends. */
    enum Ending {
        COMMITS,
        DIES,
        IS_ABORTED
    }

    private static final Duration LIMIT = Duration.ofMinutes(2);

    /** The setting's default, a look, and time for a busy machine. */
    private static final Duration SAID_WITHIN = Duration.ofSeconds(25);

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
        ingest = new IngestService(IngestSettings.of(settings));
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

    /** A further verifier, of a group of its own, so that it judges every probe once more. */
    VerifierService further() throws IOException {
        VerifierService further = VerifierService.start(VerifierSettings.of(
                rig.settings(name, VerifierSettings.GROUP, name + "-" + more.size(), VerifierSettings.THREADS, "1")));
        more.add(further);
        return further;
    }

    OpenTransactor open() {
        openedNanos = System.nanoTime();
        // One that is ended by the command would outlast everything.
        OpenTransactor transactor = new OpenTransactor(
                settings, id(), ending == Ending.IS_ABORTED ? Duration.ofMinutes(15) : open.plusSeconds(5));
        more.add(transactor);
        return transactor;
    }

    private String id() {
        return name + "-foreign";
    }

    /** Waits until readiness and status name the partition and whose transaction it is; the seconds since it was opened. */
    double awaitSaid(TopicPartition partition) throws Exception {
        String reason = "the transaction on " + partition + " is named";
        long left = SAID_WITHIN.toNanos() - (System.nanoTime() - openedNanos);
        Awaitility.await(name + ": " + reason)
                .atMost(Duration.ofNanos(Math.max(left, Duration.ofSeconds(1).toNanos())))
                .pollInterval(Duration.ofMillis(200))
                .until(() -> {
                    HttpResponse<String> ready = get("/health/ready");
                    return ready.statusCode() == 503
                            && ready.body().contains("\"topicsReadable\":false")
                            && ready.body().contains(partition + " has not been readable to its end")
                            && ready.body().contains("--abort " + id())
                            && get("/status").body().contains(partition.toString());
                });
        return (System.nanoTime() - openedNanos) / 1e9;
    }

    /** Ends it, or waits for its end; returns when every reader goes on. */
    void end(OpenTransactor transactor) throws Exception {
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
        await("all goes on", () -> get("/health/ready").statusCode() == 200);
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

    /** What a command gave that ran in a process of its own. */
    record Ended(int status, String output) {}

    /** Runs one, and again where the machine was too busy for its broker to answer. */
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
