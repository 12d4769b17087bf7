package io.twinstream.deploy.acceptance.images;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.acceptance.rig.Rig;
import io.twinstream.deploy.acceptance.rig.TopicAnswers;
import io.twinstream.deploy.broker.TemporaryFolder;
import io.twinstream.ingest.IngestService;
import io.twinstream.ingest.settings.IngestSettings;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.verifier.VerifierService;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Judges the pictures that have a right answer of their own, by HTTP, by {@code verify}, from a watched folder and on the
 * topic. What is made of the drawing A1 matches A2, the same character by another hand.
 */
final class SharedPictures {
    /** Names the right answers. */
    enum Right {
        /** Matches A. */
        MATCH,
        /** Matches A, or is refused before it is acknowledged. */
        MATCH_OR_REFUSED,
        /** Shows something else, or too little of A: judged as the copy is that ImageMagick makes of its samples. */
        JUDGED,
        /** Is judged or refused. */
        ANY,
        /** Is refused with certain words. */
        REFUSED
    }

    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Duration LINGER = Duration.ofSeconds(6);
    /** Exit codes of verify that are answers: match, non-match, undecided. */
    private static final Set<Integer> JUDGED = Set.of(0, 3, 5);
    /** Least score of two pictures that are one. */
    private static final double SAME = 0.9999;

    private static final String PREFIX = "shared";
    private static final Map<String, Right> RIGHT = new TreeMap<>(Map.ofEntries(
            Map.entry("A1.png", Right.MATCH),
            Map.entry("valid-refused-210-q75.jpg", Right.JUDGED),
            Map.entry("valid-refused-105-q90.jpg", Right.JUDGED),
            Map.entry("mpf-gainmap.jpg", Right.MATCH),
            Map.entry("exif6.jpg", Right.MATCH),
            Map.entry("exif6.png", Right.MATCH),
            Map.entry("exif6.webp", Right.MATCH),
            Map.entry("exif6.tif", Right.MATCH),
            Map.entry("whiteink.A1.png", Right.ANY),
            Map.entry("whiteink.B1.png", Right.ANY),
            Map.entry("alpha0-32bit.bmp", Right.MATCH),
            Map.entry("component-ids-012.jpg", Right.MATCH),
            Map.entry("no-eoi.jpg", Right.MATCH),
            Map.entry("no-eoi-dahua-trailer.jpg", Right.MATCH),
            Map.entry("dahua-short-com.jpg", Right.MATCH),
            Map.entry("icc-none.jpg", Right.JUDGED),
            Map.entry("icc-generic-rgb.jpg", Right.JUDGED),
            Map.entry("gray16.png", Right.JUDGED),
            Map.entry("g3.tif", Right.MATCH_OR_REFUSED),
            Map.entry("nobytecounts.tif", Right.MATCH_OR_REFUSED),
            Map.entry("gif-offset-frame.gif", Right.MATCH),
            Map.entry("zero-chunk.png", Right.ANY),
            Map.entry("photo.heic", Right.REFUSED),
            Map.entry("dataurl.txt", Right.REFUSED)));
    /** Words of a refusal by file. */
    private static final Map<String, List<String>> WORDS =
            Map.of("photo.heic", List.of("HEIC", "JPEG"), "dataurl.txt", List.of("base64", "decode"));

    private final Path folder;
    private final List<String> mistakes = new ArrayList<>();
    private final HttpClient client = HttpClient.newHttpClient();

    SharedPictures(Path folder) {
        this.folder = folder;
    }

