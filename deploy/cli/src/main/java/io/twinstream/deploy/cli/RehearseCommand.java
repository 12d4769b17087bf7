package io.twinstream.deploy.cli;

import io.twinstream.deploy.broker.BrokerOptions;
import io.twinstream.deploy.broker.EmbeddedBroker;
import io.twinstream.deploy.broker.TemporaryFolder;
import io.twinstream.deploy.cli.console.CommandException;
import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.deploy.demo.Demo;
import io.twinstream.deploy.demo.DemoOptions;
import io.twinstream.deploy.demo.DemoReport;
import io.twinstream.deploy.demo.DemoView;
import io.twinstream.deploy.drawing.DrawnCharacters;
import io.twinstream.ingest.settings.IngestSettings;
import io.twinstream.verifier.settings.VerifierSettings;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Does for some seconds what services or commands do. Meanwhile the JVM notes what they load and which methods are hot, and the
 * launcher makes its start cache of these notes.
 */
@Command(
        name = "rehearse",
        description = {
            "Makes the start cache of this Java now, with which services and commands start faster. Without it the launcher "
                    + "makes one by itself, beside other work, after the first start.",
            "Services then run for half a minute on a broker of their own, and commands for some seconds."
        },
        footer = "  twinstream rehearse")
public final class RehearseCommand implements Callable<Integer> {
    /** Names what is rehearsed: those that the launcher starts with the same options share a start cache. */
    enum Kind {
        SERVICES,
        /** Are services that search galleries with Java's Vector API. */
        VERIFIERS,
        COMMANDS
    }

    private static final int SUBJECTS = 50;
    /** More than two processors judge, so that batches are as large as under load. */
    private static final double PROBES_PER_SECOND = 5_000;

    private static final Duration STREAM = Duration.ofSeconds(15);

    /** Is set by the launcher where the JVM takes notes. */
    private static final String NOTED = "twinstream.rehearsal";

    private static final String BROKER = "--broker";

    @Parameters(
            arity = "0..1",
            paramLabel = "KIND",
            description = "What to make it for: services, verifiers or commands; all where none is named.")
    private @Nullable Kind kind;

    @Option(
            names = BROKER,
            hidden = true,
            description = "Runs the broker that a rehearsal of commands has beside itself.")
    private boolean broker;

    @Override
    public Integer call() throws Exception {
        if (!Boolean.getBoolean(NOTED)) {
            throw new CommandException(
                    ExitCodes.USAGE,
                    "the launcher makes start caches: write 'rehearse', or behind it 'services', 'verifiers' or 'commands', and nothing else");
        }
        if (broker) {
            runBroker();
        } else if (kind == Kind.SERVICES || kind == Kind.VERIFIERS) {
            services();
        } else {
            commands();
        }
        return ExitCodes.OK;
    }

    private static void services() throws IOException, InterruptedException {
        DemoOptions options = new DemoOptions(null, SUBJECTS, PROBES_PER_SECOND, STREAM, 1, 0);
        long verdicts = new Demo(options, new Visitor(), () -> false)
                .run(Map.of(IngestSettings.HTTP_PORT, "0", VerifierSettings.HTTP_PORT, "0"))
                .report()
                .counts()
                .verdicts();
        if (verdicts == 0) {
            throw new CommandException(ExitCodes.FAILURE, "no verdict came within the time of a rehearsal");
        }
    }

    private static void commands() throws IOException, InterruptedException {
        try (TemporaryFolder folder = TemporaryFolder.create("twinstream-rehearsal-");
                OtherBroker broker = OtherBroker.start()) {
            Path pictures = folder.path().resolve("pictures");
            String gallery = pictures.resolve("gallery").toString();
            String one = pictures.resolve("gallery/bob/1.png").toString();
            String other = pictures.resolve("probes/bob.png").toString();
            String brokers = "--bootstrap=" + broker.address();
            for (List<String> command : List.of(
                    List.of("--help"),
                    List.of("settings"),
                    List.of("draw", pictures.toString()),
                    List.of("verify", one, other),
                    List.of("topics", "create", brokers),
                    List.of("topics", "list", brokers),
                    List.of("enrol", gallery, brokers),
                    List.of("submit", other, brokers),
                    List.of("models", "list", brokers))) {
                PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
                int exitCode = Twinstream.commandLine()
                        .setOut(nowhere)
                        .setErr(nowhere)
                        .execute(command.toArray(String[]::new));
                if (exitCode != ExitCodes.OK) {
                    throw new CommandException(
                            ExitCodes.FAILURE,
                            "'%s' failed in a rehearsal with %d".formatted(String.join(" ", command), exitCode));
                }
            }
        }
    }

    /** Runs a broker until nobody holds the other end of standard input any more, whatever has ended it. */
    private static void runBroker() throws IOException {
        try (TemporaryFolder folder = TemporaryFolder.create("twinstream-rehearsal-");
                EmbeddedBroker broker =
                        EmbeddedBroker.start(new BrokerOptions(folder.path(), "127.0.0.1", 0, 0, Map.of()))) {
            System.out.println(broker.bootstrapServers());
            System.in.transferTo(OutputStream.nullOutputStream());
        }
    }

    /** Runs a broker in a process of its own: its thousands of classes would be loaded at each start of a command. */
    private record OtherBroker(Process process, String address) implements AutoCloseable {
        static OtherBroker start() throws IOException {
            // The launcher has put the class path into the environment.
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-XX:+UseSerialGC",
                            "-D" + NOTED + "=true",
                            Twinstream.class.getName(),
                            "rehearse",
                            BROKER)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String address = process.inputReader().readLine();
            if (address == null) {
                throw new IOException("no broker starts for a rehearsal");
            }
            return new OtherBroker(process, address);
        }

        @Override
        public void close() throws IOException, InterruptedException {
            process.getOutputStream().close();
            process.waitFor();
        }
    }

    /** Asks the services of a demo over HTTP, as whoever watches them does. */
    private static final class Visitor implements DemoView {
        private static final List<String> PATHS = List.of(
                "/health/ready", "/status", "/metrics", "/", "/v1/models", "/v1/match-windows?size=10000&fold=true");
        private static final String PROBE = "/v1/probes?source=visitor&task=identify";

        private final HttpClient http = HttpClient.newHttpClient();
        private final byte[] picture = new DrawnCharacters(1).png(0, 1);
        private @Nullable URI ingest;
        private @Nullable URI verifier;

        @Override
        public void say(String line) {}

        @Override
        public void listens(URI ingestUri, URI verifierUri) {
            ingest = ingestUri;
            verifier = verifierUri;
        }

        @Override
        public void show(DemoReport report) {
            if (ingest != null && verifier != null) {
                HttpRequest.Builder probe = HttpRequest.newBuilder(ingest.resolve(PROBE));
                send(probe.POST(BodyPublishers.ofByteArray(picture)));
                for (String path : PATHS) {
                    send(HttpRequest.newBuilder(verifier.resolve(path)));
                }
            }
        }

        /** Sends a request whatever comes of it, and waits for no answer. */
        private void send(HttpRequest.Builder request) {
            var unused = http.sendAsync(request.build(), BodyHandlers.discarding());
        }
    }
}
