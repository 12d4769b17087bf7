package io.twinstream.schemas.modelpackage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.regex.Pattern;

/** Reads the model package that a setting names. */
public final class ShippedModel {
    private static final String DEFAULT = "compact";
    private static final Pattern NAME = Pattern.compile("[a-z0-9-]+");

    private ShippedModel() {}

    /** Returns whether there is a file or a shipped model that a setting names, whatever the file holds. */
    public static boolean exists(String setting) {
        return isFile(setting)
                ? Files.isRegularFile(Path.of(setting))
                : ShippedModel.class.getResource(name(setting) + ".zip") != null;
    }

    /**
     * Reads a package.
     *
     * @param setting a file; or, where there is no such file, the name of a model that Twinstream ships; or empty for {@value
     *     #DEFAULT}
     * @throws InvalidPackageException if there is neither such a file nor such a model
     */
    public static ModelPackage read(String setting) throws IOException {
        return isFile(setting) ? PackageArchive.read(Path.of(setting)) : shipped(name(setting));
    }

    /** Returns whether Twinstream ships this version. */
    public static boolean ships(ModelId id) throws IOException {
        return NAME.matcher(id.name()).matches()
                && ShippedModel.class.getResource(id.name() + ".zip") != null
                && ModelId.of(shipped(id.name()).manifest()).equals(id);
    }

    /**
     * Copies the package of a shipped version to a file, which is replaced.
     *
     * @throws InvalidPackageException if Twinstream ships no model of that name
     */
    public static void copy(ModelId id, Path file) throws IOException {
        try (InputStream shipped = ShippedModel.class.getResourceAsStream(id.name() + ".zip")) {
            if (shipped == null) {
                throw new InvalidPackageException("Twinstream ships no model %s".formatted(id));
            }
            Files.copy(shipped, file, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static boolean isFile(String setting) {
        return !setting.isEmpty() && (!NAME.matcher(setting).matches() || Files.exists(Path.of(setting)));
    }

    private static String name(String setting) {
        return setting.isEmpty() ? DEFAULT : setting;
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
