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

/** Who may release models. Without any key everybody may; with some, only a release that one of them has signed is taken. */
public final class TrustedKeys {
    private final List<PublicKey> keys;

    private TrustedKeys(List<PublicKey> keys) {
        this.keys = List.copyOf(keys);
    }

    /**
     * Reads the keys in files; where there are none, all models pass.
     *
     * @throws org.apache.kafka.common.config.ConfigException with one line, if one of them holds no Ed25519 public key
     */
    public static TrustedKeys of(List<Path> files) {
        return new TrustedKeys(files.stream().map(Ed25519Keys::readPublic).toList());
    }

    /**
     * Lets a release pass.
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

    /** Whether a release passes. */
    public boolean accept(ModelRelease release) {
        try {
            ModelId model = ModelId.of(release);
            return accept(model, release.getPackageSha256(), release.getSignature());
        } catch (IllegalArgumentException e) {
            // What has no proper name or hash can't have been signed.
            return keys.isEmpty();
        }
    }

    /** Whether a release with this signature would pass; null for none. */
    public boolean accept(ModelId model, String packageSha256, @Nullable ByteBuffer signature) {
        if (keys.isEmpty() || signature == null) {
            return keys.isEmpty();
        }
        byte[] bytes = RecordSerde.content(signature);
        return keys.stream().anyMatch(key -> ReleaseSignature.verify(model, packageSha256, bytes, key));
    }
}
