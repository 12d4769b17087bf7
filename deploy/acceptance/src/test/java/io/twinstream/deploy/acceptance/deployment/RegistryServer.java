package io.twinstream.deploy.acceptance.deployment;

import io.twinstream.deploy.acceptance.rig.FreePort;
import io.twinstream.deploy.broker.TemporaryFolder;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * Runs an Apicurio Registry from its distribution, which {@code APICURIO_REGISTRY} names, in memory, on a port of loopback that
 * is known before it starts.
 */
final class RegistryServer implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(90);

    private final HttpClient http = HttpClient.newHttpClient();
    private final TemporaryFolder folder = TemporaryFolder.create("twinstream-registry-");
    private final int port = FreePort.find();
    private @Nullable Process process;

    RegistryServer() throws IOException {}

    /** Returns the address as {@code schemas.registry.url} takes it. */
    String url() {
        return "http://127.0.0.1:%d/apis/registry/v3".formatted(port);
    }

    /** Starts the registry, and returns when it answers. */
    void start() throws IOException {
        Path unpacked = Path.of(System.getenv("APICURIO_REGISTRY"));
        List<Path> jars;
        try (var files = Files.list(unpacked)) {
            jars = files.filter(file -> file.toString().endsWith("-runner.jar")).toList();
        }
        File log = folder.path().resolve("log").toFile();
        ProcessBuilder builder = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-Xmx512m",
                        "-jar",
                        jars.get(0).toString())
                .redirectErrorStream(true)
                .redirectOutput(log);
        builder.environment().put("QUARKUS_HTTP_HOST", "127.0.0.1");
        builder.environment().put("QUARKUS_HTTP_PORT", Integer.toString(port));
        process = builder.start();
        Awaitility.await("the registry answers, log " + log)
                .atMost(START)
                .ignoreExceptions()
                .until(() -> send("GET", "/apis/registry/v3/system/info", "") == 200);
    }

    void stop() throws InterruptedException {
        if (process != null) {
            process.destroy();
            if (!process.waitFor(START.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        }
    }

    /** Sends a request, and returns the status of the answer. */
    int send(String method, String path, String json) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(port, path)))
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(json))
                .build();
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        System.err.printf("%s %s: %d %s%n", method, path, answer.statusCode(), answer.body());
        return answer.statusCode();
    }

    @Override
    public void close() throws IOException, InterruptedException {
        stop();
        folder.close();
    }
}
