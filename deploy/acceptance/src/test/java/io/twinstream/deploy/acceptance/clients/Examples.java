package io.twinstream.deploy.acceptance.clients;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.twinstream.deploy.acceptance.rig.AcceptanceCheck;
import io.twinstream.deploy.acceptance.rig.Command;
import io.twinstream.deploy.acceptance.rig.FreePort;
import io.twinstream.deploy.acceptance.rig.Installation;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.acceptance.rig.Rig;
import io.twinstream.deploy.broker.TemporaryFolder;
import io.twinstream.deploy.docs.MarkdownPage;
import io.twinstream.ingest.IngestService;
import io.twinstream.ingest.settings.IngestSettings;
import io.twinstream.schemas.topic.Topics;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Runs the programs of {@code deploy/examples} by the commands that their page prints, against ingest and a verifier in
 * processes of their own. Each language asks about a true and a false claim, and prints all verdicts of the topic, also one that
 * the first release has written. Then everything is wrong that a stranger gets wrong: each program says so in one line and ends.
 */
public final class Examples implements AcceptanceCheck {
    private static final String PAGE = "deploy/docs/clients.md";
    private static final String EXAMPLES = "deploy/examples";

    /** What building them leaves there, which is no part of them. */
    private static final Pattern BUILT = Pattern.compile("(.*/)?(node_modules|target|venv|__pycache__)(/.*)?");

    private static final String PREFIX = "examples";
    private static final String IDLE = "examples-without-a-verifier";
    private static final String TOKEN = "a-token-of-the-check";
    private static final String DAMAGED = "pictures/damaged.png";
    private static final int FAULTS_AT_ONCE = 4;
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What npm says where its registry can't be reached. */
    private static final Pattern NPM_OFFLINE =
            Pattern.compile("ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|E50\\d|network");

    private static final int NO_SUCH_PROGRAM = 127;

    /** How programs end that SIGTERM asks to: well, or with the status that Java has then. */
    private static final List<Integer> STOPPED = List.of(0, 143);

    private final List<String> wrong = new ArrayList<>();
    private final Map<String, String> leftOut = new TreeMap<>();
    private int claims;
    private int verdicts;
    private int faults;

    @Override
    public Result run(Path root) throws Exception {
        Instant start = Instant.now();
        List<PrintedExample> examples = PrintedExample.of(MarkdownPage.read(root.resolve(PAGE)));
        List<PrintedExample> run = new ArrayList<>();
        JavaDependencies java;
        try (Rig rig = new Rig();
                TemporaryFolder work = TemporaryFolder.create("twinstream-examples-")) {
            Topics topics = rig.createTopics(PREFIX);
            rig.createTopics(IDLE);
            copy(root.resolve(EXAMPLES), work.path().resolve(EXAMPLES));
            int references = draw(rig, topics, work.path());
            try (Installation installation = new Installation(
                            rig, PREFIX, work.path().resolve("services"), IngestSettings.HTTP_TOKEN + "=" + TOKEN);
                    IngestService idle =
                            IngestService.start(IngestSettings.of(rig.settings(IDLE, IngestSettings.HTTP_PORT, "0")))) {
                Awaitility.await("all are enrolled")
                        .atMost(LIMIT)
                        .until(() -> JSON.readTree(installation.verifier("/status"))
                                        .path("gallerySize")
                                        .asInt()
                                == references);
                ReadersShell shell = new ReadersShell(
                        work.path(),
                        Map.of(
                                "TWINSTREAM_BOOTSTRAP_SERVERS",
                                rig.bootstrapServers(),
                                "TWINSTREAM_TOPIC_PREFIX",
                                PREFIX,
                                "INGEST_URL",
                                installation.ingestUrl(),
                                "INGEST_TOKEN",
                                TOKEN,
                                "PIP_RETRIES",
                                "0",
                                "npm_config_fetch_retries",
                                "0"));
                for (PrintedExample example : examples) {
                    System.err.printf("%s: %s%n", example.language(), example);
                    if (isPrepared(example, shell)) {
                        run.add(example);
                    }
                }
                for (PrintedExample example : run) {
                    ask(example, shell);
                }
                VerdictTopic topic = new VerdictTopic(rig.bootstrapServers(), topics.verdicts());
                topic.writeWhatIsHard(VerdictTopic.golden(root, "Verdict-1"));
                for (PrintedExample example : run) {
                    read(example, shell, topic.ids());
                }
                try (NotIngest foreign = new NotIngest()) {
                    inParallel(Stream.concat(
                                    faults(run, shell, idle).stream(), foreignAnswers(run, shell, foreign).stream())
                            .toList());
                }
            }
            java = JavaDependencies.in(work.path().resolve(EXAMPLES + "/java/target/lib"));
        }
        return new Result(
                wrong.isEmpty() && java.isLight() && run.size() + leftOut.size() == examples.size(),
                "%s: %d claims judged as they should be, %d verdicts read from the topic, %d mistakes told in one line each; %s; left out: %s; wrong: %s; %d s"
                        .formatted(
                                run.stream().map(PrintedExample::language).toList(),
                                claims,
                                verdicts,
                                faults,
                                java,
                                leftOut.isEmpty() ? "nothing" : leftOut,
                                wrong.isEmpty() ? "nothing" : wrong,
                                Duration.between(start, Instant.now()).toSeconds()));
    }

