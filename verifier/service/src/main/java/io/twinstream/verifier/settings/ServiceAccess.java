package io.twinstream.verifier.settings;

import io.twinstream.schemas.settings.PemFile;
import io.twinstream.schemas.settings.Settings;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Service access says how a verifier reaches ingest or the trainer, and by the same certificates the other verifiers of its group.
 *
 * @param url the address of the service; empty where what it does is refused
 * @param token the token that is sent to it; empty for none
 * @param trust the PEM file with the certificates that vouch for it; empty for those that Java trusts
 */
public record ServiceAccess(Optional<String> url, Optional<String> token, Optional<Path> trust) {
    /** Reads and checks the settings for ingest. */
    public static ServiceAccess ofIngest(Settings settings) {
        return of(settings, VerifierSettings.INGEST_URL, VerifierSettings.INGEST_TOKEN);
    }

    /** Reads and checks the settings for the trainer. */
    public static ServiceAccess ofTrainer(Settings settings) {
        return of(settings, VerifierSettings.TRAINER_URL, VerifierSettings.TRAINER_TOKEN);
    }

    private static ServiceAccess of(Settings settings, String urlKey, String tokenKey) {
        String url = settings.getString(urlKey);
        Optional<Path> trust = settings.path(VerifierSettings.TLS_TRUST);
        trust.ifPresent(file -> PemFile.certificates(VerifierSettings.TLS_TRUST, file));
        return new ServiceAccess(url.isEmpty() ? Optional.empty() : Optional.of(url), settings.secret(tokenKey), trust);
    }

    /** Returns a text without the token. */
    @Override
    public String toString() {
        return url.orElse("no address");
    }
}
