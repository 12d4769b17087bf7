package io.twinstream.deploy.cli.console;

import io.twinstream.ingest.publish.RegionText;
import io.twinstream.schemas.record.Region;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** These options say where in the picture that another is compared with lies what counts. */
public final class ReferenceRegionOptions {
    private static final RegionText NAMES = new RegionText("--reference-region", "--reference-points");

    @Option(
            names = "--reference-region",
            paramLabel = "X,Y,WIDTH,HEIGHT[,SCORE]",
            description = "As --region, in the picture that the other is compared with.")
    private @Nullable String region;

    @Option(
            names = "--reference-points",
            paramLabel = "X,Y;X,Y",
            description = "As --points, in the picture that the other is compared with.")
    private @Nullable String points;

    /** Returns the region, if one is given; throws an InvalidRequestException for one that is none. */
    public Optional<Region> read() {
        return NAMES.read(Optional.ofNullable(region), Optional.ofNullable(points));
    }
}
