package io.twinstream.schemas.http;

import io.twinstream.schemas.settings.PemFile;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.apache.kafka.common.config.ConfigException;

/** Decides whom a service's own HTTP clients trust. */
public final class TlsTrust {
    private TlsTrust() {}

    /**
     * Begins a client that trusts the certificates in a PEM file over TLS, or those that Java trusts where no file is given.
     *
     * @param key the key of the setting that names the file
     * @throws ConfigException with one line, if the file holds no certificates
     */
    public static HttpClient.Builder client(String key, Optional<Path> file) {
        HttpClient.Builder client = HttpClient.newBuilder();
        file.ifPresent(each -> client.sslContext(trusting(key, each)));
        return client;
    }

    private static SSLContext trusting(String key, Path file) {
        Certificate[] trusted = PemFile.certificates(key, file);
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (int i = 0; i < trusted.length; i++) {
                store.setCertificateEntry(Integer.toString(i), trusted[i]);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new ConfigException("%s can't be used as %s: %s".formatted(file, key, e.getMessage()));
        }
    }
}
