package io.twinstream.deploy.acceptance.speed;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.twinstream.deploy.bench.Pipeline;
import io.twinstream.deploy.bench.Workload;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;

/** Sends probes to ingest over HTTP, waits for their verdicts, and asks for them later. */
final class WaitingClient {
    private static final int OK = 200;
    private static final int ACCEPTED = 202;
    private static final int SOURCES = 16;
    private static final int ASKED_AT_ONCE = 200;
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .executor(Executors.newFixedThreadPool(2, work -> {
                Thread thread = new Thread(work, "waiting-client");
                thread.setDaemon(true);
                return thread;
            }))
            .build();
    private final ObjectMapper json = new ObjectMapper();
    private final String address;
    private final Workload workload;

    WaitingClient(int port, Workload workload) {
        this("http://127.0.0.1:" + port, workload);
    }

    private WaitingClient(String address, Workload workload) {
        this.address = address;
        this.workload = workload;
    }

    /** Returns a client without the connections of this one, which an ingest that was killed has ended. */
    WaitingClient anew() {
        return new WaitingClient(address, workload);
    }

    /**
     * Holds the answers to requests of one load.
     *
     * @param sortedMillis the times of all answers from when the requests were due, those that came without verdict included
     * @param late the ids of those that came without
     */
    record Answers(double[] sortedMillis, int inTime, List<String> late) {
        double quantile(double part) {
            return Pipeline.quantile(sortedMillis, part);
        }
    }

    /** Sends at a steady rate for so long, each request with {@code wait=2s}, and returns when all are answered. */
    Answers load(String prefix, double perSecond, Duration time) throws Exception {
        int count = (int) (perSecond * time.toMillis() / 1_000);
        double[] millis = new double[count];
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        long start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            long due = start + (long) (i / perSecond * 1e9);
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
            int number = i;
            // When it was due, not when it was sent: a sender that falls behind must not hide the wait.
            answers.add(probe(prefix + i, i, "2s").whenComplete((answer, failure) -> {
                millis[number] = (System.nanoTime() - due) / 1e6;
            }));
        }
        List<String> late = accepted(answers, prefix);
        Arrays.sort(millis);
        return new Answers(millis, count - late.size(), late);
    }

    /** Sends so many one after another, and returns the ids of those that were answered without verdict. */
    List<String> ask(String prefix, int count, String wait) throws Exception {
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            answers.add(probe(prefix + i, i, wait));
            answers.get(i).get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        }
        return accepted(answers, prefix);
    }

    /** Sends so many at once, each on a connection of its own. */
    Crowd crowd(String prefix, int count, String wait) {
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            answers.add(probe(prefix + i, i, wait));
        }
        return new Crowd(prefix, answers);
    }

    /** Counts the probes whose verdict isn't found under their id, for each of which ingest may wait a minute. */
    int missing(List<String> ids) throws Exception {
        Semaphore room = new Semaphore(ASKED_AT_ONCE);
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (String id : ids) {
            room.acquire();
            answers.add(http.sendAsync(
                            HttpRequest.newBuilder(URI.create(
                                            "%s/v1/probes/%s/verdict?wait=60s".formatted(address, encoded(id))))
                                    .timeout(LIMIT)
                                    .build(),
                            BodyHandlers.ofString())
                    .whenComplete((answer, failure) -> room.release()));
        }
        int missing = 0;
        for (int i = 0; i < ids.size(); i++) {
            HttpResponse<String> answer = answers.get(i).get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            if (answer.statusCode() != OK || !isOf(ids.get(i), answer)) {
                missing++;
                System.err.println(ids.get(i) + ": " + answer.statusCode() + " " + answer.body());
            }
        }
        return missing;
    }

    /** Holds requests that wait at the same time. */
    final class Crowd {
        private final String prefix;
        private final List<CompletableFuture<HttpResponse<String>>> answers;

        private Crowd(String prefix, List<CompletableFuture<HttpResponse<String>>> answers) {
            this.prefix = prefix;
            this.answers = answers;
        }

        /** Waits until ingest says that so many wait. */
        void awaitWaiting(int count) {
            Awaitility.await(count + " wait")
                    .atMost(LIMIT)
                    .until(() -> http.send(
                                    HttpRequest.newBuilder(URI.create(address + "/metrics"))
                                            .build(),
                                    BodyHandlers.ofString())
                            .body()
                            .lines()
                            .anyMatch(line ->
                                    line.startsWith("twinstream_ingest_waiting_callers %d.0".formatted(count))));
        }

        boolean answered() {
            return answers.stream().allMatch(CompletableFuture::isDone);
        }

        /** Returns the ids of those that were answered without verdict. */
        List<String> accepted() throws Exception {
            return WaitingClient.this.accepted(answers, prefix);
        }
    }

    private List<String> accepted(List<CompletableFuture<HttpResponse<String>>> answers, String prefix)
            throws Exception {
        List<String> accepted = new ArrayList<>();
        for (int i = 0; i < answers.size(); i++) {
            HttpResponse<String> answer = answers.get(i).get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            if (answer.statusCode() == ACCEPTED) {
                accepted.add(prefix + i);
            } else if (answer.statusCode() != OK || !isOf(prefix + i, answer)) {
                throw new IOException(prefix + i + ": " + answer.statusCode() + " " + answer.body());
            }
        }
        return accepted;
    }

    private boolean isOf(String id, HttpResponse<String> answer) throws IOException {
        return json.readTree(answer.body()).path("probe").asText().equals(id);
    }

    private CompletableFuture<HttpResponse<String>> probe(String id, int number, String wait) {
        byte[] image = workload.probes().get(number % workload.probes().size());
        return http.sendAsync(
                HttpRequest.newBuilder(URI.create("%s/v1/probes?source=gate-%d&id=%s&wait=%s"
                                .formatted(address, number % SOURCES, encoded(id), wait)))
                        .timeout(LIMIT)
                        .POST(BodyPublishers.ofByteArray(image))
                        .build(),
                BodyHandlers.ofString());
    }

    private static String encoded(String id) {
        return URLEncoder.encode(id, StandardCharsets.UTF_8);
    }
}
