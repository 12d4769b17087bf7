package io.twinstream.deploy.acceptance.images;

import io.twinstream.deploy.acceptance.images.PictureWorkshop.Made;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.acceptance.rig.Rig;
import io.twinstream.deploy.acceptance.rig.TopicAnswers;
import io.twinstream.deploy.drawing.DrawnCharacters;
import io.twinstream.ingest.IngestService;
import io.twinstream.ingest.settings.IngestSettings;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.verifier.VerifierService;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Sends pictures as probes through a real broker to a real verifier: straight onto the topic where a record holds them, and all
 * by HTTP.
 */
final class PicturesAtWork {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final Duration LINGER = Duration.ofSeconds(3);
    /** Bytes of the largest picture whose record the topic takes. */
    private static final int MOST_BYTES = Topics.MAX_RECORD_BYTES - (64 << 10);

    private static final String PREFIX = "pictures";

    private final HttpClient client = HttpClient.newHttpClient();
    private final Map<Integer, Integer> statuses = new TreeMap<>();
    private final Map<String, String> mistakes = new TreeMap<>();

    /** Sends all that were made, and tells by {@code mistakes} what wasn't judged. */
    Result judge(List<Made> made) throws Exception {
        List<Made> pictures = made.stream().filter(each -> each.file() != null).toList();
        try (Rig rig = new Rig()) {
            Topics topics = rig.createTopics(PREFIX);
            rig.enrol(topics, "subject", "reference", new DrawnCharacters(21).png(0, 0));
            rig.flush();
            try (VerifierService verifier = Rig.verifier(rig.settings(PREFIX), 1);
                    TopicAnswers answers = new TopicAnswers(rig.bootstrapServers(), topics);
                    IngestService ingest = IngestService.start(
                            IngestSettings.of(rig.settings(PREFIX, IngestSettings.HTTP_PORT, "0")))) {
                Map<String, Made> sent = new HashMap<>();
                for (Made each : pictures) {
                    byte[] image = Files.readAllBytes(each.file());
                    String name = each.file().getFileName().toString();
                    if (image.length <= MOST_BYTES) {
                        sent.put("topic " + name, each);
                        rig.identify(topics, "topic " + name, image);
                    }
                    HttpResponse<String> answer = post(ingest.port(), "http%20" + name, image);
                    statuses.merge(answer.statusCode(), 1, Integer::sum);
                    if (answer.statusCode() == 202) {
                        sent.put("http " + name, each);
                    } else {
                        mistake(each, "HTTP %d %s".formatted(answer.statusCode(), answer.body()));
                    }
                    answers.pollNow();
                }
                rig.flush();
                answers.await(sent.size(), LIMIT).linger(LINGER);
                sent.forEach((id, each) -> {
                    if (!answers.verdicts().containsKey(id)) {
                        mistake(each, id + " has no verdict");
                    }
                });
                answers.deadLetters().stream()
                        .limit(20)
                        .forEach(letter -> System.err.println("dead letter: " + letter));
                mistakes.forEach((kind, what) -> System.err.println(kind + ": " + what));
                String figures =
                        "%d on the topic and %d by HTTP (answers %s): %d verdicts, %d too many, %d dead letters, verifier %s"
                                .formatted(
                                        sent.keySet().stream()
                                                .filter(id -> id.startsWith("topic"))
                                                .count(),
                                        pictures.size(),
                                        statuses,
                                        answers.verdicts().size(),
                                        answers.duplicates(),
                                        answers.deadLetters().size(),
                                        verifier.status().get("state"));
                return new Result(
                        mistakes.isEmpty() && answers.deadLetters().isEmpty() && answers.duplicates() == 0, figures);
            }
        }
    }

    /** Notes the first mistake of each kind. */
    private void mistake(Made made, String what) {
        mistakes.putIfAbsent(made.kind().name(), what);
    }

    private HttpResponse<String> post(int port, String id, byte[] image) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:%d/v1/probes?source=http&task=identify&id=%s".formatted(port, id)))
                .POST(HttpRequest.BodyPublishers.ofByteArray(image))
                .build();
        return client.send(request, BodyHandlers.ofString());
    }
}
