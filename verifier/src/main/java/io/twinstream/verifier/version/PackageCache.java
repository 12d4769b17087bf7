package io.twinstream.verifier.version;

import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.PackageArchive;
import io.twinstream.schemas.record.ModelRelease;
import io.twinstream.schemas.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

final class PackageCache {
    private final Settings settings;

    PackageCache(Settings settings) {
        this.settings = settings;
    }

    ModelPackage get(ModelRelease release) throws IOException {
        Path file = Files.createTempFile("tmp-cache", ".zip");
        try {
            new PackageFetch(settings, release).into(file);
            return PackageArchive.read(file);
        } finally {
            Files.deleteIfExists(file);
        }
    }
}
