package io.twinstream.deploy.acceptance;

import java.nio.file.Path;

/**
 * Omniglot as the project keeps it (Lake et al. 2015), unpacked.
 *
 * @param folder of the three parts
 */
record Omniglot(Path folder) {
    /** 30 alphabets to learn from. */
    Path background() {
        return folder.resolve("images_background");
    }

    /** Other alphabets, to set thresholds with. */
    Path validation() {
        return folder.resolve("images_validation");
    }

    /** 400 one-shot trials among the validation alphabets' characters. */
    Path validationRuns() {
        return folder.resolve("validation_runs");
    }
}
