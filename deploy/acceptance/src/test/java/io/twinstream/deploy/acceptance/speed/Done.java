package io.twinstream.deploy.acceptance.speed;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Holds what a verifier says at {@code /status} that it has done so far, or has done in some time.
 *
 * @param nanos time by {@link System#nanoTime} when it said so, or how long it took
 */
record Done(long nanos, long probes, long images, long batches) {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final long LOOK_MILLIS = 100;

    /** Asks the verifier at a port of this machine; where nothing answers it has done nothing yet. */
    static Done by(int port) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/status"))
                .build();
        try {
            String status =
                    HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body();
            return new Done(System.nanoTime(), of(status, "probes"), of(status, "images"), of(status, "batches"));
        } catch (IOException e) {
            return new Done(System.nanoTime(), 0, 0, 0);
        }
    }

    /** Waits until the verifier at a port has got through so many probes. */
    static Done await(int port, long probes) throws InterruptedException {
        long end = System.nanoTime() + LIMIT.toNanos();
        Done done = by(port);
        while (done.probes < probes) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException(
                        "a verifier got through %d of %d probes".formatted(done.probes, probes));
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            done = by(port);
        }
        return done;
    }

    Done since(Done before) {
        return new Done(nanos - before.nanos, probes - before.probes, images - before.images, batches - before.batches);
    }

    double rate() {
        return probes / (nanos / 1e9);
    }

    double averageBatch() {
        return (double) images / batches;
    }

    private static long of(String status, String name) {
        Matcher found = Pattern.compile("\"%s\":\\s*(\\d+)".formatted(name)).matcher(status);
        return found.find() ? Long.parseLong(found.group(1)) : 0;
    }
}
