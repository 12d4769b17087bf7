package io.twinstream.deploy.acceptance;

import io.twinstream.deploy.acceptance.Images.Drawing;
import io.twinstream.schemas.topic.Topics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * The composed cluster, which the script has started: 10,000 probes over HTTP while a broker is stopped and a verifier killed. A caller
 * repeats what isn't accepted under the same id, as it may.
 */
final class ComposedCluster implements Check {
    private static final String BROKERS = "localhost:19092,localhost:29092,localhost:39092";
    private static final String INGEST = "http://127.0.0.1:8080/v1/";
    private static final int PROBES = 10_000;
    private static final int ACCEPTED = 202;
    private static final Duration START = Duration.ofMinutes(3);
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final Duration LINGER = Duration.ofSeconds(10);

    private final HttpClient http = HttpClient.newHttpClient();
    private int repeated;

    @Override
    public Result run(Path folder) throws Exception {
        List<List<Drawing>> subjects =
                List.copyOf(Images.read(folder).bySubject().values()).subList(0, 100);
        Awaitility.await("ingest is ready").atMost(START).ignoreExceptions().until(() -> {
            post("references/first", subjects.get(0).get(0).png());
            return true;
        });
        for (int i = 0; i < subjects.size(); i++) {
            post("references/subject-" + i, subjects.get(i).get(0).png());
        }
        try (Answers answers = new Answers(BROKERS, new Topics(Topics.DEFAULT_PREFIX, 4))) {
            for (int i = 0; i < PROBES; i++) {
                List<Drawing> drawings = subjects.get(i % subjects.size());
                post(
                        "probes?source=compose&task=identify&id=compose-" + i,
                        drawings.get(i % drawings.size()).png());
                if (i == PROBES / 4) {
                    docker("stop", "kafka-2");
                } else if (i == PROBES / 2) {
                    docker("kill", "verifier-1");
                }
                if (i % 100 == 0) {
                    answers.pollNow();
                }
            }
            answers.await(PROBES, LIMIT).linger(LINGER);
            String figures =
                    "%d probes, a broker stopped at a quarter and a verifier killed at half: %d with a verdict, %d requests repeated, %d verdicts too many, longest silence of a partition %.1f s"
                            .formatted(
                                    PROBES,
                                    answers.verdicts().size(),
                                    repeated,
                                    answers.duplicates(),
                                    answers.longestSilence().toMillis() / 1e3);
            return new Result(answers.verdicts().size() == PROBES && answers.duplicates() <= repeated, figures);
        }
    }

    /** Until it is accepted. */
    private void post(String path, byte[] image) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(INGEST + path))
                .header("Authorization", "Bearer " + System.getenv("TWINSTREAM_TOKEN"))
                .POST(HttpRequest.BodyPublishers.ofByteArray(image))
                .build();
        long end = System.nanoTime() + LIMIT.toNanos();
        for (String answer = send(request); !answer.isEmpty(); answer = send(request)) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("ingest doesn't accept %s: %s".formatted(path, answer));
            }
            repeated++;
            TimeUnit.MILLISECONDS.sleep(500);
        }
    }

    /** Empty if it was accepted. */
    private String send(HttpRequest request) throws InterruptedException {
        try {
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() == ACCEPTED ? "" : answer.statusCode() + " " + answer.body();
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static void docker(String order, String service) throws Exception {
        Command.run("docker", order, "twinstream-check_%s_1".formatted(service));
    }
}
