package io.twinstream.deploy.acceptance.recovery;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.twinstream.deploy.acceptance.rig.AcceptanceCheck;
import io.twinstream.deploy.acceptance.rig.Images;
import io.twinstream.deploy.acceptance.rig.Images.Drawing;
import io.twinstream.deploy.acceptance.rig.Installation;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.acceptance.rig.Rig;
import io.twinstream.deploy.acceptance.rig.TopicAnswers;
import io.twinstream.deploy.broker.TemporaryFolder;
import io.twinstream.ingest.settings.IngestSettings;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.topic.Topics;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;

/**
 * Erases a subject with references, verdicts, a dead letter, feedback and labelled images over HTTP, and writes nothing
 * afterwards but what the services write by themselves. After the time that the documentation gives for the topics' settings
 * no file of broker, verifier or ingest holds a stretch of one of its pictures, or of the hash that stands beside an embedding.
 * Others' pictures stay, and are matched.
 */
public final class Erasure implements AcceptanceCheck {
    private static final String PREFIX = "erasure";
    private static final Duration LAG = Duration.ofSeconds(10);
    private static final Duration TICK = Duration.ofSeconds(5);
    private static final Duration RETENTION = Duration.ofSeconds(40);
    private static final Duration RETENTION_CHECK = Duration.ofSeconds(10);
    private static final Duration CLEANER_BACKOFF = Duration.ofSeconds(15);
    private static final Duration FILE_DELAY = Duration.ofMinutes(1);

    /** Time by the guide's formula. The rest is time for a busy machine. */
    private static final Duration DOCUMENTED = max(
                    LAG.plus(TICK).plus(CLEANER_BACKOFF), RETENTION.plus(LAG).plus(RETENTION_CHECK))
            .plus(FILE_DELAY);

    private static final Duration LIMIT = DOCUMENTED.multipliedBy(3);
    private static final Duration PAUSE = Duration.ofSeconds(2);
    private static final Duration ANSWER = Duration.ofMinutes(1);
    private static final int OTHERS = 30;
    private static final int REFERENCES = 3;

    @Override
    public Result run(Path folder) throws Exception {
        List<List<Drawing>> subjects = Images.read(folder).bySubject().values().stream()
                .map(List::copyOf)
                .toList();
        // Small index files: each is read whole, again and again.
        Map<String, String> broker = Map.of(
                "log.retention.check.interval.ms",
                Long.toString(RETENTION_CHECK.toMillis()),
                "log.index.size.max.bytes",
                "65536");
        try (Rig rig = new Rig(broker);
                TemporaryFolder place = TemporaryFolder.create("twinstream-erasure-")) {
            Topics topics = rig.createTopics(PREFIX);
            shorten(rig, topics);
            try (Installation installation = new Installation(
                            rig, PREFIX, place.path(), IngestSettings.ERASURE_TICK_MS + "=" + TICK.toMillis());
                    TopicAnswers answers = new TopicAnswers(rig.bootstrapServers(), topics)) {
                for (List<Drawing> other : subjects.subList(1, 1 + OTHERS)) {
                    accepted(
                            installation,
                            "/v1/references/" + other.get(0).subject(),
                            other.get(0).png());
                }
                List<Drawing> erased = subjects.get(0);
                fill(rig, topics, installation, answers, erased);
                List<Path> everywhere = List.of(rig.folder(), place.path());
                List<byte[]> traces =
                        new ArrayList<>(erased.stream().map(Drawing::png).toList());
                for (Drawing reference : erased.subList(0, REFERENCES)) {
                    traces.add(MessageDigest.getInstance("SHA-256").digest(reference.png()));
                }
                PictureSearch search = new PictureSearch(everywhere, traces);
                PictureSearch others = new PictureSearch(
                        everywhere, List.of(subjects.get(1).get(0).png()));
                return erase(installation, answers, search, others, subjects);
            }
        }
    }

