package io.twinstream.deploy.acceptance.recovery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.twinstream.deploy.acceptance.rig.AcceptanceCheck;
import io.twinstream.deploy.acceptance.rig.Images;
import io.twinstream.deploy.acceptance.rig.Installation;
import io.twinstream.deploy.acceptance.rig.Mix;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.acceptance.rig.Rig;
import io.twinstream.deploy.acceptance.rig.TopicAnswers;
import io.twinstream.deploy.broker.TemporaryFolder;
import io.twinstream.deploy.testkit.Releases;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.Candidate;
import io.twinstream.schemas.record.ModelSlot;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.kafka.common.utils.Utils;
import org.awaitility.Awaitility;

/**
 * Kills ingest and verifier, and deletes everything that they kept outside of topics. Those that start in their place show the
 * same models with the same roles, the same gallery and the same windows, and give the same probes the same verdicts.
 */
public final class Recovery implements AcceptanceCheck {
    private static final int PROBES = 2_000;
    private static final double LARGEST_DIFFERENCE = 1e-5;
    private static final long SEED = 17;
    private static final String PREFIX = "recovery";
    private static final ModelId SERVING = new ModelId("letters", "1");
    private static final ModelId SHADOW = new ModelId("letters", "2");
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final ObjectMapper JSON = new ObjectMapper();

    @Override
    public Result run(Path folder) throws Exception {
        Instant begun = Instant.now();
        Images images = Images.read(folder);
        try (Rig rig = new Rig();
                TemporaryFolder temporary = TemporaryFolder.create("twinstream-recovery-")) {
            Topics topics = rig.createTopics(PREFIX);
            Settings settings = rig.settings(PREFIX);
            int enrolled = new Mix(images, SEED).enrol(rig, topics);
            Releases.publish(settings, "wide", SERVING);
            Releases.publish(settings, "compact", SHADOW);
            Releases.activate(settings, ModelSlot.SERVING, SERVING, Duration.ZERO);
            Releases.activate(settings, ModelSlot.SHADOW, SHADOW, Duration.ZERO);
            Path place = temporary.path().resolve("place");
            try (TopicAnswers answers = new TopicAnswers(rig.bootstrapServers(), topics)) {
                Map<String, JsonNode> before;
                try (Installation first = new Installation(rig, PREFIX, place)) {
                    send(rig, topics, answers, images, "before-");
                    before = shown(first, begun, PROBES);
                    first.kill();
                }
                long deleted = files(place);
                Utils.delete(place.toFile());
                long start = System.nanoTime();
                try (Installation second = new Installation(rig, PREFIX, place)) {
                    double seconds = (System.nanoTime() - start) / 1e9;
                    Map<String, JsonNode> after = shown(second, begun, PROBES);
                    send(rig, topics, answers, images, "after-");
                    Map<String, JsonNode> more = shown(second, begun, 2 * PROBES);
                    return result(answers, enrolled, deleted, seconds, before, after, more);
                }
            }
        }
    }

    private static Result result(
            TopicAnswers answers,
            int enrolled,
            long deleted,
            double seconds,
            Map<String, JsonNode> before,
            Map<String, JsonNode> after,
            Map<String, JsonNode> more) {
        List<String> others = before.keySet().stream()
                .filter(path -> !Objects.equals(before.get(path), after.get(path)))
                .toList();
        others.forEach(
                path -> System.err.printf("%s%n  before %s%n  after  %s%n", path, before.get(path), after.get(path)));
        long same = 0;
        for (int i = 0; i < PROBES; i++) {
            Verdict one = answers.verdicts().get("before-" + i);
            Verdict other = answers.verdicts().get("after-" + i);
            same += one != null && other != null && same(one, other) ? 1 : 0;
        }
        int gallery = before.get("/v1/subjects?limit=500").get("subjects").size();
        long counted = counted(more, 10_000);
        boolean kept = others.isEmpty()
                && same == PROBES
                && answers.duplicates() == 0
                && gallery == enrolled
                && counted == 2 * PROBES
                && counted(more, 300_000) == 2 * PROBES;
        return new Result(
                kept,
                "%d files deleted; ready %.0f s after; %d of %d answers about models, %d subjects and windows of %d verdicts the same; %d of %d probes judged the same again, %d verdicts counted then"
                        .formatted(
                                deleted,
                                seconds,
                                before.size() - others.size(),
                                before.size(),
                                gallery,
                                counted(before, 10_000),
                                same,
                                PROBES,
                                counted));
    }

    private static void send(Rig rig, Topics topics, TopicAnswers answers, Images images, String prefix) {
        Mix mix = new Mix(images, SEED);
        int before = answers.count();
        for (int i = 0; i < PROBES; i++) {
            mix.send(rig, topics, prefix + i);
        }
        rig.flush();
        answers.await(before + PROBES, LIMIT);
    }

    /** Returns what the verifier shows of everything that it holds, by path, once its windows count so many verdicts. */
    private static Map<String, JsonNode> shown(Installation installation, Instant begun, long verdicts) {
        Map<String, JsonNode> shown = new TreeMap<>();
        Awaitility.await("windows of %d verdicts".formatted(verdicts))
                .atMost(LIMIT)
                .until(() -> {
                    for (int size : List.of(10_000, 300_000)) {
                        String path = windows(size);
                        shown.put(
                                path,
                                get(installation, path + begun.minusSeconds(600).toEpochMilli()));
                    }
                    return counted(shown, 10_000) == verdicts && counted(shown, 300_000) == verdicts;
                });
        for (String path : List.of(
                "/v1/models/letters/1", "/v1/models/letters/2", "/v1/models/activations", "/v1/subjects?limit=500")) {
            JsonNode answer = get(installation, path);
            if (answer instanceof ObjectNode object) {
                // Which verifiers are how far: others than before.
                object.remove("instances");
            }
            shown.put(path, answer);
        }
        return shown;
    }

    private static String windows(int size) {
        return "/v1/match-windows?size=%d&from=".formatted(size);
    }

    private static long counted(Map<String, JsonNode> shown, int size) {
        long sum = 0;
        for (JsonNode window : shown.get(windows(size)).path("windows")) {
            sum += window.path("verdicts").asLong();
        }
        return sum;
    }

    /**
     * Returns whether the two are the same in all but when and where; embeddings of other batches differ in their last digits.
     */
    private static boolean same(Verdict one, Verdict other) {
        return facts(one).equals(facts(other)) && Math.abs(score(one) - score(other)) <= LARGEST_DIFFERENCE;
    }

    private static List<Object> facts(Verdict verdict) {
        return List.of(
                verdict.getOutcome(),
                verdict.getThreshold(),
                verdict.getCandidates().stream().map(Candidate::getSubjectId).toList(),
                verdict.getGallerySize(),
                verdict.getModelSha256());
    }

    private static double score(Verdict verdict) {
        return verdict.getScore() == null ? -1 : verdict.getScore();
    }

    private static JsonNode get(Installation installation, String path) {
        try {
            return JSON.readTree(installation.verifier(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long files(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).count();
        }
    }
}
