package io.twinstream.deploy.acceptance.images;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.twinstream.deploy.acceptance.rig.AcceptanceCheck;
import io.twinstream.deploy.acceptance.rig.Images;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.acceptance.rig.Rig;
import io.twinstream.deploy.acceptance.rig.TopicAnswers;
import io.twinstream.ingest.answer.RecentResults;
import io.twinstream.ingest.answer.ResultDesk;
import io.twinstream.ingest.feedback.FeedbackDesk;
import io.twinstream.ingest.http.IngestRoutes;
import io.twinstream.ingest.publish.ImagePublisher;
import io.twinstream.ingest.settings.AnswerSettings;
import io.twinstream.ingest.settings.IngestSettings;
import io.twinstream.ingest.settings.SendSettings;
import io.twinstream.schemas.http.HttpServer;
import io.twinstream.schemas.http.HttpSettings;
import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.threads.ServiceThreads;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.schemas.tracing.Tracing;
import io.twinstream.verifier.VerifierService;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.config.ConfigDef;

/**
 * Sends hostile images through HTTP and straight onto the topic, and values that are no probes, each with a good neighbour
 * behind it. Every hostile input is refused or dead-lettered with a reason, every neighbour is judged, no thread dies. Images
 * that only lie about what isn't pixels may be judged as well, each once.
 */
public final class HostileInput implements AcceptanceCheck {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Duration LINGER = Duration.ofSeconds(3);

    private final Map<Integer, Integer> statuses = new TreeMap<>();

    @Override
    public Result run(Path folder) throws Exception {
        byte[] good = Images.read(folder).all().get(0).png();
        Map<String, byte[]> images = HostileImages.of(good);
        Map<String, byte[]> lies = DamagedImages.lies(good);
        Map<String, byte[]> records = HostileRecords.of(good);
        try (Rig rig = new Rig()) {
            Topics topics = rig.createTopics("hostile");
            rig.enrol(topics, "subject", "reference", good);
            rig.flush();
            try (VerifierService verifier = Rig.verifier(rig.settings("hostile"), 1);
                    TopicAnswers answers = new TopicAnswers(rig.bootstrapServers(), topics)) {
                int accepted = post(rig, images);
                send(rig, topics, images, records, good);
                lies.forEach((name, image) -> rig.identify(topics, "lie " + name, image));
                rig.flush();
                int hostile = accepted + images.size() + records.size() + 1;
                int neighbours = images.size() + records.size() + 1;
                answers.await(hostile + neighbours + lies.size(), LIMIT).linger(LINGER);
                boolean running =
                        verifier.ready() && verifier.status().get("state").equals("RUNNING");
                images.keySet().stream()
                        .filter(name -> answers.verdicts().containsKey("hostile " + name))
                        .forEach(name -> System.err.println("judged, and should not be: " + name));
                int judgedNeighbours = count(answers, "neighbour");
                int judgedLies = count(answers, "lie ");
                long refusedLies = answers.deadLetters().stream()
                        .filter(letter -> letter.startsWith("lie "))
                        .count();
                long letters = answers.deadLetters().size() - refusedLies;
                String figures =
                        "%d hostile inputs: %d by HTTP (answers %s), %d on the topic; %d dead letters for %d expected; %d of %d neighbours judged; of %d that only lie %d judged and %d refused; verifier running %s"
                                .formatted(
                                        images.size() * 2 + records.size() + 1,
                                        images.size(),
                                        statuses,
                                        images.size() + records.size() + 1,
                                        letters,
                                        hostile,
                                        judgedNeighbours,
                                        neighbours,
                                        lies.size(),
                                        judgedLies,
                                        refusedLies,
                                        running);
                boolean kept = running
                        && letters == hostile
                        && judgedNeighbours == neighbours
                        && judgedLies + refusedLies == lies.size()
                        && answers.duplicates() == 0
                        && statuses.keySet().stream().allMatch(List.of(202, 400, 413, 415, 422)::contains);
                return new Result(kept, figures);
            }
        }
    }

    /** Returns how many verdicts are on probes whose id begins so. */
    private static int count(TopicAnswers answers, String start) {
        return (int) answers.verdicts().keySet().stream()
                .filter(id -> id.startsWith(start))
                .count();
    }

    /** Posts each image, and returns how many were accepted, which the verifier then has to refuse. */
    private int post(Rig rig, Map<String, byte[]> images) throws Exception {
        Settings settings = Settings.parse(
                IngestSettings.define(CommonSettings.define(new ConfigDef())),
                Map.of(
                        CommonSettings.BOOTSTRAP,
                        rig.bootstrapServers(),
                        CommonSettings.TOPIC_PREFIX,
                        "hostile",
                        IngestSettings.HTTP_PORT,
                        "0"));
        HttpClient client = HttpClient.newHttpClient();
        CommonSettings common = CommonSettings.of(settings);
        try (ImagePublisher publisher = ImagePublisher.open(
                        KafkaClients.of(common), common.topics(), SendSettings.of(settings, common));
                FeedbackDesk desk = FeedbackDesk.open(
                        KafkaClients.of(common),
                        common.topics(),
                        Duration.ofSeconds(30),
                        new ServiceThreads(),
                        publisher,
                        new SimpleMeterRegistry());
                ResultDesk results = ResultDesk.open(
                        KafkaClients.of(common),
                        common.topics(),
                        AnswerSettings.of(settings),
                        RecentResults.NONE,
                        new ServiceThreads(),
                        () -> "",
                        new SimpleMeterRegistry());
                HttpServer server = HttpServer.start(
                        HttpSettings.of(settings, "ingest"),
                        new ServiceThreads(),
                        new IngestRoutes(publisher, desk, results, Tracing.off())::register)) {
            for (Map.Entry<String, byte[]> image : images.entrySet()) {
                HttpRequest request = HttpRequest.newBuilder(URI.create(
                                "http://127.0.0.1:%d/v1/probes?source=hostile&task=identify".formatted(server.port())))
                        .POST(HttpRequest.BodyPublishers.ofByteArray(image.getValue()))
                        .build();
                int status = client.send(request, BodyHandlers.ofString()).statusCode();
                statuses.merge(status, 1, Integer::sum);
            }
        }
        return statuses.getOrDefault(202, 0);
    }

    private static void send(
            Rig rig, Topics topics, Map<String, byte[]> images, Map<String, byte[]> records, byte[] good) {
        images.forEach((name, image) -> {
            rig.identify(topics, "hostile " + name, image);
            rig.identify(topics, "neighbour of image " + name, good);
        });
        records.forEach((name, value) -> {
            rig.raw(topics, "hostile " + name, value);
            rig.identify(topics, "neighbour of record " + name, good);
        });
        rig.raw(topics, "hostile null", null);
        rig.identify(topics, "neighbour of null", good);
        rig.flush();
    }
}
