package io.twinstream.deploy.acceptance;

import com.sun.jdi.ObjectReference;
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
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * An error thrown from outside into each thread that a verifier, ingest and the trainer live by: liveness fails and names the thread,
 * the metric counts it, the log has it. An error in a request is answered, and the JVM's own failure ends the process.
 */
final class ErrorsAreSeen implements Check {
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
                "%d threads of 3 services ended by an error, each in health, metric and log, and ended for memory with a line; missed: %s"
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
                IngestSettings.FOLDER + "=" + watched,
                IngestSettings.FOLDER_JOURNAL + "=" + files.resolve("journal"))) {
            HttpResponse<String> erased = service.send(HttpRequest.newBuilder(service.uri("/v1/references/nobody"))
                    .DELETE()
                    .build());
            HttpResponse<String> judged =
                    service.send(HttpRequest.newBuilder(service.uri("/v1/verdicts/nothing/feedback"))
                            .header("Content-Type", "application/json")
                            .POST(BodyPublishers.ofString("{\"correct\":true}"))
                            .build());
            System.err.printf("erasure %d, feedback %d%n", erased.statusCode(), judged.statusCode());
            injected(service, LongLivedThreads.ingest());
            outOfMemory(service, LongLivedThreads.ingest(), "ingest-erasure-tick");
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
            outOfMemory(service, LongLivedThreads.trainer(), "trainer-http-looks");
        }
    }

    /** One error in a request, then one in each thread. */
    private void injected(DebuggedService service, LongLivedThreads threads) throws Exception {
        List<String> differences = threads.differences(service.threads());
        missed.addAll(differences);
        ObjectReference error = service.error(ERROR, "injected");
        request(service, error);
        for (String kind : threads.watched().keySet()) {
            try {
                if (!service.stop(threads.named(kind), error)) {
                    continue;
                }
                boolean ends = kind.equals("judging-probes");
                Awaitility.await(kind + " is seen").atMost(SEEN).until(() -> ends || isSeen(service, kind));
                Awaitility.await(kind + " is logged")
                        .atMost(SEEN)
                        .until(() -> service.log()
                                .lines()
                                .anyMatch(line -> line.contains("ERROR")
                                        && line.contains("the thread " + kind)
                                        && line.contains("was ended by java.lang.Error: injected")));
                seen++;
            } catch (ConditionTimeoutException e) {
                missed.add(kind + ": "
                        + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
            }
        }
    }

    private void request(DebuggedService service, ObjectReference error) throws Exception {
        HttpResponse<String> answer = service.failNextRequest(error);
        HttpResponse<String> next = service.get("/health/live");
        if (answer.statusCode() != 500 || !answer.body().startsWith("{\"error\":") || next.statusCode() != 200) {
            missed.add("an error in a request was answered with %d %s, the next with %d"
                    .formatted(answer.statusCode(), answer.body(), next.statusCode()));
        }
    }

    private static boolean isSeen(DebuggedService service, String kind) throws Exception {
        HttpResponse<String> live = service.get("/health/live");
        String counted = "%s{thread=\"%s\"}".formatted(Metric.THREAD_FAILURES.id(), kind);
        return live.statusCode() == 503
                && live.body().contains("the thread " + kind)
                && service.get("/metrics")
                        .body()
                        .lines()
                        .anyMatch(line -> line.startsWith(counted) && !line.endsWith(" 0.0"));
    }

    private void outOfMemory(DebuggedService service, LongLivedThreads threads, String kind) throws Exception {
        ObjectReference error = service.error(OUT_OF_MEMORY, "injected");
        if (service.stop(threads.named(kind), error)) {
            ended(
                    kind + " without memory",
                    service,
                    "twinstream: the thread %s was ended by java.lang.OutOfMemoryError: injected".formatted(kind));
        } else {
            missed.add("no thread is " + kind);
        }
    }

    /** The process ends by itself, with a code that isn't 0 and this as its last line. */
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
