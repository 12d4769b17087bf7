package io.twinstream.deploy.acceptance.rig;

import io.twinstream.ingest.settings.IngestSettings;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.ModelSettings;
import io.twinstream.verifier.settings.VerifierSettings;
import java.io.File;
import java.io.IOException;
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
import org.awaitility.Awaitility;

/**
 * Runs ingest and a verifier in processes of their own, by the launcher. Whatever they keep outside of topics lies in one
 * folder: state, model cache, embeddings, temporary files, logs.
 */
public final class Installation implements AutoCloseable {
    /** Heap that ingest does with, whatever it is sent. */
    private static final String INGEST_HEAP = "256m";

    private static final Duration START = Duration.ofMinutes(2);

    private final HttpClient http = HttpClient.newHttpClient();
    private final Rig rig;
    private final String prefix;
    private final Path folder;
    private final List<String> ingestSettings;
    private final List<String> verifierSettings;
    private final int ingestPort = FreePort.find();
    private final int verifierPort = FreePort.find();
    private Process ingest;
    private Process verifier;

    /**
     * Starts both, and waits until they are ready.
     *
     * @param prefix prefix of topics and group
     * @param ingestSettings further settings of ingest, {@code key=value}
     */
    public Installation(Rig rig, String prefix, Path folder, String... ingestSettings) throws IOException {
        this(rig, prefix, folder, List.of(ingestSettings), List.of());
    }

    /**
     * Starts both, and waits until they are ready.
     *
     * @param prefix prefix of topics and group
     * @param ingestSettings further settings of ingest, {@code key=value}
     * @param verifierSettings further settings of the verifier
     */
    public Installation(Rig rig, String prefix, Path folder, List<String> ingestSettings, List<String> verifierSettings)
            throws IOException {
        this.rig = rig;
        this.prefix = prefix;
        this.folder = Files.createDirectories(folder);
        this.ingestSettings = ingestSettings;
        this.verifierSettings = verifierSettings;
        ingest = startedIngest();
        verifier = startedVerifier();
        awaitReady(ingestPort);
        awaitReady(verifierPort);
    }

    /** Returns the port that ingest listens on. */
    public int ingestPort() {
        return ingestPort;
    }

    /** Returns the process of ingest, which {@link #restartIngest} replaces. */
    public Process ingestProcess() {
        return ingest;
    }

    /** Ends ingest with SIGKILL, and starts it again. */
    public void restartIngest() throws IOException, InterruptedException {
        ingest.destroyForcibly().waitFor();
        ingest = startedIngest();
        awaitReady(ingestPort);
    }

    /** Ends the verifier as an operator does. */
    public void stopVerifier() throws InterruptedException {
        verifier.destroy();
        verifier.waitFor();
    }

    /** Starts the verifier again; returns at once. */
    public void startVerifier() throws IOException {
        verifier = startedVerifier();
    }

    /** Asks ingest, and returns its answer. */
    public HttpResponse<String> ingest(String method, String path, byte[] body)
            throws IOException, InterruptedException {
        return send(ingestPort, method, path, body);
    }

    /** Returns the address of ingest. */
    public String ingestUrl() {
        return "http://127.0.0.1:" + ingestPort;
    }

    /** Returns what the verifier answers to GET. */
    public String verifier(String path) throws IOException, InterruptedException {
        return send(verifierPort, "GET", path, new byte[0]).body();
    }

    /** Ends both with SIGKILL. */
    public void kill() throws InterruptedException {
        for (Process process : List.of(ingest, verifier)) {
            process.destroyForcibly().waitFor();
        }
    }

    @Override
    public void close() throws InterruptedException {
        ingest.destroy();
        verifier.destroy();
        ingest.waitFor();
        verifier.waitFor();
    }

    private Process startedIngest() throws IOException {
        List<String> settings = new ArrayList<>(ingestSettings);
        settings.add(IngestSettings.HTTP_PORT + "=" + ingestPort);
        return start("ingest", settings);
    }

    private Process startedVerifier() throws IOException {
        List<String> settings = new ArrayList<>(List.of(
                VerifierSettings.HTTP_PORT + "=" + verifierPort,
                VerifierSettings.GROUP + "=" + prefix,
                VerifierSettings.THREADS + "=2",
                VerifierSettings.STATE_DIR + "=" + folder.resolve("state"),
                VerifierSettings.EMBEDDINGS_DIR + "=" + folder.resolve("embeddings"),
                ModelSettings.CACHE_DIR + "=" + folder.resolve("models")));
        settings.addAll(verifierSettings);
        return start("verifier", settings);
    }

    private void awaitReady(int port) {
        Awaitility.await("ready on port " + port)
                .atMost(START)
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> send(port, "GET", "/health/ready", new byte[0]).statusCode() == 200);
    }

    private Process start(String service, List<String> settings) throws IOException {
        File launcher = new File(System.getProperty("twinstream.launcher", "deploy/twinstream"));
        List<String> command = new ArrayList<>(List.of(launcher.getAbsolutePath(), service));
        List<String> all = new ArrayList<>(settings);
        all.add(CommonSettings.BOOTSTRAP + "=" + rig.bootstrapServers());
        all.add(CommonSettings.TOPIC_PREFIX + "=" + prefix);
        all.forEach(setting -> command.addAll(List.of("--set", setting)));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve(service + ".log").toFile()));
        Path temporary = Files.createDirectories(folder.resolve(service + "-tmp"));
        String heap = service.equals("ingest") ? " -Xmx%s %s".formatted(INGEST_HEAP, ProcessMemory.HEAP_AT_START) : "";
        builder.environment().put("TWINSTREAM_JAVA_OPTS", "-Djava.io.tmpdir=" + temporary + heap);
        return builder.start();
    }

    private HttpResponse<String> send(int port, String method, String path, byte[] body)
            throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:%d%s".formatted(port, path));
        return http.send(
                HttpRequest.newBuilder(uri)
                        .method(method, BodyPublishers.ofByteArray(body))
                        .build(),
                BodyHandlers.ofString());
    }
}
