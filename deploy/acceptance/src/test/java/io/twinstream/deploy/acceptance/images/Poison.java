package io.twinstream.deploy.acceptance.images;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.twinstream.deploy.acceptance.rig.AcceptanceCheck;
import io.twinstream.deploy.acceptance.rig.AlteredPackage;
import io.twinstream.deploy.acceptance.rig.DecodingThreads;
import io.twinstream.deploy.acceptance.rig.Images;
import io.twinstream.deploy.acceptance.rig.RawPublication;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.acceptance.rig.Rig;
import io.twinstream.deploy.acceptance.rig.TopicAnswers;
import io.twinstream.deploy.acceptance.rig.VerifierProcess;
import io.twinstream.deploy.broker.TemporaryFolder;
import io.twinstream.deploy.testkit.Releases;
import io.twinstream.deploy.testkit.Wired;
import io.twinstream.ingest.IngestService;
import io.twinstream.ingest.settings.IngestSettings;
import io.twinstream.schemas.image.Decoded;
import io.twinstream.schemas.image.ForeignDecoder;
import io.twinstream.schemas.image.ImageDecoder;
import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.Ed25519Keys;
import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.record.VersionState;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.trainer.dataset.ProblemList;
import io.twinstream.trainer.dataset.ProblemList.DataFindings;
import io.twinstream.verifier.VerifierService;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/**
 * Sends small files that are made to cost time or memory, as probe, reference, labelled image and golden image, by topic, HTTP,
 * folder and command line: none takes more than 200 ms of a core or 64 MB, every neighbour is judged once. Then a decoder
 * stands still: its picture becomes a dead letter within a minute, readiness says so meanwhile, and the rest goes on.
 */
public final class Poison implements AcceptanceCheck {
    private static final long MOST_MILLIS = 200;
    private static final long MOST_MEGABYTES = 64;
    private static final int ROUNDS = 3;
    private static final int NEIGHBOURS = 5;
    private static final int NEIGHBOURS_OF_HANGING = 40;
    private static final InputSpec INPUT = new InputSpec(48, 48, 1, true);
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final Duration STUCK_LIMIT = Duration.ofMinutes(1);
    private static final Duration COMMAND_LIMIT = Duration.ofSeconds(60);
    private static final Duration LINGER = Duration.ofSeconds(3);
    private static final String PREFIX = "poison";
    private static final String SMALL = "small";
    private static final String SMALL_HEAP = "-Xmx88m";
    private static final Set<Integer> STATUSES = Set.of(202, 400, 413, 415, 422);
    private static final List<String> VERIFIED = List.of(
            "png: a chunk of type 00000000",
            "png: RGBA of 4096 x 4095",
            "gif: a comment in 400000 blocks of one byte",
            "jpeg: 30000 empty profiles",
            "tiff: 65536 strips of 256 that are one",
            "webp: lossless of 16168 x 1024");

    private final HttpClient client = HttpClient.newHttpClient();
    private final List<String> figures = new ArrayList<>();
    private boolean kept = true;

    @Override
    public Result run(Path folder) throws Exception {
        byte[] good = Images.read(folder).all().get(0).png();
        Map<String, byte[]> poison = PoisonImages.of(good);
        Set<String> pictures = measure(poison, good);
        try (TemporaryFolder files = TemporaryFolder.create("poison")) {
            for (String name : poison.keySet()) {
                write(files.path().resolve("watched"), name, poison.get(name));
            }
            for (int i = 0; i < NEIGHBOURS; i++) {
                write(files.path().resolve("watched"), "neighbour %d.png".formatted(i), good);
            }
            try (Rig rig = new Rig()) {
                send(rig, files.path(), poison, pictures, good);
                fewMegabytes(rig, files.path(), poison, good);
            }
        }
        return new Result(kept, String.join("; ", figures));
    }

