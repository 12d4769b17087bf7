package io.twinstream.schemas.modelpackage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Reads the model package that a setting names. */
public final class ShippedModel {
    private static final String DEFAULT = "compact";
    private static final Pattern NAME = Pattern.compile("[a-z0-9-]+");

    private ShippedModel() {}

    /**
     * Reads a package.
     *
     * @param setting a file; or, where there is no such file, the name of a model that Twinstream ships; or empty for {@value
     *     #DEFAULT}
     * @throws InvalidPackageException if there is neither such a file nor such a model
     */
    public static ModelPackage read(String setting) throws IOException {
        if (setting.isEmpty()) {
            return shipped(DEFAULT);
        }
        boolean file = !NAME.matcher(setting).matches() || Files.exists(Path.of(setting));
        return file ? PackageArchive.read(Path.of(setting)) : shipped(setting);
    }

    private static ModelPackage shipped(String name) throws IOException {
        try (InputStream shipped = ShippedModel.class.getResourceAsStream(name + ".zip")) {
            if (shipped == null) {
                throw new InvalidPackageException(
                        "no model package at %s, and Twinstream ships no model of that name".formatted(name));
            }
            return PackageArchive.read(shipped.readAllBytes(), "the shipped model " + name);
        }
    }
}
