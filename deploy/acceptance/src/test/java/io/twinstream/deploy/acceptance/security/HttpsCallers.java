package io.twinstream.deploy.acceptance.security;

import io.twinstream.deploy.https.SelfSigned;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Calls the health checks of all services, each time on a new connection and on one that is kept, one after the other. */
final class HttpsCallers implements AutoCloseable {
    private static final long PAUSE_MS = 20;

    private final SSLContext trust;
    private final HttpServices services;
    private final Map<String, Certificate> seen = new ConcurrentHashMap<>();
    private CompletableFuture<Void> end = CompletableFuture.completedFuture(null);
    private volatile boolean stopping;
    private volatile int requests;
    private volatile int failed;

    HttpsCallers(Path trusted, HttpServices services) throws GeneralSecurityException, IOException {
        this.services = services;
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream in = Files.newInputStream(trusted)) {
            for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry(Integer.toString(store.size()), each);
            }
        }
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(store);
        trust = SSLContext.getInstance("TLS");
        trust.init(null, managers.getTrustManagers(), null);
    }

    SSLContext trust() {
        return trust;
    }

    /** Returns whether all services say that they are ready. */
    boolean ready() throws Exception {
        for (String service : List.of("verifier", "ingest", "trainer")) {
            if (get(client(), service, "/health/ready").statusCode() != 200) {
                return false;
            }
        }
        return true;
    }

    void begin() {
        end = CompletableFuture.runAsync(this::call);
    }

    void stop() {
        stopping = true;
        end.join();
    }

    /** Returns whether the latest new connection to each of the services got this certificate. */
    boolean allSaw(SelfSigned certificate) throws GeneralSecurityException {
        Certificate wanted = CertificateFactory.getInstance("X.509")
                .generateCertificate(
                        new ByteArrayInputStream(certificate.certificate().getBytes(StandardCharsets.US_ASCII)));
        return seen.size() == 3 && seen.values().stream().allMatch(wanted::equals);
    }

    int requests() {
        return requests;
    }

    int failed() {
        return failed;
    }

    @Override
    public void close() {
        stopping = true;
        end.handle((done, failure) -> done).join();
    }

    private void call() {
        Map<String, HttpClient> kept = new HashMap<>();
        while (!stopping) {
            for (String service : List.of("verifier", "ingest", "trainer")) {
                try {
                    HttpResponse<String> fresh = get(client(), service, "/health/live");
                    seen.put(service, fresh.sslSession().orElseThrow().getPeerCertificates()[0]);
                    HttpResponse<String> again =
                            get(kept.computeIfAbsent(service, unused -> client()), service, "/health/live");
                    requests += 2;
                    failed += fresh.statusCode() == 200 && again.statusCode() == 200 ? 0 : 1;
                    Thread.sleep(PAUSE_MS);
                } catch (IOException e) {
                    failed++;
                    System.err.println(service + ": " + e);
                } catch (InterruptedException e) {
                    return;
                }
            }
        }
    }

    private HttpClient client() {
        return HttpClient.newBuilder().sslContext(trust).build();
    }

    private HttpResponse<String> get(HttpClient client, String service, String path)
            throws IOException, InterruptedException {
        URI url = URI.create("https://127.0.0.1:%d%s".formatted(services.port(service), path));
        return client.send(HttpRequest.newBuilder(url).build(), BodyHandlers.ofString());
    }
}
