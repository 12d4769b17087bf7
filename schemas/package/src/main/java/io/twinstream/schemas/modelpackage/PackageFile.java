package io.twinstream.schemas.modelpackage;

import java.util.Objects;

/**
 * This is a file that the manifest vouches for.
 *
 * @param bytes the file's length
 * @param sha256 64 lower-case hexadecimal digits
 */
public record PackageFile(String name, long bytes, String sha256) {
    public PackageFile {
        Objects.requireNonNull(name, "a file needs a name");
        Objects.requireNonNull(sha256, "a file needs its sha256");
        if (bytes < 0) {
            throw new IllegalArgumentException("a file's bytes can't be negative, were " + bytes);
        }
    }
}
