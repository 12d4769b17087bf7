package io.twinstream.deploy.cli.cluster;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.deploy.broker.BrokerOptions;
import io.twinstream.deploy.broker.EmbeddedBroker;
import io.twinstream.deploy.testkit.Ran;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Execution(ExecutionMode.CONCURRENT)
class BrokerWaitIT {
    /** Processes that live for seconds win by compiling less. */
    private static final String SHORT_LIVED = "-XX:TieredStopAtLevel=1";

    private static final Path LAUNCHER = Path.of("twinstream").toAbsolutePath();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final List<Process> processes = new ArrayList<>();
    private final HttpClient client = HttpClient.newHttpClient();
    private int brokerPort;
    private int httpPort;

    @TempDir
    Path folder;

    @BeforeEach
    void findPorts() throws IOException {
        brokerPort = freePort();
        httpPort = freePort();
    }

    @AfterEach
    void endProcesses() throws InterruptedException {
        for (Process each : processes) {
            each.destroyForcibly().waitFor();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"verifier", "trainer", "ingest"})
    void aServiceThatStartsBeforeItsBrokerAndItsTopicsWaitsForThemAndSaysSo(String service) throws Exception {
        Process process = start(service);
        await().atMost(PATIENCE)
                .until(() -> said().contains("no broker answers at 127.0.0.1:%d: waiting, ".formatted(brokerPort)));

        assertEquals(200, health("live").statusCode());
        HttpResponse<String> ready = health("ready");
        assertEquals(503, ready.statusCode());
        assertTrue(ready.body().contains("\"reasons\":{\"brokerAnswers\":\"no broker answers at"), ready.body());
        for (String path : List.of("/v1/probes?task=pair", "/v1/verdicts", "/v1/training-runs/any")) {
            HttpResponse<String> notYet = post(path);
            assertEquals(503, notYet.statusCode(), notYet.body());
            assertEquals("5", notYet.headers().firstValue("Retry-After").orElse(""));
            assertTrue(notYet.body().startsWith("{\"error\":\"no broker answers at"), notYet.body());
        }
        assertEquals(404, post("/elsewhere").statusCode());

        try (EmbeddedBroker broker =
                EmbeddedBroker.start(new BrokerOptions(null, "127.0.0.1", brokerPort, 0, Map.of()))) {
            await().atMost(PATIENCE)
                    .until(
                            () -> said().matches(
                                            "(?s).*the topic twinstream\\.\\S+ doesn't exist: run 'twinstream topics create': waiting, .*"));

            assertEquals(
                    0,
                    Ran.run("topics", "create", "--bootstrap", broker.bootstrapServers())
                            .exitCode());
            await().atMost(PATIENCE).until(() -> said().contains(service + ": ready"));
            assertTrue(said().contains(" at http://127.0.0.1:%d/".formatted(httpPort)), said());
            assertFalse(said().lines().anyMatch(BrokerWaitIT::isClientsWarningOfWhatIsWaitedFor), said());
            assertTrue(process.isAlive());
        }
    }

    @Test
    void aServiceThatWaitedForTopicsNamesWhatMendsThat() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(BrokerOptions.temporary())) {
            Process process =
                    start("verifier", "--bootstrap=" + broker.bootstrapServers(), "--set=start.broker.wait.ms=2000");

            assertTrue(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS));
            assertEquals(1, process.exitValue());
            assertTrue(
                    said().matches("(?s).*twinstream: the topic twinstream\\.\\S+ doesn't exist: "
                            + "run 'twinstream topics create' \\(waited \\d+ s\\)\\R.*"),
                    said());
        }
    }

    @Test
    void aSignalEndsAServiceThatWaits() throws Exception {
        Process process = start("verifier");
        await().atMost(PATIENCE).until(() -> said().contains("no broker answers"));

        process.destroy();

        assertTrue(process.waitFor(2, TimeUnit.SECONDS));
    }

    @ParameterizedTest
    @ValueSource(strings = {"verifier", "ingest"})
    void aNameWithoutAnAddressIsWaitedForAndSaid(String service) throws Exception {
        Process process = start(service, "--bootstrap=nowhere.invalid:9092", "--set=start.broker.wait.ms=4000");

        assertTrue(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        assertEquals(4, process.exitValue());
        String line = "bootstrap.servers is nowhere.invalid:9092, and no name in it has an address: wait";
        assertTrue(said().contains(line + "ing, "), said());
        assertTrue(said().contains("twinstream: " + line + "ed 4 s, start a broker"), said());
    }

    @Test
    void aCommandWaitsHalfAMinuteAndNotForANameWithoutAnAddress() throws Exception {
        long beganNanos = System.nanoTime();
        assertEquals(
                4,
                Ran.run("topics", "list", "--bootstrap", "nowhere.invalid:9092").exitCode());
        assertTrue(Duration.ofNanos(System.nanoTime() - beganNanos).toSeconds() < 10);

        Process process = command("topics", "list", "--bootstrap=127.0.0.1:" + brokerPort);
        await().atMost(PATIENCE).until(() -> said().contains("waiting, "));
        try (EmbeddedBroker broker =
                EmbeddedBroker.start(new BrokerOptions(null, "127.0.0.1", brokerPort, 0, Map.of()))) {
            assertTrue(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS), broker.bootstrapServers());
        }
        assertTrue(said().contains("twinstream.probes"), said());
    }

    private Process start(String service, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                service,
                "--set=bootstrap.servers=127.0.0.1:" + brokerPort,
                "--set=%s.http.port=%d".formatted(service, httpPort)));
        if (service.equals("trainer")) {
            arguments.add("--set=trainer.work.dir=" + folder.resolve("work"));
            arguments.add("--set=trainer.data.root=" + folder);
        }
        arguments.addAll(List.of(more));
        return command(arguments.toArray(String[]::new));
    }

    private Process command(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(LAUNCHER.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("said").toFile());
        builder.environment().put("TWINSTREAM_JAVA_OPTS", SHORT_LIVED);
        Process process = builder.start();
        processes.add(process);
        return process;
    }

    private String said() throws IOException {
        return Files.readString(folder.resolve("said"));
    }

    private HttpResponse<String> health(String check) throws IOException, InterruptedException {
        return client.send(request("/health/" + check).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String path) throws IOException, InterruptedException {
        return client.send(request(path).POST(BodyPublishers.ofString("any")).build(), BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(httpPort, path)));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Of topics that Kafka Streams makes for itself its client may warn once, while they are made. */
    private static boolean isClientsWarningOfWhatIsWaitedFor(String line) {
        return line.contains("NetworkClient") && (line.contains("Connection to node") || line.contains("twinstream."));
    }
}
