package io.twinstream.deploy.acceptance.recovery;

import com.sun.jdi.ObjectReference;
import io.twinstream.deploy.acceptance.recovery.LongLivedThreads.Kind;
import io.twinstream.deploy.acceptance.rig.AcceptanceCheck;
import io.twinstream.deploy.acceptance.rig.Images;
import io.twinstream.deploy.acceptance.rig.Mix;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.acceptance.rig.Rig;
import io.twinstream.deploy.broker.TemporaryFolder;
import io.twinstream.ingest.settings.IngestSettings;
import io.twinstream.schemas.metrics.Metric;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.trainer.settings.TrainerSettings;
import io.twinstream.verifier.settings.VerifierSettings;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Throws an error from outside into each thread that a verifier, ingest and the trainer live by: liveness fails and names the
 * thread, the metric counts it, the log has it. An error in a request is answered, and the JVM's own failure ends the process.
 */
public final class ErrorsAreSeen implements AcceptanceCheck {
    private static final String PREFIX = "errors";
    private static final String ERROR = "java.lang.Error";
    private static final String OUT_OF_MEMORY = "java.lang.OutOfMemoryError";
    private static final Duration SEEN = Duration.ofSeconds(20);
    private static final Duration READY = Duration.ofSeconds(60);
    private static final long END_SECONDS = 20;

    private final List<String> missed = new ArrayList<>();
    private int seen;

    @Override
    public Result run(Path folder) throws Exception {
        try (Rig rig = new Rig();
                TemporaryFolder files = TemporaryFolder.create("twinstream-errors-")) {
            Topics topics = rig.createTopics(PREFIX);
            new Mix(Images.read(folder), 3).enrol(rig, topics);
            verifier(rig);
            ingest(rig, files.path());
            trainer(rig, files.path());
        }
        return new Result(
                missed.isEmpty(),
                "an error in each of %d kinds of threads of 3 services, each seen in health, metric and log; missed: %s"
                        .formatted(seen, missed));
    }

