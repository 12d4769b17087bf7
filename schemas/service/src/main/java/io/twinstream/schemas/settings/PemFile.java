package io.twinstream.schemas.settings;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import org.apache.kafka.common.config.ConfigException;

/** Reads the PEM files that settings name. */
public final class PemFile {
    private PemFile() {}

    /**
     * Reads a file's text.
     *
     * @throws ConfigException with one line, if it can't be read
     */
    public static String text(String setting, Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new ConfigException(
                    "%s can't be read: %s must name a PEM file that is readable".formatted(file, setting));
        }
    }

    /**
     * Reads the certificates of a file, at least one.
     *
     * @throws ConfigException with one line, if it can't be read or holds none
     */
    public static Certificate[] certificates(String setting, Path file) {
        return certificates(setting, file, text(setting, file));
    }

    /** Reads the certificates of a file with this text, as {@link #certificates(String, Path)} does. */
    public static Certificate[] certificates(String setting, Path file, String text) {
        try {
            Certificate[] found = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)))
                    .toArray(Certificate[]::new);
            if (found.length > 0) {
                return found;
            }
        } catch (GeneralSecurityException e) {
            // The message below is thrown instead, since Java's names no file.
        }
        throw new ConfigException("%s holds no certificate: %s must name a PEM file with -----BEGIN CERTIFICATE-----"
                .formatted(file, setting));
    }
}