    /** Copies the examples, so that what they build lies with the copy. Their schemas are a link, which is followed. */
    private static void copy(Path examples, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(examples, FileVisitOption.FOLLOW_LINKS)) {
            for (Path each : all.toList()) {
                Path inside = examples.relativize(each);
                if (!BUILT.matcher(inside.toString()).matches()) {
                    if (Files.isDirectory(each)) {
                        Files.createDirectories(to.resolve(inside.toString()));
                    } else {
                        Files.copy(each, to.resolve(inside.toString()), StandardCopyOption.COPY_ATTRIBUTES);
                    }
                }
            }
        }
    }

    /** Enrols drawings, and returns how many. The probes, and one that is damaged, lie in the folder where a reader's lie. */
    private static int draw(Rig rig, Topics topics, Path folder) throws IOException, InterruptedException {
        Path pictures = folder.resolve("pictures");
        Command.run(System.getProperty("twinstream.launcher", "deploy/twinstream"), "draw", pictures.toString());
        byte[] whole = Files.readAllBytes(pictures.resolve("probes/alice.png"));
        Files.write(folder.resolve(DAMAGED), Arrays.copyOf(whole, whole.length / 2));
        try (Stream<Path> files = Files.walk(pictures.resolve("gallery"))) {
            List<Path> references = files.filter(Files::isRegularFile).toList();
            for (Path each : references) {
                rig.enrol(
                        topics,
                        each.getParent().getFileName().toString(),
                        each.getFileName().toString(),
                        Files.readAllBytes(each));
            }
            rig.flush();
            return references.size();
        }
    }

    /** Builds an example or fetches its libraries; says in the figures where that can't be done on this machine. */
    private boolean isPrepared(PrintedExample example, ReadersShell shell) throws IOException, InterruptedException {
        for (String command : example.preparing()) {
            ReadersShell.Ended ended = shell.run(command);
            if (ended.status() != 0) {
                String said = String.join("\n", ended.err());
                System.err.printf("%s%nexit %d%n%s%n", command, ended.status(), said);
                // Whoever has Node and reaches npm, or has a compiler, has all that these examples need.
                boolean isMissing = switch (example.language()) {
                    case "python" -> true;
                    case "node" ->
                        ended.status() == NO_SUCH_PROGRAM
                                || NPM_OFFLINE.matcher(said).find();
                    default -> false;
                };
                if (isMissing) {
                    leftOut.put(example.language(), ended.lastLine());
                } else {
                    wrong.add("%s: %s".formatted(command, ended.lastLine()));
                }
                return false;
            }
        }
        return true;
    }

    /** Makes the claims, and sends the probes that nobody waits for. */
    private void ask(PrintedExample example, ReadersShell shell) throws IOException, InterruptedException {
        for (String command : example.asking()) {
            ReadersShell.Ended ended = shell.run(command);
            String outcome = PrintedExample.isTrue(command) ? "MATCH" : "NON_MATCH";
            if (ended.status() == 0
                    && ended.err().isEmpty()
                    && ended.out().size() == 1
                    && outcome.equals(outcome(ended.out().get(0)))) {
                claims++;
            } else {
                wrong.add("%s: %s instead of %s".formatted(command, ended, outcome));
            }
        }
        for (String command : example.sending()) {
            ReadersShell.Ended ended = shell.run(command);
            if (ended.status() != 0 || ended.out().size() != 1 || !ended.err().isEmpty()) {
                wrong.add("%s: %s".formatted(command, ended));
            }
        }
    }

    /** Returns the outcome in a line of an example: its first word, or a field of its JSON. */
    private static String outcome(String line) throws IOException {
        return line.startsWith("{") ? JSON.readTree(line).path("outcome").asText() : line.split(" ", 2)[0];
    }

    /** Lets the example print all verdicts, and stops it. */
    private void read(PrintedExample example, ReadersShell shell, List<String> ids)
            throws IOException, InterruptedException {
        for (String command : example.reading()) {
            // Each is a group of its own, and so has all verdicts.
            ReadersShell.Running reader = shell.start(command + " " + example.language());
            try {
                Awaitility.await()
                        .atMost(LIMIT)
                        .until(() ->
                                ids(reader.lines()).equals(ids) && VerdictTopic.names(reader.lines(), reader.errors()));
                verdicts += ids.size();
            } catch (ConditionTimeoutException e) {
                wrong.add("%s: printed %s instead of %s, errors: %s"
                        .formatted(command, ids(reader.lines()), ids, reader.errors()));
            }
            int status = reader.stop();
            // Each is named in one line, and nothing else is said.
            boolean isPlain = reader.errors().stream().allMatch(line -> line.contains(" (partition "));
            if (!isPlain || !STOPPED.contains(status)) {
                wrong.add("%s: exit %d, errors: %s".formatted(command, status, reader.errors()));
            }
        }
    }

    /** Returns the sorted ids of what was printed, but for the one that not every language's dates reach. */
    private static List<String> ids(List<String> lines) throws IOException {
        List<String> ids = new ArrayList<>();
        for (String line : lines) {
            String id = JSON.readTree(line).path("probeId").asText();
            if (!id.equals(VerdictTopic.DISTANT)) {
                ids.add(id);
            }
        }
        return ids.stream().sorted().toList();
    }

    /** Returns what a stranger gets wrong, each with words of the line that has to say so. */
    private List<Callable<Void>> faults(List<PrintedExample> examples, ReadersShell shell, IngestService idle)
            throws IOException {
        String nowhere = "127.0.0.1:" + FreePort.find();
        ReadersShell elsewhere =
                shell.with(Map.of("TWINSTREAM_BOOTSTRAP_SERVERS", nowhere, "INGEST_URL", "http://" + nowhere));
        ReadersShell withoutTopics = shell.with(Map.of("TWINSTREAM_TOPIC_PREFIX", "misspelt"));
        ReadersShell withoutVerifier =
                shell.with(Map.of("TWINSTREAM_TOPIC_PREFIX", IDLE, "INGEST_URL", "http://127.0.0.1:" + idle.port()));
        ReadersShell withWrongToken = shell.with(Map.of("INGEST_TOKEN", "wrong"));
        List<Callable<Void>> all = new ArrayList<>();
        for (PrintedExample example : examples) {
            String ask = example.asking().get(0);
            boolean byHttp = !example.language().equals("java");
            String port = nowhere.substring(nowhere.indexOf(':') + 1);
            all.add(() -> fails(elsewhere, ask, port));
            all.add(() -> fails(shell, PrintedExample.withPicture(ask, DAMAGED), "damaged"));
            all.add(() ->
                    fails(shell, PrintedExample.withPicture(ask, "pictures/missing.png"), "pictures/missing.png"));
            all.add(() -> fails(withoutVerifier, ask + " 2", "no verdict on "));
            all.add(() -> byHttp ? fails(withWrongToken, ask, "401") : fails(withoutTopics, ask, "misspelt."));
            for (String command : Stream.concat(example.sending().stream(), example.reading().stream())
                    .toList()) {
                all.add(() -> fails(elsewhere, command, nowhere));
                all.add(() -> fails(withoutTopics, command, "misspelt."));
            }
        }
        return all;
    }

    /** Returns what a program meets that asks by HTTP where something else stands in ingest's place. */
    private List<Callable<Void>> foreignAnswers(List<PrintedExample> examples, ReadersShell shell, NotIngest foreign) {
        List<Callable<Void>> all = new ArrayList<>();
        for (PrintedExample example : examples) {
            if (!example.language().equals("java")) {
                // Who sleeps the hour that the busy server says is killed by the shell, and so says nothing.
                String ask = example.asking().get(0) + " 2";
                String incomplete = example.language().equals("curl") ? "transfer closed" : foreign.cutOff();
                Map<String, String> says = Map.of(
                        foreign.page(), "without a verdict",
                        foreign.withNull(), "without a verdict",
                        foreign.cutOff(), incomplete,
                        foreign.gateway(), "502",
                        foreign.busy(), "no verdict on ",
                        foreign.busyUntil(), "no verdict on ");
                says.forEach((url, words) -> all.add(() -> fails(shell.with(Map.of("INGEST_URL", url)), ask, words)));
            }
        }
        return all;
    }

    private void inParallel(List<Callable<Void>> tries) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(FAULTS_AT_ONCE);
        try {
            for (Future<Void> each : threads.invokeAll(tries)) {
                each.get();
            }
        } finally {
            threads.shutdown();
        }
    }

    /** Runs a command that has to fail, with nothing but one line that has these words. */
    private @Nullable Void fails(ReadersShell shell, String command, String words)
            throws IOException, InterruptedException {
        ReadersShell.Ended ended = shell.run(command);
        boolean says = ended.status() != 0
                && ended.out().isEmpty()
                && ended.err().size() == 1
                && ended.err().get(0).contains(words);
        synchronized (this) {
            if (says) {
                faults++;
            } else {
                wrong.add("%s, which has to say '%s': %s".formatted(command, words, ended));
            }
        }
        return null;
    }
}
