package io.twinstream.schemas.modelpackage;

import java.io.IOException;
import java.nio.file.Path;

/** Tries foreign models in a place where they can do no harm, before anything of theirs is opened. For many threads. */
public interface PackageTrial {
    /**
     * Returns everything that an outcome depends on beside the package, as one word or more. A package that passed under a key
     * passes again.
     */
    String key();

    /**
     * Tries a package.
     *
     * @param file the file that holds the package
     * @throws InvalidPackageException with one line, if the model is to be refused for good
     * @throws IOException with one line, if this machine can't try it now; it can be tried again
     */
    void require(Manifest manifest, Path file) throws IOException;
}
