package io.twinstream.verifier.version;

import io.twinstream.schemas.modelpackage.InvalidPackageException;
import io.twinstream.schemas.record.ModelRelease;
import io.twinstream.schemas.settings.Settings;

final class TrustedKeys {
    static TrustedKeys of(Settings settings) {
        return new TrustedKeys();
    }

    void require(ModelRelease release) throws InvalidPackageException {}
}
