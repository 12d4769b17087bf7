package io.twinstream.trainer.publish;

import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.modelpackage.ReleaseSignature;
import java.nio.ByteBuffer;
import java.security.PrivateKey;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Signs releases with the key that the settings name; without one, releases stay unsigned. */
final class ReleaseSigner {
    private final @Nullable PrivateKey key;

    /** @param key empty where releases stay unsigned */
    ReleaseSigner(Optional<PrivateKey> key) {
        this.key = key.orElse(null);
    }

    /** The signature; null without a key. */
    @Nullable
    ByteBuffer sign(ModelId id, String packageSha256) {
        return key == null ? null : ByteBuffer.wrap(ReleaseSignature.sign(id, packageSha256, key));
    }
}
