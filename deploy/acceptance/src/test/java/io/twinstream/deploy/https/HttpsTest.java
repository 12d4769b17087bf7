package io.twinstream.deploy.https;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.deploy.settings.AllSettings;
import io.twinstream.schemas.http.HttpServer;
import io.twinstream.schemas.http.HttpSettings;
import io.twinstream.schemas.http.TlsTrust;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.settings.SettingsException;
import io.twinstream.schemas.threads.ServiceThreads;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.SSLHandshakeException;
import org.apache.kafka.common.config.ConfigException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpsTest {
    @TempDir
    private Path folder;

    private Path certificate;
    private Path key;
    private Path trust;

    @BeforeEach
    void files() {
        certificate = folder.resolve("certificate.pem");
        key = folder.resolve("key.pem");
        trust = folder.resolve("trust.pem");
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC", "Ed25519"})
    void whoeverTrustsTheCertificateIsAnswered(String algorithm) throws Exception {
        SelfSigned shown = SelfSigned.create(folder, algorithm);
        shown.write(certificate, key);
        Files.writeString(trust, shown.certificate());

        try (HttpServer server = start()) {
            HttpResponse<String> answer = get(client(), server, "localhost");

            assertEquals("{\"up\":true}", answer.body());
            assertEquals(
                    "max-age=31536000",
                    answer.headers().firstValue("Strict-Transport-Security").orElse(""));
            assertThrows(SSLHandshakeException.class, () -> get(HttpClient.newHttpClient(), server, "localhost"));
        }
    }

    @Test
    void aReplacedCertificateIsShownToNewCallersAndABadOneIsNot() throws Exception {
        SelfSigned first = SelfSigned.create(folder, "EC");
        SelfSigned second = SelfSigned.create(folder, "EC");
        first.write(certificate, key);
        Files.writeString(trust, first.certificate() + second.certificate());

        try (HttpServer server = start()) {
            assertEquals(first.certificate(), shown(server));
            Files.writeString(key, second.key());
            Awaitility.await()
                    .during(Duration.ofSeconds(3))
                    .until(() -> shown(server).equals(first.certificate()));
            second.write(certificate, key);
            Awaitility.await().until(() -> shown(server).equals(second.certificate()));
        }
    }

    @Test
    void whatIsNoCertificateWithItsKeyIsOneLineWithFileAndSetting() throws Exception {
        SelfSigned one = SelfSigned.create(folder, "EC");
        one.write(certificate, key);
        Files.delete(certificate);
        assertRefused("can't be read: verifier.http.tls.certificate must name a PEM file that is readable");
        Files.delete(key);
        assertEquals(
                2, assertThrows(SettingsException.class, this::start).findings().size());
        one.write(certificate, key);
        Files.writeString(certificate, "nothing");
        assertRefused("holds no certificate: verifier.http.tls.certificate must name a PEM file");
        one.write(certificate, key);
        Files.writeString(key, "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n");
        assertRefused("holds no EC key as PKCS#8 without a password: 'openssl pkcs8 -topk8 -nodes' makes one");
        Files.writeString(key, SelfSigned.create(folder, "EC").key());
        assertRefused("is not of the certificate in");
    }

    @Test
    void aCertificateWithoutAKeyIsRefused() {
        ConfigException refused = assertThrows(
                ConfigException.class,
                () -> HttpSettings.of(settings(Map.of("verifier.http.tls.certificate", "a.pem")), "verifier"));

        assertEquals(
                "verifier.http.tls.certificate is set and verifier.http.tls.key isn't: set both, or neither for plain HTTP",
                refused.getMessage());
    }

    private void assertRefused(String words) {
        ConfigException refused = assertThrows(ConfigException.class, this::start);
        assertTrue(refused.getMessage().contains(words), refused.getMessage());
        assertEquals(1, refused.getMessage().lines().count());
    }

    private HttpServer start() {
        Settings settings = settings(Map.of(
                "verifier.http.tls.certificate", certificate.toString(), "verifier.http.tls.key", key.toString()));
        return HttpServer.start(
                HttpSettings.of(settings, "verifier"),
                new ServiceThreads(),
                (routes, threads) -> routes.get("/health/live", ctx -> ctx.json(Map.of("up", true))));
    }

    private HttpClient client() {
        return TlsTrust.client(
                        "verifier.tls.trust",
                        settings(Map.of("verifier.tls.trust", trust.toString())).path("verifier.tls.trust"))
                .build();
    }

    /** Returns the certificate that a new connection gets, as PEM. */
    private String shown(HttpServer server) throws Exception {
        X509Certificate got = (X509Certificate)
                get(client(), server, "127.0.0.1").sslSession().orElseThrow().getPeerCertificates()[0];
        return SelfSigned.pem("CERTIFICATE", got.getEncoded());
    }

    private static HttpResponse<String> get(HttpClient client, HttpServer server, String host)
            throws IOException, InterruptedException {
        URI url = URI.create("https://%s:%d/health/live".formatted(host, server.port()));
        return client.send(HttpRequest.newBuilder(url).build(), BodyHandlers.ofString());
    }

    private static Settings settings(Map<String, String> values) {
        Map<String, String> all = new HashMap<>(values);
        all.put("verifier.http.port", "0");
        return Settings.parse(AllSettings.define(), all);
    }
}