    /** Returns the names of those that are decoded to pictures. */
    private Set<String> measure(Map<String, byte[]> poison, byte[] good) throws IOException {
        ImageDecoder decoder = ImageDecoder.overwriting(ImageLimits.DEFAULT);
        warmUp(decoder, good);
        Map<String, Boolean> pictures = new LinkedHashMap<>();
        long slowest = 0;
        long largest = 0;
        String slowestName = "";
        String largestName = "";
        for (Map.Entry<String, byte[]> each : poison.entrySet()) {
            long millis = Long.MAX_VALUE;
            long megabytes = Long.MAX_VALUE;
            // Others' work on the machine only ever adds.
            for (int round = 0; round < ROUNDS; round++) {
                long cpu = DecodingThreads.cpuNanos();
                long allocated = DecodingThreads.allocatedBytes();
                Decoded decoded = decoder.decode(each.getValue(), INPUT);
                millis = Math.min(millis, (DecodingThreads.cpuNanos() - cpu) / 1_000_000);
                megabytes = Math.min(megabytes, DecodingThreads.allocatedBytes() - allocated >> 20);
                pictures.put(each.getKey(), decoded instanceof Picture);
            }
            check(
                    millis <= MOST_MILLIS && megabytes <= MOST_MEGABYTES,
                    "%s takes %d ms and %d MB".formatted(each.getKey(), millis, megabytes));
            slowestName = millis > slowest ? each.getKey() : slowestName;
            largestName = megabytes > largest ? each.getKey() : largestName;
            slowest = Math.max(slowest, millis);
            largest = Math.max(largest, megabytes);
        }
        figures.add("%d files: the slowest takes %d ms of a core (%s), the largest %d MB (%s)"
                .formatted(poison.size(), slowest, slowestName, largest, largestName));
        return pictures.entrySet().stream()
                .filter(Map.Entry::getValue)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /** Has each reader decode once, as in a process that has begun its work. */
    private static void warmUp(ImageDecoder decoder, byte[] good) throws IOException {
        BufferedImage photo = new BufferedImage(2_000, 1_000, BufferedImage.TYPE_3BYTE_BGR);
        Graphics2D pen = photo.createGraphics();
        IntStream.range(0, 1_000).forEach(i -> {
            pen.setColor(new Color(i * 7_919));
            pen.fillOval(i * 37 % 2_000, i * 91 % 1_000, 60, 60);
        });
        pen.dispose();
        BufferedImage drawing = ImageIO.read(new ByteArrayInputStream(good));
        for (String format : List.of("png", "jpeg", "gif", "bmp", "tiff")) {
            for (BufferedImage image : List.of(photo, drawing)) {
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                ImageIO.write(image, format, bytes);
                decoder.decode(bytes.toByteArray(), INPUT);
            }
        }
    }

    private void send(Rig rig, Path files, Map<String, byte[]> poison, Set<String> pictures, byte[] good)
            throws Exception {
        Topics topics = rig.createTopics(PREFIX);
        rig.enrol(topics, "subject", "reference", good);
        poison.forEach((name, image) -> rig.enrol(topics, name.replace('/', ' '), "poison", image));
        rig.flush();
        Settings settings = rig.settings(
                PREFIX,
                IngestSettings.HTTP_PORT,
                "0",
                IngestSettings.FOLDER,
                files.resolve("watched").toString(),
                IngestSettings.FOLDER_JOURNAL,
                files.resolve("journal").toString());
        try (HangingBmp hanging = HangingBmp.install();
                VerifierService verifier = Rig.verifier(settings);
                TopicAnswers answers = new TopicAnswers(rig.bootstrapServers(), topics)) {
            poison.forEach((name, image) -> {
                rig.identify(topics, "topic " + name, image);
                rig.identify(topics, "topic neighbour of " + name, good);
            });
            rig.flush();
            try (IngestService ingest = IngestService.start(IngestSettings.of(settings))) {
                post(ingest.port(), poison, good);
                command(rig, good, files, poison);
                int judged = pictures.size();
                await(
                        answers,
                        () -> count(answers, "topic ") == poison.size() + judged
                                && count(answers, "http ") == poison.size() + judged
                                && ofSource(answers, "folder") == NEIGHBOURS + judged
                                && ofSource(answers, "command-line") == NEIGHBOURS + judged);
                answers.linger(LINGER);
                check(answers.duplicates() == 0, "%d verdicts too many".formatted(answers.duplicates()));
                for (String way : List.of("topic ", "http ")) {
                    check(
                            count(answers, way + "neighbour") == poison.size(),
                            "of %d neighbours by %s%d judged"
                                    .formatted(poison.size(), way, count(answers, way + "neighbour")));
                }
                check(
                        ofSource(answers, "folder") == NEIGHBOURS + judged,
                        "by folder %d judged".formatted(ofSource(answers, "folder")));
                check(
                        ofSource(answers, "command-line") == NEIGHBOURS + judged,
                        "by command %d judged".formatted(ofSource(answers, "command-line")));
                figures.add("as probes by topic, HTTP, folder and command %d verdicts, %d too many, %d dead letters"
                        .formatted(
                                answers.verdicts().size(),
                                answers.duplicates(),
                                answers.deadLetters().size()));
            }
            System.err.println(String.join("; ", figures));
            learn(settings, poison.size());
            golden(settings, poison);
            hang(rig, topics, verifier, answers, good);
            hanging.close();
            check(
                    waitFor(() -> verifier.ready() && ready(verifier.port()) == 200 && ForeignDecoder.lost() == 0),
                    "readiness isn't back");
        }
    }

    /** Posts each as probe, reference and labelled image, each probe with a good one behind it. */
    private void post(int port, Map<String, byte[]> poison, byte[] good) throws Exception {
        Map<Integer, Integer> statuses = new TreeMap<>();
        int i = 0;
        for (Map.Entry<String, byte[]> each : poison.entrySet()) {
            String number = Integer.toString(i++);
            for (String path : List.of(
                    "/v1/probes?source=http&task=identify&id=http%20" + number,
                    "/v1/references/http" + number,
                    "/v1/labelled-images/http" + number + "?source=http")) {
                int status = post(port, path, each.getValue());
                statuses.merge(status, 1, Integer::sum);
                check(STATUSES.contains(status), "%s to %s is answered %d".formatted(each.getKey(), path, status));
            }
            int neighbour = post(port, "/v1/probes?source=http&task=identify&id=http%20neighbour%20" + number, good);
            check(neighbour == 202, "a good probe is answered %d".formatted(neighbour));
        }
        figures.add("HTTP answers " + statuses);
    }

    private int post(int port, String path, byte[] image) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(port, path)))
                .timeout(COMMAND_LIMIT)
                .POST(HttpRequest.BodyPublishers.ofByteArray(image))
                .build();
        return client.send(request, BodyHandlers.ofString()).statusCode();
    }

    private void command(Rig rig, byte[] good, Path files, Map<String, byte[]> poison) throws Exception {
        List<String> broker = List.of(
                "--set",
                CommonSettings.BOOTSTRAP + "=" + rig.bootstrapServers(),
                "--set",
                CommonSettings.TOPIC_PREFIX + "=" + PREFIX);
        String watched = files.resolve("watched").toString();
        int slowest = 0;
        for (List<String> each : List.of(
                List.of("submit", watched),
                List.of("enrol", "--by", "file", watched),
                List.of("submit", "--label", "--by", "file", watched))) {
            List<String> line = new ArrayList<>(each);
            line.addAll(broker);
            slowest = Math.max(slowest, seconds(line, Set.of(0, 1)));
        }
        Path drawing = write(files.resolve("good"), "good.png", good);
        for (String name : VERIFIED) {
            Path file = write(files.resolve("verified"), name, poison.get(name));
            slowest =
                    Math.max(slowest, seconds(List.of("verify", drawing.toString(), file.toString()), Set.of(0, 1, 3)));
        }
        figures.add("the slowest of %d commands took %d s".formatted(3 + VERIFIED.size(), slowest));
    }

    private int seconds(List<String> arguments, Set<Integer> exits) throws Exception {
        List<String> line = new ArrayList<>(
                List.of(new File(System.getProperty("twinstream.launcher", "deploy/twinstream")).getAbsolutePath()));
        line.addAll(arguments);
        long start = System.nanoTime();
        Process process = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        boolean ended = process.waitFor(COMMAND_LIMIT.toSeconds(), TimeUnit.SECONDS);
        process.destroyForcibly().waitFor();
        check(
                ended && exits.contains(process.exitValue()),
                "%s: %s".formatted(arguments, ended ? "exit " + process.exitValue() : "hangs"));
        return (int) Duration.ofNanos(System.nanoTime() - start).toSeconds();
    }

    /** Looks what the trainer makes of the topic that HTTP and command line have labelled on. */
    private void learn(Settings settings, int poison) throws IOException {
        long start = System.nanoTime();
        ProblemList problems = new ProblemList();
        ImageSet images = ImageSet.read(Wired.labelledImages(settings), 1, problems);
        figures.add("read as labelled images in %.1f s: %d kept, left out %s"
                .formatted(
                        (System.nanoTime() - start) / 1e9,
                        images.imageCount(),
                        problems.findings().stream().map(DataFindings::count).toList()));
        check(poison > 50, "only %d files".formatted(poison));
    }

    /** Checks that packages that test themselves with a picture that nobody decodes are refused, whatever its decoder does. */
    private void golden(Settings settings, Map<String, byte[]> poison) throws Exception {
        Map<String, byte[]> images = new LinkedHashMap<>();
        images.put("1", poison.get("png: RGBA of 4096 x 4095"));
        images.put("2", poison.get("webp: lossless of 16168 x 1024"));
        images.put("3", poison.get("tiff: the next directory is this one"));
        images.put("4", hangingBmp(Color.BLUE));
        RawPublication raw = new RawPublication(settings, Ed25519Keys.generate().getPrivate());
        int refused = 0;
        for (Map.Entry<String, byte[]> image : images.entrySet()) {
            ModelId id = new ModelId("golden", image.getKey());
            byte[] archive = AlteredPackage.withManifest(
                    Releases.renamed("compact", id),
                    manifest -> ((ObjectNode) manifest.at("/golden/0"))
                            .put("image", Base64.getEncoder().encodeToString(image.getValue())));
            raw.write(id, archive, chunks -> {}, release -> {});
            boolean is = waitFor(() ->
                    Wired.states(settings).of(id).stream().anyMatch(each -> each.state() == VersionState.REFUSED));
            check(is, "golden image %s isn't refused".formatted(image.getKey()));
            refused += is ? 1 : 0;
        }
        figures.add("%d of %d releases with such a golden image refused".formatted(refused, images.size()));
    }

    private void hang(Rig rig, Topics topics, VerifierService verifier, TopicAnswers answers, byte[] good)
            throws Exception {
        int before = answers.deadLetters().size();
        byte[] picture = hangingBmp(Color.RED);
        long start = System.nanoTime();
        rig.identify(topics, "hanging", picture);
        IntStream.range(0, NEIGHBOURS_OF_HANGING).forEach(i -> rig.identify(topics, "beside hanging " + i, good));
        rig.enrol(topics, "hanging", "reference", hangingBmp(Color.GREEN));
        rig.enrol(topics, "after hanging", "reference", good);
        rig.flush();
        int red = 0;
        int looks = 0;
        boolean hung = false;
        while (!isOver(answers) && System.nanoTime() - start < STUCK_LIMIT.toNanos()) {
            answers.poll();
            hung |= ForeignDecoder.hangingSince().isPresent();
            if (ForeignDecoder.awaitedSince().isPresent()) {
                looks++;
                red += ready(verifier.port()) == 503 ? 1 : 0;
            }
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        answers.linger(LINGER);
        List<String> letters =
                answers.deadLetters().subList(before, answers.deadLetters().size());
        check(letters.equals(List.of("hanging: STUCK")), "dead letters " + letters);
        check(
                count(answers, "beside hanging ") == NEIGHBOURS_OF_HANGING,
                "%d beside it judged".formatted(count(answers, "beside hanging ")));
        check(answers.duplicates() == 0, "%d verdicts too many".formatted(answers.duplicates()));
        check(hung && ForeignDecoder.lost() > 0, "no decoder hung");
        check(red > 0, "readiness was green all %d times that it was asked while a decoder hung".formatted(looks));
        check(waitFor(() -> ready(verifier.port()) == 200), "readiness stays red though nobody waits for a decoder");
        figures.add(
                "a picture whose decoder stands still is set aside after %.1f s with %s, %d of %d beside it judged, readiness red at %d of %d looks meanwhile, %d threads lost"
                        .formatted(
                                seconds,
                                letters,
                                count(answers, "beside hanging "),
                                NEIGHBOURS_OF_HANGING,
                                red,
                                looks,
                                ForeignDecoder.lost()));
    }

    /**
     * Checks that in a heap that the largest of them doesn't fit into references are unusable, and the gallery goes on without
     * them.
     */
    private void fewMegabytes(Rig rig, Path files, Map<String, byte[]> poison, byte[] good) throws Exception {
        Topics topics = rig.createTopics(SMALL);
        byte[] large = PoisonImages.largeTiff();
        for (int i = 0; i < 3; i++) {
            rig.enrol(topics, "blank " + i, "reference", poison.get("png: RGBA of 4096 x 4095"));
            rig.enrol(topics, "large " + i, "reference", large);
        }
        rig.enrol(topics, "subject", "reference", good);
        rig.identify(topics, "large", large);
        rig.identify(topics, "small", good);
        rig.flush();
        Path log = files.resolve("log");
        Process process = VerifierProcess.start(rig, SMALL, log, Map.of("TWINSTREAM_JAVA_OPTS", SMALL_HEAP));
        try (TopicAnswers answers = new TopicAnswers(rig.bootstrapServers(), topics)) {
            await(answers, () -> answers.count() == 2);
            Verdict verdict = answers.verdicts().get("small");
            List<String> told = Files.readAllLines(log).stream()
                    .filter(line -> line.contains("GalleryUpdate") && line.contains("can't use 6 of 7 references"))
                    .toList();
            boolean alive = process.isAlive();
            check(
                    verdict != null && verdict.getGallerySize() == 1 && alive,
                    "with %s the gallery holds %s"
                            .formatted(SMALL_HEAP, verdict == null ? "nothing" : verdict.getGallerySize()));
            check(
                    told.size() == 1 && answers.deadLetters().equals(List.of("large: TOO_MANY_PIXELS")),
                    "%s: %s".formatted(answers.deadLetters(), told));
            figures.add("with %s 6 references are unusable, a probe is %s, the gallery holds %s"
                    .formatted(
                            SMALL_HEAP, answers.deadLetters(), verdict == null ? "nothing" : verdict.getGallerySize()));
        } finally {
            process.destroy();
            process.waitFor();
        }
    }

    private static boolean isOver(TopicAnswers answers) {
        return answers.deadLetters().contains("hanging: STUCK")
                && count(answers, "beside hanging ") == NEIGHBOURS_OF_HANGING;
    }

    private int ready(int port) {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/health/ready".formatted(port)))
                    .build();
            return client.send(request, BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            return -1;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns a picture that Java's decoder would decode, of a colour of its own. */
    private static byte[] hangingBmp(Color color) throws IOException {
        BufferedImage image = new BufferedImage(64, 64, BufferedImage.TYPE_3BYTE_BGR);
        image.setRGB(8, 8, color.getRGB());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(image, "bmp", bytes);
        return HangingBmp.marked(bytes.toByteArray());
    }

    private static Path write(Path folder, String name, byte[] image) throws IOException {
        Files.createDirectories(folder);
        return Files.write(
                folder.resolve(name.replaceAll("[^A-Za-z0-9.]+", "-") + (name.endsWith(".png") ? "" : ".png")), image);
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void await(TopicAnswers answers, Condition condition) throws Exception {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!condition.holds() && System.nanoTime() < end) {
            answers.poll();
        }
    }

    private static boolean waitFor(Condition condition) throws Exception {
        long end = System.nanoTime() + STUCK_LIMIT.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > end) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(200);
        }
        return true;
    }

    /** Returns how many verdicts are on probes whose id begins so. */
    private static int count(TopicAnswers answers, String start) {
        return (int) answers.verdicts().keySet().stream()
                .filter(id -> id.startsWith(start))
                .count();
    }

    private static int ofSource(TopicAnswers answers, String source) {
        return (int) answers.verdicts().values().stream()
                .filter(verdict -> verdict.getSourceId().equals(source))
                .count();
    }

    private void check(boolean holds, String otherwise) {
        if (!holds) {
            kept = false;
            System.err.println("MISSED: " + otherwise);
        }
    }
}
