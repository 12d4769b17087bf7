package io.twinstream.deploy.acceptance;

import io.twinstream.deploy.acceptance.Images.Drawing;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.topic.Topics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;

/**
 * The composed cluster under its secure overlay, which the script has started: half of the subjects enrolled at ingest with the
 * sender's token and half through a verifier, probes while a broker is stopped and started again, windows that verifiers ask each
 * other for, and what must be refused. The brokers' logs tell whether they denied a service anything.
 */
final class ComposedSecurely implements Check {
    private static final int PROBES = 2_000;
    private static final int SUBJECTS = 100;
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final Duration LINGER = Duration.ofSeconds(5);
    private static final List<String> SERVICES = List.of("ingest", "verifier-1", "verifier-2", "trainer");
    private static final List<String> BROKERS = List.of("kafka-1", "kafka-2", "kafka-3");

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
        try (Answers answers = new Answers(secrets.kafka("admin"), new Topics(Topics.DEFAULT_PREFIX, 1))) {
            for (int i = 0; i < PROBES; i++) {
                String query = "probes?source=compose&task=identify&id=secure-" + i;
                sender.post(query, subjects.get(i % SUBJECTS).get(0).png());
                if (i == PROBES / 4) {
                    docker("stop", "kafka-2");
                } else if (i == PROBES / 2) {
                    docker("start", "kafka-2");
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
            Awaitility.await("all containers are healthy").atMost(LIMIT).until(this::healthy);
            ComposedRefusals refusals = new ComposedRefusals(secrets);
            long denied = denials("User:(?!twinstream-operator)");
            long foreseen = denials("User:twinstream-operator");
            return new Result(
                    answers.verdicts().size() == PROBES
                            && answers.duplicates() <= repeated
                            && matches > 0
                            && windows
                            && refusals.refusals() == refusals.tries()
                            && denied == 0
                            && foreseen > 0,
                    "%d probes over HTTPS, a broker stopped and started meanwhile: %d with a verdict, %d of them matches, %d requests repeated, %d verdicts too many; windows of %s verifiers; %d of %d tries refused; services denied %d times by the brokers' logs, which have %d denials that were provoked"
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
                                    foreseen));
        }
    }

    private boolean gallery(HttpClient http, int port) throws InterruptedException {
        try {
            return get(http, port, "/status").contains("\"gallerySize\":%d,".formatted(SUBJECTS));
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether one verifier has got the other's part as well. */
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

    private boolean healthy() throws Exception {
        for (String service : SERVICES) {
            if (!docker("inspect", "--format", "{{.State.Health.Status}}", service)
                    .equals("healthy")) {
                return false;
            }
        }
        return true;
    }

    /** Lines by which brokers say that they denied something to principals of this form. */
    private long denials(String principal) throws Exception {
        long count = 0;
        for (String broker : BROKERS) {
            count += docker("logs", broker)
                    .lines()
                    .filter(line -> line.matches(".*Principal = %s.* is Denied.*".formatted(principal)))
                    .count();
        }
        return count;
    }

    private static String docker(String... orderAndService) throws Exception {
        List<String> command = new ArrayList<>(List.of("docker"));
        command.addAll(List.of(orderAndService));
        command.set(
                command.size() - 1,
                "%s_%s_1"
                        .formatted(System.getenv("COMPOSE_PROJECT_NAME"), orderAndService[orderAndService.length - 1]));
        return Command.run(command);
    }
}
