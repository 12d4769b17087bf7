package io.twinstream.deploy.acceptance.deployment;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.twinstream.deploy.acceptance.rig.AcceptanceCheck;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.acceptance.rig.Rig;
import io.twinstream.deploy.broker.TemporaryFolder;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.verifier.VerifierService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Runs the project in {@code deploy/acceptance/client} in a process of its own with nothing but the records' artifact: it sends
 * pairs of pictures and reads their verdicts, and the dead letter of a damaged one. What the artifact brings along is in the figures, and mustn't be of weight.
 */
public final class RecordsClient implements AcceptanceCheck {
    private static final List<String> OF_WEIGHT = List.of(
            "jetty", "javalin", "micrometer", "opentelemetry", "onnxruntime", "kafka-streams", "djl", "leptonica");
    private static final List<String> RELEASED =
            List.of("Probe-1.avsc", "Verdict-1.avsc", "Verdict-5.avsc", "Reference-1.avsc", "Alarm-2.avsc");

    @Override
    public Result run(Path folder) throws Exception {
        List<String> tree = Files.readAllLines(Path.of(System.getenv("CLIENT_TREE")));
        List<String> heavy = tree.stream()
                .filter(line -> OF_WEIGHT.stream().anyMatch(line::contains))
                .toList();
        String classpath = System.getenv("CLIENT_CLASSPATH");
        long bytes = 0;
        boolean schemas = false;
        for (String entry : classpath.split(":")) {
            Path jar = Path.of(entry);
            if (Files.isRegularFile(jar)) {
                bytes += Files.size(jar);
                schemas |= entry.contains("twinstream-records") && holdsSchemas(jar);
            }
        }
        List<Path> drawings = drawings(folder);
        try (Rig rig = new Rig();
                TemporaryFolder work = TemporaryFolder.create("records-client")) {
            Topics topics = rig.createTopics("records-client");
            String same;
            String other;
            String damaged;
            try (VerifierService verifier = Rig.verifier(rig.settings(topics.prefix()))) {
                same = ask(classpath, rig, topics, drawings.get(0), drawings.get(0));
                other = ask(classpath, rig, topics, drawings.get(0), drawings.get(1));
                Path text = Files.writeString(work.path().resolve("damaged.png"), "no picture");
                damaged = ask(classpath, rig, topics, drawings.get(0), text);
            }
            boolean judged = same.equals("MATCH") && other.equals("NON_MATCH") && damaged.startsWith("dead letter: ");
            return new Result(
                    judged && heavy.isEmpty() && schemas,
                    ("a picture and itself: %s, two that differ: %s, a damaged one: %s; %d artifacts come with the records, %.1f MB in all,"
                                    + " of weight: %s; released schemas in the artifact: %s")
                            .formatted(
                                    same,
                                    other,
                                    damaged,
                                    tree.size() - 2,
                                    bytes / 1e6,
                                    heavy.isEmpty() ? "none" : heavy,
                                    schemas ? "yes" : "no"));
        }
    }

    private static boolean holdsSchemas(Path jar) throws IOException {
        try (var files = new java.util.zip.ZipFile(jar.toFile())) {
            return RELEASED.stream()
                    .allMatch(name -> files.getEntry("io/twinstream/schemas/serde/released/" + name) != null);
        }
    }

    /** Returns the last line that the client prints. */
    private static String ask(String classpath, Rig rig, Topics topics, Path left, Path right)
            throws IOException, InterruptedException {
        ProcessBuilder client = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "client.PairOfPictures",
                rig.bootstrapServers(),
                topics.prefix(),
                left.toString(),
                right.toString());
        client.environment().putAll(Map.of("CLASSPATH", classpath));
        Process process = client.redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
        process.waitFor();
        return output.substring(output.lastIndexOf('\n') + 1);
    }

    private static List<Path> drawings(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> all = files.filter(file -> file.toString().endsWith(".png"))
                    .sorted()
                    .toList();
            // The first and the last are of two alphabets.
            return List.of(all.get(0), all.get(all.size() - 1));
        }
    }
}
