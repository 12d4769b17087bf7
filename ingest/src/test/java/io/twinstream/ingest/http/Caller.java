package io.twinstream.ingest.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.twinstream.ingest.answer.FakeResults;
import io.twinstream.ingest.answer.ResultDesk;
import io.twinstream.ingest.publish.FakeKafka;
import io.twinstream.ingest.publish.ImagePublisher;
import io.twinstream.schemas.http.Health;
import io.twinstream.schemas.http.HttpServer;
import io.twinstream.schemas.http.HttpSettings;
import io.twinstream.schemas.threads.ServiceThreads;
import io.twinstream.schemas.tracing.Tracing;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** This is a server on a free port with a client that calls it. */
record Caller(HttpServer server, HttpClient client) implements AutoCloseable {
    static final String FORM_TYPE = "multipart/form-data; boundary=XxX";

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    static Caller of(FakeKafka kafka, Optional<String> token, Tracing tracing) {
        return of(kafka, kafka.publisher, FakeResults.ready().desk, token, tracing);
    }

    static Caller of(FakeKafka kafka, ResultDesk results, Optional<String> token, Tracing tracing) {
        return of(kafka, kafka.publisher, results, token, tracing);
    }

    static Caller of(FakeKafka kafka, ImagePublisher publisher, Optional<String> token, Tracing tracing) {
        return of(kafka, publisher, FakeResults.ready().desk, token, tracing);
    }

    private static Caller of(
            FakeKafka kafka, ImagePublisher publisher, ResultDesk results, Optional<String> token, Tracing tracing) {
        HttpSettings settings = new HttpSettings("ingest", InetAddress.getLoopbackAddress(), 0, token);
        ServiceThreads threads = new ServiceThreads();
        IngestRoutes ingest = new IngestRoutes(publisher, kafka.desk(), results, tracing);
        HttpServer server = HttpServer.start(settings, threads, (routes, executor) -> {
            new Health(threads, List.of(), List.of()).register(routes);
            ingest.register(routes, executor);
        });
        return new Caller(
                server,
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(TIMEOUT)
                        .build());
    }

    static byte[] form(Map<String, byte[]> parts) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (Map.Entry<String, byte[]> part : parts.entrySet()) {
            body.write(("--XxX\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"a.png\"\r\n"
                            + "Content-Type: image/png\r\n\r\n")
                    .formatted(part.getKey())
                    .getBytes(UTF_8));
            body.write(part.getValue());
            body.write("\r\n".getBytes(UTF_8));
        }
        body.write("--XxX--\r\n".getBytes(UTF_8));
        return body.toByteArray();
    }

    int port() {
        return server.port();
    }

    HttpResponse<String> post(String path, byte[] body, String... headers) throws Exception {
        return send(path, BodyPublishers.ofByteArray(body), headers);
    }

    HttpResponse<String> postForm(String path, Map<String, byte[]> parts) throws Exception {
        return post(path, form(parts), "Content-Type", FORM_TYPE);
    }

    HttpResponse<String> send(String path, BodyPublisher body, String... headers) throws Exception {
        HttpRequest.Builder request = request(path).POST(body);
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    CompletableFuture<HttpResponse<String>> postLater(String path, byte[] body) {
        return client.sendAsync(
                request(path).POST(BodyPublishers.ofByteArray(body)).build(), BodyHandlers.ofString());
    }

    HttpResponse<String> get(String path) throws Exception {
        return client.send(request(path).build(), BodyHandlers.ofString());
    }

    CompletableFuture<HttpResponse<String>> getLater(String path) {
        return client.sendAsync(request(path).build(), BodyHandlers.ofString());
    }

    HttpResponse<String> delete(String path) throws Exception {
        return client.send(request(path).DELETE().build(), BodyHandlers.ofString());
    }

    boolean refusesRequests() throws InterruptedException {
        try {
            return client.send(request("/health/live").build(), BodyHandlers.ofString())
                            .statusCode()
                    == 503;
        } catch (IOException e) {
            return true;
        }
    }

    @Override
    public void close() {
        server.close();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
                .timeout(TIMEOUT);
    }
}
