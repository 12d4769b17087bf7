package io.twinstream.schemas.modelpackage;

import java.io.IOException;
import java.nio.file.Path;

/** Tries foreign models where they can do no harm, before anything of theirs is opened. For many threads. */
public interface PackageTrial {
    /** All that an outcome depends on beside the package, as one word or more: what passed under a key passes again. */
    String key();

    /**
     * Tries a package.
     *
     * @param file that holds the package
     * @throws InvalidPackageException with one line, if the model is to be refused, now and ever
     * @throws IOException with one line, if it can't be tried now, because of this machine: it can be tried again
     */
    void require(Manifest manifest, Path file) throws IOException;
}
