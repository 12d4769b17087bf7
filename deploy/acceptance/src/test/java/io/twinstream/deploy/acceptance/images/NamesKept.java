package io.twinstream.deploy.acceptance.images;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.twinstream.deploy.acceptance.images.MadeNames.Made;
import io.twinstream.deploy.acceptance.images.Surroundings.Ended;
import io.twinstream.deploy.acceptance.rig.AcceptanceCheck;
import io.twinstream.deploy.acceptance.rig.FreePort;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.acceptance.rig.Rig;
import io.twinstream.deploy.acceptance.rig.TopicAnswers;
import io.twinstream.deploy.broker.TemporaryFolder;
import io.twinstream.deploy.drawing.DrawnCharacters;
import io.twinstream.ingest.settings.IngestSettings;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.text.Sha256;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.verifier.VerifierService;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/**
 * Enrols names of every kind by command, folder and HTTP from an empty environment and under five locales. Each picture lies
 * under the id that is meant, or was refused, and no two people have become one. What is written and counted is the same
 * everywhere. What was stored decomposed, or under an id that nobody sees, is erased by HTTP; a claim in decomposed form finds
 * its subject.
 */
public final class NamesKept implements AcceptanceCheck {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final List<String> WAYS = List.of("enrol", "folder", "http");
    private static final String STORED = "Jose\u0301 of old/1";
    private static final String HIDDEN = "ann\u200b/1";

    private final int most;
    private final HttpClient http = HttpClient.newHttpClient();
    private final List<Made> names = MadeNames.all();
    private final List<String> missed = new ArrayList<>();
    private final Set<String> outputs = new HashSet<>();
    private int meant;
    private int refused;
    private int merged;
    private int erased;

    public NamesKept() {
        this(Integer.MAX_VALUE);
    }

    /** @param most number of surroundings that are tried at most */
    public NamesKept(int most) {
        this.most = most;
    }

    @Override
    public Result run(Path images) throws Exception {
        Path root = Path.of(System.getProperty("twinstream.launcher", "deploy/twinstream"))
                .toAbsolutePath()
                .getParent()
                .getParent();
        try (Rig rig = new Rig();
                TemporaryFolder place = TemporaryFolder.create("twinstream-names-")) {
            NamedArchives archives = new NamedArchives(rig, root);
            if (!archives.areThere()) {
                System.err.println("no archives beside the project: the made names alone are tried");
            }
            List<Surroundings> all =
                    Surroundings.all(place.path()).stream().limit(most).toList();
            Topics last = rig.createTopics("none");
            for (int i = 0; i < all.size(); i++) {
                Path folder = Files.createDirectories(place.path().resolve("at" + i));
                last = enrol(rig, all.get(i), folder, "names-" + i);
                if (archives.areThere()) {
                    archives.enrol(all.get(i), folder, "archives-" + i);
                }
                System.err.printf(
                        "%s: %d missed so far%n",
                        all.get(i).name(), missed.size() + archives.missed().size());
            }
            missed.addAll(archives.missed());
            boolean claimed = claim(rig, last, "names-" + (all.size() - 1));
            missed.forEach(System.err::println);
            String figures =
                    "%d names by 3 ways in %d surroundings: %d pictures under the id that is meant, %d refused, %d otherwise, %d people merged; %d of %d archives as their finder means them; %d kinds of output; %d of %d stored before the rule erased; a decomposed claim %s"
                            .formatted(
                                    names.size(),
                                    all.size(),
                                    meant,
                                    refused,
                                    missed.size() - archives.missed().size(),
                                    merged,
                                    archives.tried() - archives.missed().size(),
                                    archives.tried(),
                                    outputs.size(),
                                    erased,
                                    2 * all.size(),
                                    claimed ? "matched" : "NOT MATCHED");
            return new Result(
                    missed.isEmpty() && merged == 0 && outputs.size() == 1 && erased == 2 * all.size() && claimed,
                    figures);
        }
    }

    private Topics enrol(Rig rig, Surroundings surroundings, Path folder, String prefix) throws Exception {
        Topics topics = rig.createTopics(prefix);
        Map<String, String> wayOf = new HashMap<>();
        Map<String, Made> madeOf = new HashMap<>();
        Path enrol = write("enrol", folder, wayOf, madeOf);
        Path watched = write("folder", folder, wayOf, madeOf);
        String bootstrap = rig.bootstrapServers();
        Ended ended = surroundings.run(
                folder, "enrol", enrol.toString(), "--bootstrap", bootstrap, "--set", "topic.prefix=" + prefix);
        if (ended.code() != 1) {
            missed.add("enrol under %s ended with %d: %s".formatted(surroundings.name(), ended.code(), ended.err()));
        }
        Path drawing = Files.write(folder.resolve("a.png"), picture(0));
        outputs.add(surroundings
                .run(folder, "verify", drawing.toString(), drawing.toString())
                .out());
        rig.enrol(topics, STORED.substring(0, STORED.length() - 2), "1", picture(0));
        rig.enrol(topics, HIDDEN.substring(0, HIDDEN.length() - 2), "1", picture(0));
        rig.flush();
        int port = FreePort.find();
        Process ingest = surroundings.start(
                folder,
                settings(
                        "ingest",
                        CommonSettings.BOOTSTRAP + "=" + bootstrap,
                        CommonSettings.TOPIC_PREFIX + "=" + prefix,
                        IngestSettings.HTTP_PORT + "=" + port,
                        IngestSettings.FOLDER + "=" + watched,
                        IngestSettings.FOLDER_TASK + "=reference"));
        try {
            Awaitility.await("ingest is ready")
                    .atMost(LIMIT)
                    .ignoreExceptionsInstanceOf(IOException.class)
                    .until(() -> send(port, "GET", "/health/ready", new byte[0]).statusCode() == 200);
            post(port, surroundings, wayOf, madeOf);
            Awaitility.await("the folder is sent")
                    .atMost(LIMIT)
                    .pollInterval(Duration.ofMillis(500))
                    .until(() -> journalled(watched) == inFolders());
            for (String stored : List.of(STORED, HIDDEN)) {
                String subject = encoded(java.text.Normalizer.normalize(
                        stored.substring(0, stored.indexOf('/')), java.text.Normalizer.Form.NFC));
                send(port, "DELETE", "/v1/references/" + subject, new byte[0]);
            }
            String metrics = send(port, "GET", "/metrics", new byte[0]).body();
            if (metrics.isEmpty() || !metrics.chars().allMatch(c -> c < 128)) {
                missed.add("metrics under %s are not all ASCII".formatted(surroundings.name()));
            }
        } finally {
            ingest.destroy();
            ingest.waitFor();
        }
        judge(surroundings, EnrolledPictures.read(rig, topics), wayOf, madeOf);
        return topics;
    }

