package io.twinstream.deploy.acceptance.rig;

import java.nio.file.Path;

/** Tries one promise of the product, which is kept or not. */
public interface AcceptanceCheck {
    /** Runs the check on a folder of images, or of one-shot runs, in Omniglot's layout. */
    Result run(Path images) throws Exception;
}
