package io.twinstream.deploy.testkit;

import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.PackageArchive;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** Holds {@code compact} 1.1 as it was shipped, whose int8 embedder has its first layer as it was trained. */
public final class PackageFromBefore {
    private static final String FILE = "compact-1.1.zip";

    private PackageFromBefore() {}

    public static ModelPackage read() throws IOException {
        try (InputStream bytes = open()) {
            return PackageArchive.read(bytes, FILE);
        }
    }

    /** Writes it into a folder, and returns the file. */
    public static Path write(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        try (InputStream bytes = open()) {
            Files.copy(bytes, file);
        }
        return file;
    }

    private static InputStream open() {
        return Objects.requireNonNull(PackageFromBefore.class.getResourceAsStream(FILE), FILE);
    }
}
