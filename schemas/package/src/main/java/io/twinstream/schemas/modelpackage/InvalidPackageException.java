package io.twinstream.schemas.modelpackage;

import java.io.IOException;

/** A file that claims to be a model package and is not a whole one; the message says what is wrong. */
public final class InvalidPackageException extends IOException {
    public InvalidPackageException(String message) {
        super(message);
    }

    public InvalidPackageException(String message, Throwable cause) {
        super(message, cause);
    }

    /** A published package's; the fault goes on from its name. */
    public static InvalidPackageException published(ModelId id, String fault) {
        return new InvalidPackageException("the published package %s %s".formatted(id, fault));
    }
}
