package io.twinstream.deploy.acceptance.rig;

import java.nio.file.Path;

/** One promise of the product, kept or not. */
public interface AcceptanceCheck {
    /** Runs it on a folder of images, or of one-shot runs, in Omniglot's layout. */
    Result run(Path images) throws Exception;
}
