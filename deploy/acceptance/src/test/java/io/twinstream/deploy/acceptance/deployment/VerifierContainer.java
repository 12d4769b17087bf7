package io.twinstream.deploy.acceptance.deployment;

import io.twinstream.deploy.acceptance.rig.Command;
import io.twinstream.deploy.acceptance.rig.FreePort;
import io.twinstream.deploy.acceptance.rig.Rig;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.verifier.settings.VerifierSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** Runs a verifier in a container whose root is read-only, with two threads, on the machine's own network. */
final class VerifierContainer implements AutoCloseable {
    private static final Duration START = Duration.ofMinutes(3);
    private static final int OK = 200;

    private final HttpClient http = HttpClient.newHttpClient();
    private final long started = System.nanoTime();
    private final int port = FreePort.find();
    private final String id;

    /**
     * Starts the container.
     *
     * @param prefix prefix of topics and group
     */
    VerifierContainer(Rig rig, String prefix, String image) throws IOException, InterruptedException {
        id = Command.run(
                "docker",
                "run",
                "--detach",
                "--read-only",
                "--tmpfs=/tmp",
                "--network=host",
                "--memory=1g",
                "--restart=on-failure",
                "--env=HEALTH_PORT=" + port,
                image,
                "verifier",
                "--set=" + CommonSettings.BOOTSTRAP + "=" + rig.bootstrapServers(),
                "--set=" + CommonSettings.TOPIC_PREFIX + "=" + prefix,
                "--set=" + VerifierSettings.GROUP + "=" + prefix,
                "--set=" + VerifierSettings.HTTP_PORT + "=" + port,
                "--set=" + VerifierSettings.THREADS + "=2");
    }

    /** Waits until readiness is answered; returns the time since the start. */
    Duration awaitReady() {
        Awaitility.await("the container answers readiness")
                .atMost(START)
                .pollInterval(Duration.ofMillis(50))
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> http.send(
                                        HttpRequest.newBuilder(
                                                        URI.create("http://127.0.0.1:%d/health/ready".formatted(port)))
                                                .build(),
                                        HttpResponse.BodyHandlers.discarding())
                                .statusCode()
                        == OK);
        return Duration.ofNanos(System.nanoTime() - started);
    }

    /** Returns what Docker knows of the container, by a template. */
    String inspect(String template) throws IOException, InterruptedException {
        return Command.run("docker", "inspect", "--format=" + template, id);
    }

    /** Runs a command in the container. */
    String exec(String... command) throws IOException, InterruptedException {
        return Command.run(Stream.concat(Stream.of("docker", "exec", id), Stream.of(command))
                .toList());
    }

    /** Sends SIGTERM, and SIGKILL after the limit. It returns how long the container took to end. */
    Duration stop(Duration limit) throws IOException, InterruptedException {
        long start = System.nanoTime();
        Command.run("docker", "stop", "--time=" + limit.toSeconds(), id);
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /** Removes the container, running or not. */
    @Override
    public void close() throws IOException, InterruptedException {
        Command.run("docker", "rm", "--force", "--volumes", id);
    }
}
