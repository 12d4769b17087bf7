package io.twinstream.deploy.acceptance.speed;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Watches a verifier as two open pages and a Prometheus do that looks every 15 s. */
final class WatchedVerifier implements AutoCloseable {
    private static final int PAGES = 2;
    private static final int OK = 200;
    private static final int SCRAPE_SECONDS = 15;

    private final HttpClient http = HttpClient.newHttpClient();
    private final ScheduledExecutorService scrapes = Executors.newSingleThreadScheduledExecutor();
    private final List<InputStream> events = new ArrayList<>();
    private final AtomicLong eventBytes = new AtomicLong();
    private final AtomicLong scraped = new AtomicLong();
    private final String address;

    /** Begins to watch. */
    WatchedVerifier(int port) throws IOException, InterruptedException {
        address = "http://127.0.0.1:" + port;
        for (int page = 0; page < PAGES; page++) {
            HttpResponse<InputStream> answer = http.send(get("/v1/events"), HttpResponse.BodyHandlers.ofInputStream());
            if (answer.statusCode() != OK) {
                throw new IllegalStateException("GET /v1/events answers " + answer.statusCode());
            }
            events.add(answer.body());
            Thread reader = new Thread(() -> read(answer.body()), "page-" + page);
            reader.setDaemon(true);
            reader.start();
        }
        scrapes.scheduleAtFixedRate(this::scrape, 1, SCRAPE_SECONDS, TimeUnit.SECONDS);
    }

    /** Ends the watch; it fails if there was nothing to see. */
    @Override
    public void close() throws IOException {
        scrapes.shutdownNow();
        for (InputStream each : events) {
            each.close();
        }
        if (eventBytes.get() == 0 || scraped.get() == 0) {
            throw new IllegalStateException(
                    "%d bytes of events and %d scrapes came".formatted(eventBytes.get(), scraped.get()));
        }
    }

    private void read(InputStream body) {
        byte[] buffer = new byte[8_192];
        try {
            for (int count = body.read(buffer); count >= 0; count = body.read(buffer)) {
                eventBytes.addAndGet(count);
            }
        } catch (IOException e) {
            // Closed from this side.
        }
    }

    private void scrape() {
        try {
            HttpResponse<String> answer = http.send(get("/metrics"), HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() == OK && answer.body().contains("twinstream_verdicts_total")) {
                scraped.incrementAndGet();
            }
        } catch (IOException e) {
            // Counted as none.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private HttpRequest get(String path) {
        return HttpRequest.newBuilder(URI.create(address + path)).build();
    }
}
