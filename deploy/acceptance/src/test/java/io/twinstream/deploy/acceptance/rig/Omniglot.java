package io.twinstream.deploy.acceptance.rig;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Names the folders of Omniglot (Lake et al. 2015) as the project keeps it, unpacked.
 *
 * @param folder folder of the three parts
 */
public record Omniglot(Path folder) {
    /** Returns the folder of 30 alphabets to learn from. */
    public Path background() {
        return folder.resolve("images_background");
    }

    /** Returns the folder of other alphabets, to set thresholds with. */
    public Path validation() {
        return folder.resolve("images_validation");
    }

    /** Returns the first alphabet of one of the two. */
    public static Path alphabet(Path images) throws IOException {
        try (Stream<Path> alphabets = Files.list(images)) {
            return alphabets.filter(Files::isDirectory).sorted().findFirst().orElseThrow();
        }
    }

    /** Returns the folder of 400 one-shot trials among the validation alphabets' characters. */
    public Path validationRuns() {
        return folder.resolve("validation_runs");
    }
}