    private Result erase(
            Installation installation,
            TopicAnswers answers,
            PictureSearch search,
            PictureSearch others,
            List<List<Drawing>> subjects)
            throws Exception {
        String subject = subjects.get(0).get(0).subject();
        Set<Path> before = search.found().keySet();
        boolean embeddings = before.stream().anyMatch(file -> file.toString().contains("/embeddings/"));
        long start = System.nanoTime();
        int references = erased(installation.ingest("DELETE", "/v1/references/" + subject, new byte[0]));
        int labels = erased(installation.ingest("DELETE", "/v1/labelled-images/" + subject, new byte[0]));
        Map<Path, Integer> left = search.found();
        while (!left.isEmpty() && System.nanoTime() - start < LIMIT.toNanos()) {
            LockSupport.parkNanos(PAUSE.toNanos());
            left = search.found();
            System.err.printf(
                    "%3d s: %s%n",
                    Duration.ofNanos(System.nanoTime() - start).toSeconds(),
                    left.keySet().stream()
                            .map(file -> file.getParent().getFileName() + "/" + file.getFileName())
                            .toList());
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        boolean othersStay = !others.found().isEmpty();
        int answered = answers.count();
        claim(installation, "after-erased", subject, subjects.get(0).get(1).png());
        Drawing other = subjects.get(1).get(0);
        claim(installation, "after-other", other.subject(), other.png());
        answers.await(answered + 2, ANSWER);
        boolean forgotten = outcome(answers, "after-erased") == Outcome.UNDECIDED;
        boolean matched = outcome(answers, "after-other") == Outcome.MATCH;
        String figures =
                "pictures of the subject in %d files, embeddings %s; %d references and %d labelled images erased; found in %d files %.0f s later, documented %d s; a claim of the subject %s, another's %s, whose picture is %s"
                        .formatted(
                                before.size(),
                                embeddings ? "among them" : "NOT AMONG THEM",
                                references,
                                labels,
                                left.size(),
                                seconds,
                                DOCUMENTED.toSeconds(),
                                forgotten ? "is undecided" : "IS DECIDED",
                                matched ? "matches" : "DOESN'T MATCH",
                                othersStay ? "still there" : "GONE");
        return new Result(
                embeddings
                        && references == REFERENCES
                        && labels == 4
                        && left.isEmpty()
                        && seconds <= DOCUMENTED.toSeconds()
                        && forgotten
                        && matched
                        && othersStay,
                figures);
    }

    /** Makes everything that can come of pictures of one subject. */
    private static void fill(
            Rig rig, Topics topics, Installation installation, TopicAnswers answers, List<Drawing> drawings)
            throws Exception {
        String subject = drawings.get(0).subject();
        for (int i = 0; i < REFERENCES; i++) {
            accepted(installation, "/v1/references/" + subject, drawings.get(i).png());
            accepted(
                    installation,
                    "/v1/labelled-images/" + subject,
                    drawings.get(REFERENCES + i).png());
        }
        claim(installation, "confirmed", subject, drawings.get(0).png());
        for (int i = 7; i < 12; i++) {
            claim(installation, "claim-" + i, subject, drawings.get(i).png());
            accepted(installation, "/v1/probes?id=who-" + i, drawings.get(i).png());
        }
        // By a producer of its own: ingest would refuse it.
        byte[] png = drawings.get(12).png();
        rig.identify(topics, "broken", Arrays.copyOf(png, png.length * 2 / 3));
        rig.flush();
        answers.await(12, ANSWER);
        if (!answers.deadLetters().toString().contains("broken")) {
            throw new IllegalStateException(
                    "no dead letter, but " + answers.verdicts().keySet());
        }
        accepted(installation, "/v1/verdicts/confirmed/feedback", "{\"correct\": true}".getBytes(UTF_8));
    }

    private static void claim(Installation installation, String id, String subject, byte[] png) throws Exception {
        accepted(installation, "/v1/probes?task=claim&id=%s&subject=%s".formatted(id, subject), png);
    }

    private static void accepted(Installation installation, String path, byte[] body) throws Exception {
        HttpResponse<String> answer = installation.ingest("POST", path, body);
        if (answer.statusCode() != 202) {
            throw new IOException("%s: %d %s".formatted(path, answer.statusCode(), answer.body()));
        }
    }

    private static int erased(HttpResponse<String> answer) {
        return Integer.parseInt(answer.body().replaceAll(".*\"erased\":(\\d+).*", "$1"));
    }

    private static Outcome outcome(TopicAnswers answers, String probe) {
        return answers.verdicts().get(probe).getOutcome();
    }

    /** Shortens the topics' times as an operator does who wants images gone sooner: the guide names these settings. */
    private static void shorten(Rig rig, Topics topics) throws Exception {
        List<AlterConfigOp> compacted = set(Map.of(TopicConfig.MAX_COMPACTION_LAG_MS_CONFIG, LAG));
        List<AlterConfigOp> deleted =
                set(Map.of(TopicConfig.RETENTION_MS_CONFIG, RETENTION, TopicConfig.SEGMENT_MS_CONFIG, LAG));
        try (Admin admin = Admin.create(rig.settings(PREFIX).kafka())) {
            admin.incrementalAlterConfigs(Map.of(
                            topic(topics.references()), compacted,
                            topic(topics.labelledImages()), compacted,
                            topic(topics.probes()), deleted,
                            topic(topics.deadLetters()), deleted))
                    .all()
                    .get();
        }
    }

    private static ConfigResource topic(String name) {
        return new ConfigResource(ConfigResource.Type.TOPIC, name);
    }

    private static List<AlterConfigOp> set(Map<String, Duration> values) {
        List<AlterConfigOp> set = new ArrayList<>();
        values.forEach((key, value) -> set.add(
                new AlterConfigOp(new ConfigEntry(key, Long.toString(value.toMillis())), AlterConfigOp.OpType.SET)));
        return set;
    }

    private static Duration max(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }
}
