package io.twinstream.trainer.publish;

import io.twinstream.schemas.modelpackage.Ed25519Keys;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.modelpackage.ReleaseSignature;
import io.twinstream.schemas.release.TrustedKeys;
import io.twinstream.schemas.settings.ModelSettings;
import io.twinstream.schemas.settings.Settings;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.PrivateKey;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/** Signs releases with the key that the settings name; without one, releases stay unsigned. */
final class ReleaseSigner {
    private static final ModelId TRIAL = new ModelId("trial", "0");
    private static final String TRIAL_SHA256 = "0".repeat(64);

    private final @Nullable PrivateKey key;

    private ReleaseSigner(@Nullable PrivateKey key) {
        this.key = key;
    }

    /**
     * Reads the key, and sees whether the trusted keys of the same settings take what it signs: a version is never
     * published twice, so one that verifiers refuse would be lost.
     *
     * @throws ConfigException with one line, if they don't, or a file holds no such key
     */
    static ReleaseSigner of(Settings settings) {
        String file = settings.getString(ModelSettings.SIGNING_KEY);
        ReleaseSigner signer = new ReleaseSigner(file.isEmpty() ? null : Ed25519Keys.readPrivate(Path.of(file)));
        ByteBuffer signature = signer.sign(TRIAL, TRIAL_SHA256);
        if (!TrustedKeys.of(settings).accept(TRIAL, TRIAL_SHA256, signature)) {
            throw new ConfigException(
                    "models.trusted.keys would refuse what is published here: models.signing.key must name the private key of one of them");
        }
        return signer;
    }

    /** The signature; null without a key. */
    @Nullable
    ByteBuffer sign(ModelId id, String packageSha256) {
        return key == null ? null : ByteBuffer.wrap(ReleaseSignature.sign(id, packageSha256, key));
    }
}
