package io.twinstream.deploy.acceptance.deployment;

import io.twinstream.deploy.acceptance.rig.AcceptanceCheck;
import io.twinstream.deploy.acceptance.rig.Images;
import io.twinstream.deploy.acceptance.rig.Images.Drawing;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.acceptance.rig.TopicAnswers;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.topic.Topics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;

/**
 * Works the composed cluster under its secure overlay, which the script has started: half of the subjects are enrolled at
 * ingest with the sender's token and half through a verifier, probes come while a broker is stopped and started again,
 * verifiers ask each other for windows, and what must be refused is tried. The brokers' logs tell whether they denied a service
 * anything. Secrets are to be seen nowhere.
 */
public final class ComposedSecurely implements AcceptanceCheck {
    private static final int PROBES = 2_000;
    private static final int SUBJECTS = 100;
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final Duration LINGER = Duration.ofSeconds(5);

    private final ComposedSecrets secrets =
            new ComposedSecrets(Path.of(System.getProperty("twinstream.launcher", "deploy/twinstream"))
                    .resolveSibling("compose/secrets")
                    .toAbsolutePath());

    @Override
    public Result run(Path folder) throws Exception {
        List<List<Drawing>> subjects =
                List.copyOf(Images.read(folder).bySubject().values()).subList(0, SUBJECTS);
        HttpClient http = secrets.http();
        PatientCaller sender =
                new PatientCaller(http, "https://localhost:8080/v1/", secrets.of("ingest", "send.token"));
        PatientCaller enroller =
                new PatientCaller(http, "https://localhost:8081/v1/subjects/", secrets.of("verifier", "token"));
        for (int i = 0; i < SUBJECTS; i++) {
            byte[] picture = subjects.get(i).get(0).png();
            if (i % 2 == 0) {
                sender.post("references/subject-" + i, picture);
            } else {
                enroller.post("subject-%d/references".formatted(i), picture);
            }
        }
        Awaitility.await("both verifiers have the gallery")
                .atMost(LIMIT)
                .until(() -> gallery(http, 8081) && gallery(http, 8083));
        int repeatedBefore = sender.repeated();
        try (TopicAnswers answers = new TopicAnswers(secrets.kafka("admin"), new Topics(Topics.DEFAULT_PREFIX, 1))) {
            for (int i = 0; i < PROBES; i++) {
                String query = "probes?source=compose&task=identify&id=secure-" + i;
                sender.post(query, subjects.get(i % SUBJECTS).get(0).png());
                if (i == PROBES / 4) {
                    ComposedContainers.docker("kafka-2", "stop");
                } else if (i == PROBES / 2) {
                    ComposedContainers.docker("kafka-2", "start");
                }
                if (i % 100 == 0) {
                    answers.pollNow();
                }
            }
            answers.await(PROBES, LIMIT).linger(LINGER);
            long matches = answers.verdicts().values().stream()
                    .filter(each -> each.getOutcome() == Outcome.MATCH)
                    .count();
            int repeated = sender.repeated() - repeatedBefore;
            boolean windows = windowsOfAll(http);
            Awaitility.await("all containers are healthy").atMost(LIMIT).until(ComposedContainers::healthy);
            ComposedRefusals refusals = new ComposedRefusals(secrets);
            long denied = ComposedContainers.denials("(?!twinstream-operator)");
            long foreseen = ComposedContainers.denials("twinstream-operator");
            long seen = seen(http);
            return new Result(
                    answers.verdicts().size() == PROBES
                            && answers.duplicates() <= repeated
                            && matches > 0
                            && windows
                            && refusals.refusals() == refusals.tries()
                            && denied == 0
                            && foreseen > 0
                            && seen == 0,
                    "%d probes over HTTPS, a broker stopped and started meanwhile: %d with a verdict, %d of them matches, %d requests repeated, %d verdicts too many; windows of %s verifiers; %d of %d tries refused; services denied %d times by the brokers' logs, which have %d denials that were provoked; %d of %d secrets seen in logs, processes, settings of containers, status and metrics"
                            .formatted(
                                    PROBES,
                                    answers.verdicts().size(),
                                    matches,
                                    repeated,
                                    answers.duplicates(),
                                    windows ? "both" : "not all",
                                    refusals.refusals(),
                                    refusals.tries(),
                                    denied,
                                    foreseen,
                                    seen,
                                    secrets.all().size()));
        }
    }

    private boolean gallery(HttpClient http, int port) throws InterruptedException {
        try {
            return get(http, port, "/status").contains("\"gallerySize\":%d,".formatted(SUBJECTS));
        } catch (IOException e) {
            return false;
        }
    }

    /** Returns whether one verifier has got the other's part as well. */
    private boolean windowsOfAll(HttpClient http) throws IOException, InterruptedException {
        String windows = get(http, 8081, "/v1/match-windows?size=10000&fold=true");
        return windows.contains("\"missing\":[]") && !windows.contains("\"windows\":[]");
    }

    private String get(HttpClient http, int port, String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("https://localhost:" + port + path))
                .header("Authorization", "Bearer " + secrets.of("verifier", "read.token"))
                .build();
        return http.send(request, BodyHandlers.ofString()).body();
    }

    /** Returns how many of the secrets are seen by who looks at services from outside, or asks them for what is open. */
    private long seen(HttpClient http) throws Exception {
        StringBuilder seen = new StringBuilder(ComposedContainers.visible());
        for (String page : List.of("8080/metrics", "8081/metrics", "8081/status", "8082/metrics")) {
            seen.append(http.send(
                            HttpRequest.newBuilder(URI.create("https://localhost:" + page))
                                    .build(),
                            BodyHandlers.ofString())
                    .body());
        }
        return secrets.all().stream().filter(each -> seen.indexOf(each) >= 0).count();
    }
}
