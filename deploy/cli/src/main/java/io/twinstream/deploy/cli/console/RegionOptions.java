package io.twinstream.deploy.cli.console;

import io.twinstream.ingest.bulk.ImageSources;
import io.twinstream.ingest.publish.RegionText;
import io.twinstream.schemas.record.Region;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** These options say where in its one picture a command finds what counts, by a detector of the caller's own. */
public final class RegionOptions {
    private static final RegionText NAMES = new RegionText("--region", "--points");

    @Option(
            names = "--region",
            paramLabel = "X,Y,WIDTH,HEIGHT[,SCORE]",
            description =
                    "The box of what counts in the picture, by a detector of your own, in pixels of the upright picture. A"
                            + " model's locator then doesn't look.")
    private @Nullable String region;

    @Option(
            names = "--points",
            paramLabel = "X,Y;X,Y",
            description = "The key points in that box, in the order of the model's locator. Quote them: a shell ends a"
                    + " command at a semicolon.")
    private @Nullable String points;

    /** Returns the region, if one is given; throws an InvalidRequestException for one that is none. */
    public Optional<Region> read() {
        return NAMES.read(Optional.ofNullable(region), Optional.ofNullable(points));
    }

    /** Returns the region of the only image; it refuses one that would stand for several. */
    public Optional<Region> of(ImageSources images) throws IOException {
        Optional<Region> read = read();
        if (read.isPresent()) {
            long count = images.count();
            if (count != 1) {
                throw new CommandException(
                        ExitCodes.USAGE,
                        "--region goes with one image, not with %d: send each by itself".formatted(count));
            }
        }
        return read;
    }
}
