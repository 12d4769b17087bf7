package io.twinstream.schemas.modelpackage;

/**
 * A file that the manifest vouches for.
 *
 * @param bytes its length
 * @param sha256 64 lower-case hexadecimal digits
 */
public record PackageFile(String name, long bytes, String sha256) {}