    private void verifier(Rig rig) throws Exception {
        try (DebuggedService service = new DebuggedService(
                rig,
                "verifier",
                CommonSettings.TOPIC_PREFIX + "=" + PREFIX,
                VerifierSettings.GROUP + "=" + PREFIX,
                VerifierSettings.HTTP_PORT + "=0",
                VerifierSettings.THREADS + "=2")) {
            Awaitility.await("ready")
                    .atMost(READY)
                    .until(() -> service.get("/health/ready").statusCode() == 200);
            HttpResponse<InputStream> listening = HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(service.uri("/v1/events")).build(), BodyHandlers.ofInputStream());
            try (InputStream events = listening.body()) {
                int unused = events.read();
                LongLivedThreads threads = LongLivedThreads.verifier(PREFIX);
                injected(service, threads);
            }
            ended("verifier, after judging", service, "judging probes failed: java.lang.Error: injected");
        }
        try (DebuggedService service = new DebuggedService(
                rig,
                "verifier",
                CommonSettings.TOPIC_PREFIX + "=" + PREFIX,
                VerifierSettings.GROUP + "=" + PREFIX,
                VerifierSettings.HTTP_PORT + "=0",
                VerifierSettings.THREADS + "=2")) {
            outOfMemory(service, LongLivedThreads.verifier(PREFIX), "version-keeper");
        }
    }

    private void ingest(Rig rig, Path files) throws Exception {
        Path watched = Files.createDirectories(files.resolve("in"));
        try (DebuggedService service = new DebuggedService(
                rig,
                "ingest",
                CommonSettings.TOPIC_PREFIX + "=" + PREFIX,
                IngestSettings.HTTP_PORT + "=0",
                IngestSettings.ERASURE_TICK_MS + "=2000",
                IngestSettings.FOLDER + "=" + watched,
                IngestSettings.FOLDER_JOURNAL + "=" + files.resolve("journal"))) {
            // Their threads begin with their first jobs.
            ask(service, "ingest-erasure").join();
            ask(service, "ingest-feedback").join();
            injected(service, LongLivedThreads.ingest());
        }
        try (DebuggedService service = new DebuggedService(
                rig, "ingest", CommonSettings.TOPIC_PREFIX + "=" + PREFIX, IngestSettings.HTTP_PORT + "=0")) {
            outOfMemory(service, LongLivedThreads.ingest(), "ingest-http-looks");
        }
    }

    private void trainer(Rig rig, Path files) throws Exception {
        try (DebuggedService service = new DebuggedService(
                rig,
                "trainer",
                CommonSettings.TOPIC_PREFIX + "=" + PREFIX,
                TrainerSettings.HTTP_PORT + "=0",
                TrainerSettings.DATA_ROOT + "=" + Files.createDirectories(files.resolve("data")),
                TrainerSettings.WORK_DIR + "=" + files.resolve("work"))) {
            injected(service, LongLivedThreads.trainer());
        }
    }

    /** Throws one error into a request, then one into each thread. */
    private void injected(DebuggedService service, LongLivedThreads threads) throws Exception {
        List<String> differences = threads.differences(service.threads());
        missed.addAll(differences);
        ObjectReference error = service.error(ERROR, "injected");
        request(service, error);
        for (Map.Entry<String, Kind> each : threads.watched().entrySet()) {
            try {
                injected(service, each.getKey(), each.getValue(), error);
                seen++;
            } catch (ConditionTimeoutException e) {
                missed.add(each.getKey() + ": "
                        + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
            }
        }
    }

    private void injected(DebuggedService service, String name, Kind kind, ObjectReference error) throws Exception {
        AtomicReference<CompletableFuture<HttpResponse<String>>> asked = new AtomicReference<>();
        boolean met = meets(service, kind, error, () -> {
            if (kind.survives()) {
                asked.set(ask(service, name));
            }
        });
        if (!met) {
            missed.add("no error meets " + name);
            return;
        }
        if (kind.survives()) {
            int status = asked.get().get(SEEN.toSeconds(), TimeUnit.SECONDS).statusCode();
            if (status < 500) {
                missed.add("%s answers %d".formatted(name, status));
            }
        }
        String logged = kind.survives() ? "%s failed and goes on" : "the thread %s";
        Awaitility.await(name + " is seen")
                .atMost(SEEN)
                .until(() -> name.equals(LongLivedThreads.JUDGING) || isSeen(service, name, kind.survives()));
        Awaitility.await(name + " is logged")
                .atMost(SEEN)
                .until(() -> service.log()
                        .lines()
                        .anyMatch(line -> line.contains("ERROR") && line.contains(logged.formatted(name))));
    }

    private static boolean meets(DebuggedService service, Kind kind, ObjectReference error, Runnable trigger)
            throws Exception {
        return kind.at().isEmpty()
                ? service.stop(kind.named(), error)
                : service.stopAt(kind.type(), kind.method(), kind.named(), error, trigger);
    }

    /** Has ingest do something on one of its threads. */
    private static CompletableFuture<HttpResponse<String>> ask(DebuggedService service, String name) {
        HttpRequest.Builder request = name.equals("ingest-erasure")
                ? HttpRequest.newBuilder(service.uri("/v1/references/nobody")).DELETE()
                : HttpRequest.newBuilder(service.uri("/v1/verdicts/nothing/feedback"))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString("{\"correct\":true}"));
        return HttpClient.newHttpClient().sendAsync(request.build(), BodyHandlers.ofString());
    }

    private void request(DebuggedService service, ObjectReference error) throws Exception {
        HttpResponse<String> answer = service.failNextRequest(error);
        HttpResponse<String> next = service.get("/health/live");
        if (answer.statusCode() != 500 || !answer.body().startsWith("{\"error\":") || next.statusCode() != 200) {
            missed.add("an error in a request was answered with %d %s, the next with %d"
                    .formatted(answer.statusCode(), answer.body(), next.statusCode()));
        }
    }

    private static boolean isSeen(DebuggedService service, String name, boolean survives) throws Exception {
        HttpResponse<String> live = service.get("/health/live");
        String counted = "%s{thread=\"%s\"}".formatted(Metric.THREAD_FAILURES.id(), name);
        return (survives || live.statusCode() == 503 && live.body().contains("the thread " + name))
                && service.get("/metrics")
                        .body()
                        .lines()
                        .anyMatch(line -> line.startsWith(counted) && !line.endsWith(" 0.0"));
    }

    private void outOfMemory(DebuggedService service, LongLivedThreads threads, String name) throws Exception {
        ObjectReference error = service.error(OUT_OF_MEMORY, "injected");
        Kind kind = Objects.requireNonNull(threads.watched().get(name));
        if (meets(service, kind, error, () -> {})) {
            ended(
                    name + " without memory",
                    service,
                    "twinstream: the thread %s was ended: memory is used up: injected; -Xmx in TWINSTREAM_JAVA_OPTS allows for more, as -Xmx2g"
                            .formatted(name));
        } else {
            missed.add("no error meets " + name);
        }
    }

    /** Checks that the process ends by itself, with a code that isn't 0 and this as its last line. */
    private void ended(String what, DebuggedService service, String line) throws Exception {
        boolean gone = service.process().waitFor(END_SECONDS, TimeUnit.SECONDS);
        boolean said = service.log().contains(line);
        if (!gone || service.process().exitValue() != 1 || !said) {
            missed.add("%s: the process %s, its line is %s"
                    .formatted(
                            what,
                            gone ? "ended with " + service.process().exitValue() : "goes on",
                            said ? "there" : "missing"));
        }
    }
}
