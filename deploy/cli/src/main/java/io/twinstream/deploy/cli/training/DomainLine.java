package io.twinstream.deploy.cli.training;

import io.twinstream.schemas.modelpackage.InputDomain;
import io.twinstream.trainer.export.DomainStatistics;
import org.jspecify.annotations.Nullable;

/** What a package knows of its own inputs, in one line. */
final class DomainLine {
    private DomainLine() {}

    static String of(@Nullable InputDomain domain) {
        return domain == null
                ? "domain unknown: statistics need %d images that the model was not trained on"
                        .formatted(DomainStatistics.FEWEST)
                : "domain of %d images: %d examples, inputs farther than %.3f from all of them are of another kind"
                        .formatted(domain.images(), domain.examples().length / domain.cells(), domain.farthest());
    }
}
