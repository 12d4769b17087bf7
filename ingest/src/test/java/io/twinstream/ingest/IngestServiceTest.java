package io.twinstream.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.ingest.settings.IngestSettings;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IngestServiceTest {
    @TempDir
    Path folder;

    @Test
    void withoutABrokerTheServiceIsAliveAndNotReadyAndTakesNothing() throws Exception {
        try (IngestService service = IngestService.start(settings(Map.of("ingest.http.port", "0")))) {
            HttpResponse<String> live = call(service, "/health/live", "GET");
            HttpResponse<String> ready = call(service, "/health/ready", "GET");
            HttpResponse<String> erase = call(service, "/v1/references/ann?reference=r1", "DELETE");

            assertEquals(200, live.statusCode());
            assertEquals(503, ready.statusCode());
            assertEquals(
                    "{\"status\":\"failing\",\"ready\":false,\"topicsTakeRecords\":false,\"folderSent\":true,"
                            + "\"reasons\":{\"topicsTakeRecords\":\"no broker answers: see the brokers, and bootstrap.servers\"},"
                            + "\"error\":\"topicsTakeRecords: no broker answers: see the brokers, and bootstrap.servers\"}",
                    ready.body());
            assertEquals(503, erase.statusCode());
            assertTrue(erase.body().contains("no broker answers"), erase.body());
            String metrics = call(service, "/metrics", "GET").body();
            assertTrue(metrics.contains("\ntwinstream_ingest_pending_bytes 0.0\n"), metrics);
        }
    }

    @Test
    void aStartThatFailsLeavesNothingOpen() throws Exception {
        Files.writeString(folder.resolve(".twinstream-sent"), "nonsense\n");
        int port = closedPort();

        assertThrows(
                ConfigException.class,
                () -> IngestService.start(settings(
                        Map.of("ingest.http.port", Integer.toString(port), "ingest.folder", folder.toString()))));

        try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            assertEquals(port, free.getLocalPort());
        }
    }

    @Test
    void aPortThatIsTakenIsOneLine() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());

            ConfigException refused = assertThrows(
                    ConfigException.class, () -> IngestService.start(settings(Map.of("ingest.http.port", port))));

            assertTrue(refused.getMessage().contains(port), refused.getMessage());
            assertEquals(1, refused.getMessage().lines().count());
        }
    }

    private static IngestSettings settings(Map<String, String> values) throws IOException {
        Map<String, String> all = new TreeMap<>(values);
        all.put("bootstrap.servers", "127.0.0.1:" + closedPort());
        all.put("ingest.ack.timeout.ms", "500");
        return Settings.read(IngestSettings.define(CommonSettings.define(new ConfigDef())), IngestSettings::of, all);
    }

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static HttpResponse<String> call(IngestService service, String path, String method) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + service.port() + path);
        HttpRequest request = HttpRequest.newBuilder(uri)
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    }
}
