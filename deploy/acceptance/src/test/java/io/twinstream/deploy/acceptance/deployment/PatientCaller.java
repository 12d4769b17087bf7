package io.twinstream.deploy.acceptance.deployment;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Calls ingest, and for five minutes repeats under the same id what isn't accepted, as a caller may. */
final class PatientCaller {
    private static final int ACCEPTED = 202;
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private final HttpClient http;
    private final String url;
    private final String token;
    private int repeated;

    /** @param url what comes before every path */
    PatientCaller(HttpClient http, String url, String token) {
        this.http = http;
        this.url = url;
        this.token = token;
    }

    /** Returns when it is accepted. */
    void post(String path, byte[] image) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + path))
                .header("Authorization", "Bearer " + token)
                .POST(HttpRequest.BodyPublishers.ofByteArray(image))
                .build();
        long end = System.nanoTime() + LIMIT.toNanos();
        for (String answer = send(request); !answer.isEmpty(); answer = send(request)) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("%s isn't accepted: %s".formatted(path, answer));
            }
            repeated++;
            TimeUnit.MILLISECONDS.sleep(500);
        }
    }

    /** Returns how many requests repeated an earlier one. */
    int repeated() {
        return repeated;
    }

    /** Sends the request, and returns why it wasn't accepted; empty if it was. */
    private String send(HttpRequest request) throws InterruptedException {
        try {
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() == ACCEPTED ? "" : answer.statusCode() + " " + answer.body();
        } catch (IOException e) {
            return e.toString();
        }
    }
}
