package io.twinstream.verifier.version;

import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.PackageArchive;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Objects;

/** The model package that a setting names. */
public final class ShippedModel {
    private static final String RESOURCE = "compact.zip";

    private ShippedModel() {}

    /**
     * Reads a package.
     *
     * @param setting a file, or empty for the {@code compact} model that Twinstream ships
     */
    public static ModelPackage read(String setting) throws IOException {
        if (!setting.isEmpty()) {
            return PackageArchive.read(Path.of(setting));
        }
        try (InputStream shipped = ShippedModel.class.getResourceAsStream(RESOURCE)) {
            return PackageArchive.read(Objects.requireNonNull(shipped, RESOURCE).readAllBytes(), "the shipped model");
        }
    }
}
