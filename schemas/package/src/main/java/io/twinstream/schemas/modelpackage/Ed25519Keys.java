package io.twinstream.schemas.modelpackage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigException;

/**
 * Makes, reads and writes Ed25519 keys as PEM files, as OpenSSL has them: private keys as PKCS#8, public ones as X.509
 * SubjectPublicKeyInfo (RFC 8410). A file that holds anything else is refused.
 */
public final class Ed25519Keys {
    static final String ALGORITHM = "Ed25519";

    private static final String PRIVATE = "PRIVATE KEY";
    private static final String PUBLIC = "PUBLIC KEY";
    private static final int MAX_FILE_BYTES = 64 << 10;
    private static final int LINE = 64;

    private Ed25519Keys() {}

    /** Generates a new pair of keys. */
    public static KeyPair generate() {
        try {
            return KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw absent(e);
        }
    }

    /** Returns the text of a key's file. */
    public static String pem(Key key) {
        String label = key instanceof PrivateKey ? PRIVATE : PUBLIC;
        String base64 = Base64.getMimeEncoder(LINE, new byte[] {'\n'}).encodeToString(key.getEncoded());
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(label, base64, label);
    }

    /**
     * Reads the key to sign with.
     *
     * @throws ConfigException with one line, if the file holds none
     */
    public static PrivateKey readPrivate(Path file) {
        byte[] encoded = encoded(file, PRIVATE);
        try {
            return KeyFactory.getInstance(ALGORITHM).generatePrivate(new PKCS8EncodedKeySpec(encoded));
        } catch (GeneralSecurityException e) {
            throw none(file, PRIVATE);
        }
    }

    /**
     * Reads a key to check signatures with.
     *
     * @throws ConfigException with one line, if the file holds none
     */
    public static PublicKey readPublic(Path file) {
        byte[] encoded = encoded(file, PUBLIC);
        try {
            return KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(encoded));
        } catch (GeneralSecurityException e) {
            throw none(file, PUBLIC);
        }
    }

    static IllegalStateException absent(GeneralSecurityException e) {
        return new IllegalStateException("every Java platform from 15 has Ed25519", e);
    }

    private static byte[] encoded(Path file, String label) {
        Pattern pem =
                Pattern.compile("-----BEGIN %s-----\\s([A-Za-z0-9+/=\\s]+)-----END %s-----".formatted(label, label));
        Matcher matcher = pem.matcher(text(file));
        if (!matcher.find()) {
            throw none(file, label);
        }
        try {
            return Base64.getMimeDecoder().decode(matcher.group(1));
        } catch (IllegalArgumentException e) {
            throw none(file, label);
        }
    }

    private static String text(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(MAX_FILE_BYTES), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new ConfigException(
                    "the key file %s can't be read: name a file of 'twinstream keys generate' that is readable"
                            .formatted(file));
        }
    }

    private static ConfigException none(Path file, String label) {
        return new ConfigException(
                "%s holds no Ed25519 key, unencrypted, between the lines -----BEGIN %s----- and -----END %s-----: 'twinstream keys generate' writes one"
                        .formatted(file, label, label));
    }
}