    private void judge(
            Surroundings surroundings, EnrolledPictures enrolled, Map<String, String> wayOf, Map<String, Made> madeOf) {
        erased += (enrolled.keys().contains(STORED) ? 0 : 1) + (enrolled.keys().contains(HIDDEN) ? 0 : 1);
        madeOf.forEach((hash, made) -> {
            String subject = enrolled.subjectOf().get(hash);
            boolean byFolder = !wayOf.get(hash).equals("http");
            // A folder that begins with a dot is left out, whoever it is named after.
            boolean isTaken = made.isMeant() && !(byFolder && made.name().startsWith("."));
            if (isTaken ? made.id().equals(subject) : subject == null) {
                meant += isTaken ? 1 : 0;
                refused += isTaken ? 0 : 1;
            } else {
                missed.add("%s by %s under %s: %s"
                        .formatted(escaped(made.name()), wayOf.get(hash), surroundings.name(), escaped(subject)));
            }
        });
        Set<String> people =
                madeOf.values().stream().filter(Made::isMeant).map(Made::id).collect(Collectors.toSet());
        Set<String> there = enrolled.subjects();
        merged += Math.max(0, people.size() - there.size());
    }

    /** Lays out a folder for each name, with a picture of its own. */
    private Path write(String way, Path folder, Map<String, String> wayOf, Map<String, Made> madeOf)
            throws IOException {
        Path root = folder.resolve(way);
        for (int i = 0; i < names.size(); i++) {
            byte[] picture = picture(WAYS.indexOf(way) * names.size() + i + 1);
            Files.write(
                    Files.createDirectories(root.resolve(names.get(i).name())).resolve("1.png"), picture);
            wayOf.put(Sha256.of(picture), way);
            madeOf.put(Sha256.of(picture), names.get(i));
        }
        return root;
    }

    private void post(int port, Surroundings surroundings, Map<String, String> wayOf, Map<String, Made> madeOf)
            throws IOException, InterruptedException {
        for (int i = 0; i < names.size(); i++) {
            Made made = names.get(i);
            byte[] picture = picture(WAYS.indexOf("http") * names.size() + i + 1);
            wayOf.put(Sha256.of(picture), "http");
            madeOf.put(Sha256.of(picture), made);
            HttpResponse<String> answer = send(port, "POST", "/v1/references/" + encoded(made.name()), picture);
            if (answer.statusCode() != (made.isMeant() ? 202 : 400)) {
                missed.add("%s by HTTP under %s: %d %s"
                        .formatted(escaped(made.name()), surroundings.name(), answer.statusCode(), answer.body()));
            }
        }
    }

    /** Returns whether a subject that is enrolled composed is found when a foreign producer claims it decomposed. */
    private static boolean claim(Rig rig, Topics topics, String prefix) throws Exception {
        rig.enrol(topics, "Zo\u00eb claimed", "1", picture(0));
        rig.flush();
        int references = EnrolledPictures.read(rig, topics).keys().size();
        try (VerifierService verifier = Rig.verifier(rig.settings(prefix), references);
                TopicAnswers answers = new TopicAnswers(rig.bootstrapServers(), topics)) {
            rig.claim(topics, "claim", picture(0), "Zoe\u0308 claimed");
            rig.flush();
            answers.await(1, LIMIT);
            return verifier.ready()
                    && answers.verdicts().containsKey("claim")
                    && answers.verdicts().get("claim").getOutcome() == Outcome.MATCH;
        }
    }

    private long inFolders() {
        return names.stream().filter(made -> !made.name().startsWith(".")).count();
    }

    private static long journalled(Path watched) throws IOException {
        Path journal = watched.resolve(".twinstream-sent");
        return Files.exists(journal)
                ? Files.readString(journal)
                        .lines()
                        .filter(line -> !line.isBlank())
                        .count()
                : 0;
    }

    private HttpResponse<String> send(int port, String method, String path, byte[] body)
            throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(port, path)))
                        .method(method, BodyPublishers.ofByteArray(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private static List<String> settings(String service, String... settings) {
        List<String> arguments = new ArrayList<>(List.of(service));
        for (String setting : settings) {
            arguments.addAll(List.of("--set", setting));
        }
        return arguments;
    }

    private static byte[] picture(int number) {
        return new DrawnCharacters(number).png(0, 0);
    }

    private static String encoded(String name) {
        return URLEncoder.encode(name, UTF_8).replace("+", "%20");
    }

    private static String escaped(String name) {
        return name == null
                ? "nothing"
                : name.codePoints()
                        .mapToObj(point ->
                                point > 32 && point < 127 ? Character.toString(point) : "\\u{%x}".formatted(point))
                        .collect(Collectors.joining());
    }
}
