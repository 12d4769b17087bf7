package io.twinstream.deploy.acceptance.recovery;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.twinstream.deploy.acceptance.rig.AcceptanceCheck;
import io.twinstream.deploy.acceptance.rig.Images;
import io.twinstream.deploy.acceptance.rig.Installation;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.acceptance.rig.Rig;
import io.twinstream.deploy.broker.TemporaryFolder;
import io.twinstream.ingest.settings.IngestSettings;
import io.twinstream.schemas.metrics.Metric;
import io.twinstream.schemas.record.UndecidedCause;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.topic.ReferenceKey;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.awaitility.Awaitility;

/**
 * Sends a thousand good references and a thousand damaged ones by each way in: HTTP, {@code enrol} and the watched folder. Each
 * is in the gallery of the verifier, was refused with a reason, or is named by the verifier as one that its model can't judge,
 * blank or of another kind. Ingest can't tell the last, as it depends on the model's input and domain. None was acknowledged
 * and is missing, and every good one is in the gallery. Then many callers send pictures of 16 MiB at once to the same ingest, which has a heap of 256 MiB: it answers each,
 * and goes on.
 */
public final class Acknowledged implements AcceptanceCheck {
    private static final int OF_EACH = 1_000;
    private static final int CALLERS = 64;
    private static final int LARGE_SIDE = 2_300;
    private static final String PREFIX = "acknowledged";
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final Set<String> MODEL_CAN_NOT_JUDGE =
            Set.of(UndecidedCause.BLANK.name(), UndecidedCause.OUT_OF_DOMAIN.name());
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<String> wrong = new ArrayList<>();

    /** Holds what a way in said of the references that were given to it, by their subjects. */
    private record Said(Set<String> acknowledged, Map<String, String> refused) {}

    /** Holds the subjects that the verifier knows: those in its gallery, and those that its model can't judge, by reason. */
    private record KnownSubjects(Set<String> enrolled, Map<String, String> unusable) {
        Set<String> all() {
            Set<String> all = new HashSet<>(enrolled);
            all.addAll(unusable.keySet());
            return all;
        }

        Map<String, Integer> byReason() {
            Map<String, Integer> byReason = new TreeMap<>();
            unusable.values().forEach(reason -> byReason.merge(reason, 1, Integer::sum));
            return byReason;
        }
    }

    @Override
    public Result run(Path images) throws Exception {
        try (Rig rig = new Rig();
                TemporaryFolder temporary = TemporaryFolder.create("twinstream-acknowledged-")) {
            rig.createTopics(PREFIX);
            Map<String, byte[]> files = files(images);
            Path watched = Files.createDirectories(temporary.path().resolve("in"));
            Path place = temporary.path().resolve("place");
            try (Installation installation = new Installation(
                    rig,
                    PREFIX,
                    place,
                    IngestSettings.FOLDER + "=" + watched,
                    IngestSettings.FOLDER_TASK + "=reference",
                    IngestSettings.FOLDER_SETTLE_MS + "=200",
                    IngestSettings.FOLDER_JOURNAL + "=" + temporary.path().resolve("journal"))) {
                Map<String, Said> said = new TreeMap<>();
                said.put("http", byHttp(installation, files));
                said.put("command", byCommand(rig, temporary.path().resolve("command"), files));
                said.put("folder", byFolder(watched, temporary.path().resolve("journal"), files));
                said.forEach((way, each) -> good(way, each, files.keySet()));
                Set<String> wanted = said.values().stream()
                        .flatMap(each -> each.acknowledged().stream())
                        .collect(Collectors.toSet());
                KnownSubjects known = known(installation, wanted);
                known.unusable().keySet().stream()
                        .filter(subject -> subject.contains("good"))
                        .forEach(subject -> wrong.add(subject + ": is good, and unusable"));
                int missing = less(wanted, known.all()).size();
                int unasked = less(known.all(), wanted).size();
                System.err.printf(
                        "acknowledged %d, missing %d, unusable %s, unasked %d, wrong %s%n",
                        wanted.size(), missing, new TreeMap<>(known.unusable()), unasked, wrong);
                String large = large(installation);
                int refused = said.values().stream()
                        .mapToInt(each -> each.refused().size())
                        .sum();
                return new Result(
                        missing == 0 && unasked == 0 && wrong.isEmpty() && refused > 0,
                        "%d references by three ways, half of them damaged: %d acknowledged, of these %d in the gallery, %d named as unusable by the model %s, %d missing; %d refused, each with its reason; %d with the verifier unacknowledged; %s; wrong: %s"
                                .formatted(
                                        said.size() * files.size(),
                                        wanted.size(),
                                        known.enrolled().size(),
                                        known.unusable().size(),
                                        known.byReason(),
                                        missing,
                                        refused,
                                        unasked,
                                        large,
                                        wrong));
            }
        }
    }

