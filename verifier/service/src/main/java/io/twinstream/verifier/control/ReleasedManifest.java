package io.twinstream.verifier.control;

import io.twinstream.schemas.modelpackage.Manifest;
import io.twinstream.schemas.modelpackage.PackageArchive;
import io.twinstream.schemas.record.ModelRelease;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.text.ForeignText;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A release's manifest, or why it can't be read; just one of them is null. */
record ReleasedManifest(
        @Nullable Manifest manifest, @Nullable String fault) {
    static ReleasedManifest of(ModelRelease release) {
        String origin = release.getName() + "/" + release.getVersion();
        try {
            return new ReleasedManifest(
                    PackageArchive.manifest(RecordSerde.content(release.getManifest()), origin), null);
        } catch (IOException e) {
            return new ReleasedManifest(null, ForeignText.line(e.getMessage()));
        }
    }
}
