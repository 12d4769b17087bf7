package io.twinstream.verifier.settings;

import io.twinstream.schemas.settings.PemFile;
import io.twinstream.schemas.settings.Settings;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Ingest access says how a verifier reaches ingest, and the other verifiers of its group.
 *
 * @param url the address of ingest; empty where enrolling and erasing are refused
 * @param token the token that is sent to ingest; empty for none
 * @param trust the PEM file with the certificates that vouch for both; empty for those that Java trusts
 */
public record IngestAccess(Optional<String> url, Optional<String> token, Optional<Path> trust) {
    /** Reads and checks the settings. */
    public static IngestAccess of(Settings settings) {
        String url = settings.getString(VerifierSettings.INGEST_URL);
        Optional<Path> trust = settings.path(VerifierSettings.TLS_TRUST);
        trust.ifPresent(file -> PemFile.certificates(VerifierSettings.TLS_TRUST, file));
        return new IngestAccess(
                url.isEmpty() ? Optional.empty() : Optional.of(url),
                settings.secret(VerifierSettings.INGEST_TOKEN),
                trust);
    }

    /** Returns a text without the token. */
    @Override
    public String toString() {
        return url.orElse("no ingest");
    }
}