    /** Returns the files by what they are to be called: {@code good} or {@code bad}, number, format. */
    private static Map<String, byte[]> files(Path images) throws IOException {
        List<Images.Drawing> drawings = Images.read(images).all();
        DamagedFiles damage = new DamagedFiles(21);
        Map<String, byte[]> files = new TreeMap<>();
        for (int i = 0; i < OF_EACH; i++) {
            byte[] good = DamagedFiles.good(drawings.get(i % drawings.size()).png(), i);
            files.put("good%04d.%s".formatted(i, DamagedFiles.format(i)), good);
            files.put("bad%04d.%s".formatted(i, DamagedFiles.format(i)), damage.damaged(good, i / 5));
        }
        return files;
    }

    private static Said byHttp(Installation installation, Map<String, byte[]> files) throws Exception {
        Said said = new Said(new HashSet<>(), new TreeMap<>());
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            String subject = "http-" + file.getKey();
            HttpResponse<String> answer = installation.ingest("POST", "/v1/references/" + subject, file.getValue());
            if (answer.statusCode() == 202) {
                said.acknowledged().add(subject);
            } else {
                String reason = JSON.readTree(answer.body()).path("error").asText();
                said.refused().put(subject, answer.statusCode() < 500 ? reason : "");
            }
        }
        return said;
    }

    private static Said byCommand(Rig rig, Path folder, Map<String, byte[]> files) throws Exception {
        write(folder, "command-", files);
        File launcher = new File(System.getProperty("twinstream.launcher", "deploy/twinstream"));
        Process process = new ProcessBuilder(
                        launcher.getAbsolutePath(),
                        "enrol",
                        "--json",
                        "--set",
                        CommonSettings.BOOTSTRAP + "=" + rig.bootstrapServers(),
                        "--set",
                        CommonSettings.TOPIC_PREFIX + "=" + PREFIX,
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        process.getOutputStream().close();
        JsonNode summary = JSON.readTree(process.getInputStream());
        int status = process.waitFor();
        Said said = new Said(new HashSet<>(), new TreeMap<>());
        for (JsonNode each : summary.path("refused")) {
            said.refused()
                    .put(
                            subject(Path.of(each.path("name").asText())),
                            each.path("reason").asText());
        }
        files.keySet().stream()
                .map(name -> "command-" + name)
                .filter(subject -> !said.refused().containsKey(subject))
                .forEach(said.acknowledged()::add);
        if (status != 1
                || summary.path("enrolled").asInt() != said.acknowledged().size()) {
            throw new IOException("enrol ended with %d and %s".formatted(status, summary));
        }
        return said;
    }

    private static Said byFolder(Path watched, Path journal, Map<String, byte[]> files) throws IOException {
        write(watched, "folder-", files);
        Said said = new Said(new HashSet<>(), new TreeMap<>());
        Awaitility.await("each file is in the journal")
                .atMost(LIMIT)
                .until(() -> Files.readAllLines(journal, UTF_8).stream()
                                .filter(line -> line.contains("folder-"))
                                .count()
                        >= files.size());
        for (String line : Files.readAllLines(journal, UTF_8)) {
            JsonNode entry = JSON.readTree(line);
            if (entry.hasNonNull("refused")) {
                said.refused()
                        .put(
                                subject(Path.of(entry.path("path").asText())),
                                entry.path("refused").asText());
            }
        }
        files.keySet().stream()
                .map(name -> "folder-" + name)
                .filter(subject -> !said.refused().containsKey(subject))
                .forEach(said.acknowledged()::add);
        return said;
    }

    /** Writes each file into a folder of its own, which names its subject. */
    private static void write(Path folder, String way, Map<String, byte[]> files) throws IOException {
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Path own = Files.createDirectories(folder.resolve(way + file.getKey()));
            Files.write(own.resolve(file.getKey()), file.getValue());
        }
    }

    private static String subject(Path file) {
        return Objects.requireNonNull(file.getParent()).getFileName().toString();
    }

    /** Notes good references that were refused, and refusals without a reason. */
    private void good(String way, Said said, Set<String> names) {
        said.refused().forEach((subject, reason) -> {
            if (subject.contains("good") || reason.isEmpty()) {
                wrong.add("%s: %s".formatted(subject, reason));
            }
        });
        if (said.acknowledged().size() + said.refused().size() != names.size()) {
            wrong.add("%s: %d of %d were told of"
                    .formatted(way, said.acknowledged().size() + said.refused().size(), names.size()));
        }
    }

    /** Returns the subjects that the verifier knows, once it knows all that are wanted or gets no more. */
    private static KnownSubjects known(Installation installation, Set<String> wanted) throws Exception {
        KnownSubjects known = new KnownSubjects(Set.of(), Map.of());
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!known.all().equals(wanted) && System.nanoTime() < end) {
            known = new KnownSubjects(subjects(installation), unusable(installation));
        }
        return known;
    }

    private static Set<String> subjects(Installation installation) throws Exception {
        Set<String> subjects = new HashSet<>();
        String after = "";
        JsonNode page;
        do {
            page = JSON.readTree(installation.verifier("/v1/subjects?limit=500&after=" + after))
                    .path("subjects");
            for (JsonNode each : page) {
                after = each.path("subject").asText();
                subjects.add(after);
            }
        } while (!page.isEmpty());
        return subjects;
    }

    /**
     * Returns the subjects of references that the verifier names with a reason, by which its model can't judge them. Any other
     * reason, as of a damaged picture, is one that ingest had to find before it acknowledged.
     */
    private static Map<String, String> unusable(Installation installation) throws Exception {
        Map<String, String> unusable = new HashMap<>();
        String after = "";
        JsonNode page;
        do {
            page = JSON.readTree(installation.verifier("/v1/unusable-references?limit=500&after=" + after))
                    .path("references");
            for (JsonNode each : page) {
                after = each.path("key").asText();
                String reason = each.path("reason").asText();
                if (MODEL_CAN_NOT_JUDGE.contains(reason)
                        && !each.path("message").asText().isEmpty()) {
                    unusable.put(ReferenceKey.parse(after).subjectId(), reason);
                }
            }
        } while (!page.isEmpty());
        return unusable;
    }

    private static Set<String> less(Set<String> all, Set<String> those) {
        Set<String> left = new HashSet<>(all);
        left.removeAll(those);
        return left;
    }

    private String large(Installation installation) throws Exception {
        byte[] large = noise();
        List<Callable<HttpResponse<String>>> calls = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            calls.add(() -> installation.ingest("POST", "/v1/probes", large));
        }
        Map<Integer, Integer> statuses = new TreeMap<>();
        ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
        try {
            for (Future<HttpResponse<String>> each : callers.invokeAll(calls)) {
                if (failed(each)) {
                    continue;
                }
                int status = each.get().statusCode();
                statuses.merge(status, 1, Integer::sum);
                if (status != 202
                        && (status != 503
                                || each.get()
                                        .headers()
                                        .firstValue("Retry-After")
                                        .isEmpty())) {
                    wrong.add("a large picture was answered with %d %s"
                            .formatted(status, each.get().body()));
                }
            }
        } finally {
            callers.shutdownNow();
        }
        HttpResponse<String> last = installation.ingest("POST", "/v1/probes", large);
        if (last.statusCode() != 202 || !last.body().contains("\"shrunk\"") || !statuses.containsKey(202)) {
            wrong.add("after that a large picture was answered with %d %s".formatted(last.statusCode(), last.body()));
        }
        String shrunk = installation
                .ingest("GET", "/metrics", new byte[0])
                .body()
                .lines()
                .filter(line -> line.startsWith(Metric.INGEST_SHRUNK.id()))
                .findFirst()
                .orElse("no metric");
        return "%d callers with %d bytes each at once: %s, %s".formatted(CALLERS, large.length, statuses, shrunk);
    }

    private boolean failed(Future<?> call) throws InterruptedException {
        try {
            call.get();
            return false;
        } catch (ExecutionException e) {
            wrong.add("a large picture was not answered: " + e.getCause());
            return true;
        }
    }

    /** Returns a file of almost 16 MiB of noise, which nothing packs. */
    private static byte[] noise() throws IOException {
        BufferedImage image = new BufferedImage(LARGE_SIDE, LARGE_SIDE, BufferedImage.TYPE_INT_RGB);
        Random random = new Random(3);
        for (int i = 0; i < LARGE_SIDE * LARGE_SIDE; i++) {
            image.setRGB(i % LARGE_SIDE, i / LARGE_SIDE, random.nextInt(1 << 24));
        }
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        ImageIO.write(image, "png", file);
        return file.toByteArray();
    }
}