    Result judge() throws Exception {
        try (Rig rig = new Rig();
                TemporaryFolder work = TemporaryFolder.create("shared-pictures")) {
            Path watched = Files.createDirectory(work.path().resolve("watched"));
            for (String name : RIGHT.keySet()) {
                Files.copy(folder.resolve(name), watched.resolve(name));
            }
            Topics topics = rig.createTopics(PREFIX);
            rig.enrol(topics, "A", "2", read("A2.png"));
            rig.enrol(topics, "B", "2", read("B2.png"));
            rig.flush();
            Settings settings = rig.settings(
                    PREFIX,
                    IngestSettings.FOLDER,
                    watched.toString(),
                    IngestSettings.FOLDER_JOURNAL,
                    work.path().resolve("journal").toString(),
                    IngestSettings.HTTP_PORT,
                    "0");
            try (VerifierService verifier = Rig.verifier(settings, 2);
                    TopicAnswers answers = new TopicAnswers(rig.bootstrapServers(), topics);
                    IngestService ingest = IngestService.start(IngestSettings.of(settings))) {
                int sent = topic(rig, topics) + http(ingest.port());
                answers.await(sent, LIMIT).linger(LINGER);
                check(answers);
            }
        }
        verify();
        mistakes.forEach(mistake -> System.err.println("shared: " + mistake));
        return new Result(
                mistakes.isEmpty(),
                "%d shared files by topic, HTTP, folder and verify: %d wrong answers"
                        .formatted(RIGHT.size(), mistakes.size()));
    }

    private int topic(Rig rig, Topics topics) throws Exception {
        for (String name : RIGHT.keySet()) {
            rig.identify(topics, "topic " + name, read(name));
        }
        rig.pair(topics, "white inks", read("whiteink.A1.png"), read("whiteink.B1.png"));
        rig.pair(topics, "profiles", read("icc-none.jpg"), read("icc-generic-rgb.jpg"));
        for (String name : of(Right.JUDGED)) {
            byte[] copy = JavaPictures.pipe(read(name), "convert - +profile icc -depth 8 png:-");
            rig.pair(topics, "copy of " + name, read(name), copy);
        }
        rig.flush();
        return RIGHT.size() + 2 + of(Right.JUDGED).size();
    }

