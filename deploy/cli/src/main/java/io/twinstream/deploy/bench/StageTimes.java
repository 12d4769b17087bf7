package io.twinstream.deploy.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Holds the microseconds that each stage takes for one image, by a verifier's own metrics since it started. */
record StageTimes(double decode, double embed, double match) {
    private static final double MICROS = 1e6;

    /** Reads the times from a verifier that runs on this machine. */
    static StageTimes scrape(int port) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                .build();
        return parse(HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body());
    }

    /** Reads the times from the text that Prometheus gets. */
    static StageTimes parse(String metrics) {
        return new StageTimes(
                micros(metrics, "twinstream_decode_seconds_sum", "twinstream_decode_seconds_count"),
                micros(metrics, "twinstream_embed_seconds_sum", "twinstream_batch_images_sum"),
                micros(metrics, "twinstream_match_seconds_sum", "twinstream_match_seconds_count"));
    }

    private static double micros(String metrics, String seconds, String images) {
        return MICROS * value(metrics, seconds) / Math.max(1, value(metrics, images));
    }

    private static double value(String metrics, String name) {
        Matcher line = Pattern.compile("(?m)^" + name + "(?:\\{[^}]*})? (\\S+)").matcher(metrics);
        if (!line.find()) {
            throw new IllegalStateException("GET /metrics of the verifier that is measured shows no " + name);
        }
        return Double.parseDouble(line.group(1));
    }
}
