package io.twinstream.schemas.release;

import io.twinstream.schemas.modelpackage.Ed25519Keys;
import io.twinstream.schemas.modelpackage.InvalidPackageException;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.modelpackage.ReleaseSignature;
import io.twinstream.schemas.record.ModelRelease;
import io.twinstream.schemas.serde.RecordSerde;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides who may release models. Without any key everybody may; with keys, only a release that one of them has signed is
 * taken.
 */
public final class TrustedKeys {
    private final List<PublicKey> keys;

    private TrustedKeys(List<PublicKey> keys) {
        this.keys = List.copyOf(keys);
    }

    /**
     * Reads the keys in files; without files all models pass.
     *
     * @throws org.apache.kafka.common.config.ConfigException with one line, if a file holds no Ed25519 public key
     */
    public static TrustedKeys of(List<Path> files) {
        return new TrustedKeys(files.stream().map(Ed25519Keys::readPublic).toList());
    }

    /**
     * Throws unless a release may pass.
     *
     * @throws InvalidPackageException with one line, if there are keys and none of them has signed it
     */
    public void require(ModelRelease release) throws InvalidPackageException {
        if (!accept(release)) {
            String fault = release.getSignature() == null
                    ? "is not signed"
                    : "is signed by none of the %d trusted keys".formatted(keys.size());
            throw new InvalidPackageException("the release %s/%s %s: models.trusted.keys names whose models are taken"
                    .formatted(release.getName(), release.getVersion(), fault));
        }
    }

    /** Returns whether a release may pass. */
    public boolean accept(ModelRelease release) {
        try {
            ModelId model = ModelId.of(release);
            return accept(model, release.getPackageSha256(), release.getSignature());
        } catch (IllegalArgumentException e) {
            // A release without a proper name or hash can't have been signed.
            return keys.isEmpty();
        }
    }

    /** Returns whether a release with this signature would pass; null stands for no signature. */
    public boolean accept(ModelId model, String packageSha256, @Nullable ByteBuffer signature) {
        if (keys.isEmpty() || signature == null) {
            return keys.isEmpty();
        }
        byte[] bytes = RecordSerde.content(signature);
        return keys.stream().anyMatch(key -> ReleaseSignature.verify(model, packageSha256, bytes, key));
    }
}
