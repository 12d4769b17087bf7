package io.twinstream.schemas.http;

import io.twinstream.schemas.settings.Findings;
import io.twinstream.schemas.settings.PemFile;
import io.twinstream.schemas.settings.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.apache.kafka.common.config.ConfigException;

/**
 * Names the PEM files with which a server identifies itself: its certificate followed by those that vouch for it, and its
 * private key as PKCS#8 without a password. Keys may be RSA, EC or Ed25519.
 */
record TlsFiles(String certificateKey, Path certificate, String keyKey, Path key) {
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final char[] NO_PASSWORD = {};

    /** Holds the texts of both files, by which a changed pair is told from the last one. */
    record Text(String certificate, String key) {}

    /**
     * Reads which files are set, if any are.
     *
     * @throws ConfigException with one line, if only one of the two is set, or the files hold no certificate with its key
     */
    static Optional<TlsFiles> of(Settings settings, String service) {
        String certificateKey = HttpKeys.tlsCertificate(service);
        String keyKey = HttpKeys.tlsKey(service);
        Optional<Path> certificate = settings.path(certificateKey);
        Optional<Path> key = settings.path(keyKey);
        if (certificate.isEmpty() != key.isEmpty()) {
            throw new ConfigException("%s is set and %s isn't: set both, or neither for plain HTTP"
                    .formatted(
                            certificate.isEmpty() ? keyKey : certificateKey,
                            certificate.isEmpty() ? certificateKey : keyKey));
        }
        Optional<TlsFiles> files =
                certificate.flatMap(first -> key.map(second -> new TlsFiles(certificateKey, first, keyKey, second)));
        files.ifPresent(TlsFiles::check);
        return files;
    }

    private void check() {
        Findings findings = new Findings();
        Supplier<String> first = findings.read(() -> PemFile.text(certificateKey, certificate));
        Supplier<String> second = findings.read(() -> PemFile.text(keyKey, key));
        findings.check(() -> context(new Text(first.get(), second.get())));
        findings.refuseAny();
    }

    /** @throws ConfigException with one line, if a file can't be read */
    Text read() {
        return new Text(PemFile.text(certificateKey, certificate), PemFile.text(keyKey, key));
    }

    /** @throws ConfigException with one line, if this is no certificate with its key */
    SSLContext context(Text text) {
        Certificate[] chain = PemFile.certificates(certificateKey, certificate, text.certificate());
        PrivateKey privateKey = privateKey(text.key(), chain[0].getPublicKey().getAlgorithm());
        if (!isPair(chain[0], privateKey)) {
            throw new ConfigException("%s is not of the certificate in %s: %s must name the key that it was made for"
                    .formatted(key, certificate, keyKey));
        }
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            store.setKeyEntry("server", privateKey, NO_PASSWORD, chain);
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, NO_PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new ConfigException("%s can't be used with its key: %s".formatted(certificate, e.getMessage()));
        }
    }

    private PrivateKey privateKey(String text, String algorithm) {
        Matcher pem = KEY.matcher(text);
        try {
            if (pem.find()) {
                byte[] encoded = Base64.getMimeDecoder().decode(pem.group(1));
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
            }
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            // The message below says it without quoting the key.
        }
        throw new ConfigException(
                "%s holds no %s key as PKCS#8 without a password: 'openssl pkcs8 -topk8 -nodes' makes one for %s"
                        .formatted(key, algorithm, keyKey));
    }

    private static boolean isPair(Certificate certificate, PrivateKey key) {
        byte[] message = {1};
        try {
            Signature signature = Signature.getInstance(
                    switch (key.getAlgorithm()) {
                        case "RSA" -> "SHA256withRSA";
                        case "EC" -> "SHA256withECDSA";
                        default -> key.getAlgorithm();
                    });
            signature.initSign(key);
            signature.update(message);
            byte[] signed = signature.sign();
            signature.initVerify(certificate.getPublicKey());
            signature.update(message);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