    /** Sends all by HTTP, and returns how many were acknowledged. */
    private int http(int port) throws Exception {
        int acknowledged = 0;
        for (Map.Entry<String, Right> each : RIGHT.entrySet()) {
            String name = each.getKey();
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:%d/v1/probes?source=http&task=identify&id=http%%20%s"
                                    .formatted(port, name)))
                    .POST(HttpRequest.BodyPublishers.ofFile(folder.resolve(name)))
                    .build();
            HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
            boolean taken = answer.statusCode() == 202;
            acknowledged += taken ? 1 : 0;
            if (each.getValue() == Right.MATCH || each.getValue() == Right.JUDGED
                    ? !taken
                    : each.getValue() == Right.REFUSED && taken) {
                mistakes.add("%s by HTTP: %d %s"
                        .formatted(name, answer.statusCode(), answer.body().strip()));
            }
            if (!taken) {
                checkWords(name + " by HTTP", name, answer.body());
            }
        }
        return acknowledged;
    }

    private void check(TopicAnswers answers) {
        RIGHT.forEach((name, right) -> {
            for (String way : List.of("topic ", "http ")) {
                Verdict verdict = answers.verdicts().get(way + name);
                boolean isMatch = verdict != null
                        && verdict.getOutcome() == Outcome.MATCH
                        && verdict.getCandidates().get(0).getSubjectId().equals("A");
                boolean wrong = switch (right) {
                    case MATCH -> !isMatch;
                    case MATCH_OR_REFUSED -> verdict != null && !isMatch;
                    case JUDGED -> verdict == null;
                    case ANY -> false;
                    case REFUSED -> verdict != null;
                };
                if (wrong) {
                    mistakes.add("%s%s: %s".formatted(way, name, verdict == null ? "no verdict" : text(verdict)));
                }
            }
            boolean letter = answers.deadLetters().stream().anyMatch(each -> each.startsWith("http " + name));
            if (letter) {
                mistakes.add("http %s: acknowledged and not judged".formatted(name));
            }
        });
        Verdict inks = answers.verdicts().get("white inks");
        if (inks != null && inks.getOutcome() == Outcome.MATCH) {
            mistakes.add("the two in white ink match each other");
        }
        List<String> pairs = new ArrayList<>(List.of("profiles"));
        of(Right.JUDGED).forEach(name -> pairs.add("copy of " + name));
        for (String same : pairs) {
            Verdict verdict = answers.verdicts().get(same);
            boolean undecided = verdict != null && verdict.getOutcome() == Outcome.UNDECIDED;
            if (verdict == null || !undecided && verdict.getScore() < SAME) {
                mistakes.add("%s: %s".formatted(same, verdict == null ? "no verdict" : text(verdict)));
            }
        }
        List<String> topic = texts(answers, verdict -> verdict.getProbeId().startsWith("topic "));
        List<String> watched = texts(answers, verdict -> verdict.getSourceId().equals("folder"));
        if (!topic.equals(watched)) {
            mistakes.add("the folder's verdicts %s aren't the topic's %s".formatted(watched, topic));
        }
    }

    private void verify() throws Exception {
        for (Map.Entry<String, Right> each : RIGHT.entrySet()) {
            String name = each.getKey();
            Ended ended = verify("A2.png", name);
            boolean wrong = switch (each.getValue()) {
                case MATCH -> ended.exit != 0;
                case MATCH_OR_REFUSED -> ended.exit != 0 && ended.exit != 1;
                case JUDGED -> !JUDGED.contains(ended.exit);
                case ANY -> ended.exit != 1 && !JUDGED.contains(ended.exit);
                case REFUSED -> ended.exit != 1;
            };
            if (wrong) {
                mistakes.add("verify A2.png %s: exit %d: %s".formatted(name, ended.exit, ended.output));
            }
            if (ended.exit == 1) {
                checkWords("verify " + name, name, ended.output);
            }
        }
        Ended inks = verify("whiteink.A1.png", "whiteink.B1.png");
        if (inks.exit == 0) {
            mistakes.add("verify of the two in white ink: " + inks.output);
        }
    }

    private record Ended(int exit, String output) {}

    private Ended verify(String one, String other) throws Exception {
        String launcher = new File(System.getProperty("twinstream.launcher", "deploy/twinstream")).getAbsolutePath();
        Process process = new ProcessBuilder(
                        launcher,
                        "verify",
                        folder.resolve(one).toString(),
                        folder.resolve(other).toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
        return new Ended(process.waitFor(), output);
    }

    private void checkWords(String where, String name, String text) {
        for (String word : WORDS.getOrDefault(name, List.of())) {
            if (!text.contains(word)) {
                mistakes.add("%s: \"%s\" doesn't say %s".formatted(where, text.strip(), word));
            }
        }
    }

    private interface Which {
        boolean is(Verdict verdict);
    }

    /** Returns what verdicts say, sorted, since a folder's ids tell nothing of the file. */
    private static List<String> texts(TopicAnswers answers, Which which) {
        Stream<Verdict> some = answers.verdicts().values().stream().filter(which::is);
        return some.map(SharedPictures::text).sorted().toList();
    }

    private static String text(Verdict verdict) {
        return verdict.getOutcome() == Outcome.UNDECIDED
                ? "%s %s".formatted(verdict.getOutcome(), verdict.getReason())
                : "%s %s %.4f"
                        .formatted(
                                verdict.getOutcome(),
                                verdict.getCandidates().isEmpty()
                                        ? ""
                                        : verdict.getCandidates().get(0).getSubjectId(),
                                verdict.getScore());
    }

    private static List<String> of(Right right) {
        return RIGHT.keySet().stream().filter(name -> RIGHT.get(name) == right).toList();
    }

    private byte[] read(String name) throws IOException {
        return Files.readAllBytes(folder.resolve(name));
    }
}
