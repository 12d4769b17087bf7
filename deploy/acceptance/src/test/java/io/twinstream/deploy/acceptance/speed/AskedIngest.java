package io.twinstream.deploy.acceptance.speed;

import io.twinstream.ingest.IngestService;
import io.twinstream.ingest.settings.IngestSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** Runs an ingest that reads every verdict, as one does whose callers wait for them. */
final class AskedIngest implements AutoCloseable {
    private static final int NOT_FOUND = 404;

    private final HttpClient http = HttpClient.newHttpClient();
    private final IngestService ingest;

    /** Starts it, and asks once, from which time on it reads. */
    AskedIngest(IngestSettings settings) throws IOException, InterruptedException {
        ingest = IngestService.start(settings);
        ask();
    }

    /** Ends it; it fails if verdicts couldn't be read. */
    @Override
    public void close() throws IOException, InterruptedException {
        try (ingest) {
            ask();
        }
    }

    private void ask() throws IOException, InterruptedException {
        URI verdict = URI.create("http://127.0.0.1:%d/v1/probes/nobody/verdict".formatted(ingest.port()));
        HttpResponse<String> answer =
                http.send(HttpRequest.newBuilder(verdict).build(), HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != NOT_FOUND) {
            throw new IllegalStateException("%s answers %d: %s".formatted(verdict, answer.statusCode(), answer.body()));
        }
    }
}
