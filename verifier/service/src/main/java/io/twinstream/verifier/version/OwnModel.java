package io.twinstream.verifier.version;

import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.ModelRelease;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.text.Sha256;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The model that judges before the first activation, and which published version is the same as it. */
final class OwnModel {
    private record Comparison(ModelRelease release, boolean same) {}

    private final ModelId id;
    private final String sha256;
    private volatile @Nullable Comparison last;

    OwnModel(ModelId id, String sha256) {
        this.id = id;
        this.sha256 = sha256;
    }

    VersionKey key() {
        return new VersionKey(id, true);
    }

    /** What this id means: the published package where there is one with other bytes, else this model if it is its id. */
    VersionKey key(ModelId asked, Optional<ModelRelease> release) {
        return new VersionKey(asked, asked.equals(id) && release.map(this::same).orElse(true));
    }

    private boolean same(ModelRelease release) {
        Comparison known = last;
        if (known == null || !known.release().equals(release)) {
            known = new Comparison(
                    release,
                    Sha256.of(RecordSerde.content(release.getManifest())).equals(sha256));
            last = known;
        }
        return known.same();
    }
}
