package io.twinstream.deploy.acceptance.deployment;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.twinstream.deploy.acceptance.rig.AcceptanceCheck;
import io.twinstream.deploy.acceptance.rig.Command;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.docs.MarkdownPage;
import io.twinstream.deploy.docs.MarkdownPage.ShellBlock;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs what the README and the documentation print, page by page and block by block, in the folder of a clean clone that is built
 * already. Blocks that need more than any machine has are counted by what they need. Services that a page starts stay until its
 * end; then everything that the page has left is removed.
 */
public final class DocsCommands implements AcceptanceCheck {
    private static final Duration LONGEST = Duration.ofMinutes(5);
    private static final Duration READY = Duration.ofMinutes(2);
    private static final Duration SEEN = Duration.ofSeconds(20);
    private static final int TAIL = 12;

    /** The port of each service that says when it is ready. */
    private static final Map<String, Integer> PORTS = Map.of("ingest", 8080, "verifier", 8081, "trainer", 8082);

    private record Running(String command, Process process, Path output) {}

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final List<String> failures = new ArrayList<>();
    private final Map<String, Integer> left = new TreeMap<>();
    private int pages;
    private int blocks;
    private int commands;

    @Override
    public Result run(Path clone) throws Exception {
        Instant start = Instant.now();
        for (MarkdownPage page : MarkdownPage.all(clone)) {
            run(page, clone);
            pages++;
        }
        return new Result(
                failures.isEmpty(),
                "%d pages, %d blocks with %d commands run in %d s, failed: %s; left to other checks: %s"
                        .formatted(
                                pages,
                                blocks,
                                commands,
                                Duration.between(start, Instant.now()).toSeconds(),
                                failures.isEmpty() ? "none" : failures,
                                left));
    }

    private void run(MarkdownPage page, Path clone) throws Exception {
        List<Running> services = new ArrayList<>();
        try {
            for (ShellBlock block : page.shellBlocks()) {
                String place = "%s:%d".formatted(clone.relativize(page.file()), block.line());
                if (!block.needs().isEmpty()) {
                    left.merge("needs " + block.needs(), 1, Integer::sum);
                    continue;
                }
                blocks++;
                commands += block.each().size();
                System.err.printf(
                        "%s: %s%n", place, block.commands().lines().findFirst().orElse(""));
                if (block.stays()) {
                    for (String command : block.each()) {
                        services.add(start("exec " + command, clone));
                    }
                    for (Running service : services) {
                        awaitReady(place, service);
                    }
                } else if (block.isStopped()) {
                    Running seen = start("exec " + block.commands(), clone);
                    if (seen.process().waitFor(SEEN.toSeconds(), TimeUnit.SECONDS)) {
                        require(place, seen, seen.process().exitValue() == 0);
                    }
                    stop(place, seen);
                } else {
                    Running done = start(block.commands(), clone);
                    boolean ended = done.process().waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS);
                    require(place, done, ended && done.process().exitValue() == 0);
                    stop(place, done);
                }
            }
        } finally {
            for (int i = services.size() - 1; i >= 0; i--) {
                stop(clone.relativize(page.file()).toString(), services.get(i));
            }
            Command.run("git", "-C", clone.toString(), "clean", "-fdxq", "-e", "target");
        }
    }

    private static Running start(String commands, Path folder) throws IOException {
        Path output = Files.createTempFile("docs-commands-", ".log");
        Process process = new ProcessBuilder("bash", "-euo", "pipefail", "-c", commands)
                .directory(folder.toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        return new Running(commands, process, output);
    }

    /** Waits until a service answers that it is ready; what is no service has to end well, but a broker. */
    private void awaitReady(String place, Running running) throws Exception {
        Integer port = PORTS.entrySet().stream()
                .filter(each -> running.command().matches(".*twinstream " + each.getKey() + "\\b.*"))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
        Instant end = Instant.now().plus(READY);
        boolean done = false;
        while (!done && Instant.now().isBefore(end)) {
            if (port != null) {
                done = isReady(port) || running.process().waitFor(500, TimeUnit.MILLISECONDS);
            } else {
                done = running.command().contains("twinstream broker")
                        || running.process().waitFor(1, TimeUnit.SECONDS);
            }
        }
        require(
                place,
                running,
                done && (running.process().isAlive() || running.process().exitValue() == 0));
    }

    private boolean isReady(int port) throws InterruptedException {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/health/ready".formatted(port)))
                    .timeout(Duration.ofSeconds(5))
                    .build();
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /** Ends a command as a reader does, by a signal, and what it has started. */
    private void stop(String place, Running running) throws Exception {
        boolean ran = running.process().isAlive();
        List<ProcessHandle> children = running.process().descendants().toList();
        Stream.concat(children.stream(), Stream.of(running.process().toHandle()))
                .forEach(ProcessHandle::destroy);
        if (!running.process().waitFor(60, TimeUnit.SECONDS)) {
            running.process().destroyForcibly().waitFor();
            require(place, running, false);
        } else if (ran) {
            int code = running.process().exitValue();
            require(place, running, code == 0 || code == 143 || code == 130);
        }
        Files.delete(running.output());
    }

    private void require(String place, Running running, boolean well) throws IOException {
        if (!well) {
            failures.add(place);
            List<String> lines = new String(Files.readAllBytes(running.output()), UTF_8)
                    .lines()
                    .toList();
            System.err.printf(
                    "%s FAILED (%s): %s%n%s%n",
                    place,
                    running.process().isAlive()
                            ? "doesn't end"
                            : "exit " + running.process().exitValue(),
                    running.command(),
                    String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL), lines.size())));
        }
    }
}
