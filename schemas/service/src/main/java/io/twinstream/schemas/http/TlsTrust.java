package io.twinstream.schemas.http;

import io.twinstream.schemas.settings.Settings;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.apache.kafka.common.config.ConfigException;

/** Whom a service's own HTTP clients trust. */
public final class TlsTrust {
    private TlsTrust() {}

    /**
     * A client to be, which over TLS trusts those whom the certificates vouch for, as PEM in the file that the key names; where it
     * names none, those whom Java trusts.
     *
     * @throws ConfigException with one line, if the file holds no certificates
     */
    public static HttpClient.Builder client(Settings settings, String key) {
        String file = settings.getString(key);
        HttpClient.Builder client = HttpClient.newBuilder();
        return file.isEmpty() ? client : client.sslContext(trusting(key, Path.of(file)));
    }

    private static SSLContext trusting(String key, Path file) {
        Certificate[] trusted = TlsFiles.certificates(key, file, TlsFiles.text(key, file));
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
