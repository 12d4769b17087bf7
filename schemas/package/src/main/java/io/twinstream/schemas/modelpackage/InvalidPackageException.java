package io.twinstream.schemas.modelpackage;

import java.io.IOException;

/** This exception is thrown for a file that claims to be a model package and is not a whole one. The message says what is wrong. */
public final class InvalidPackageException extends IOException {
    public InvalidPackageException(String message) {
        super(message);
    }

    public InvalidPackageException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Makes the exception of a published package; the fault continues a sentence that begins with its name. */
    public static InvalidPackageException published(ModelId id, String fault) {
        return new InvalidPackageException("the published package %s %s".formatted(id, fault));
    }
}
