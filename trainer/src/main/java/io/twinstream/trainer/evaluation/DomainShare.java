package io.twinstream.trainer.evaluation;

import io.twinstream.schemas.record.UndecidedCause;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How many of the images that a model was measured on it can't judge. They are measured all the same: what a verifier makes of
 * them its setting {@code verifier.domain} says.
 *
 * @param known whether the package has statistics of its domain; without them nothing is out of it
 * @param images that were looked at, those of runs included
 * @param blank without contrast
 * @param outOfDomain of another kind than the model was trained for
 */
public record DomainShare(boolean known, int images, int blank, int outOfDomain) {
    static DomainShare of(boolean known, List<@Nullable UndecidedCause> causes) {
        return new DomainShare(
                known, causes.size(), count(causes, UndecidedCause.BLANK), count(causes, UndecidedCause.OUT_OF_DOMAIN));
    }

    /** Of the images, 0 to 1. */
    public double share() {
        return images == 0 ? 0 : (double) outOfDomain / images;
    }

    private static int count(List<@Nullable UndecidedCause> causes, UndecidedCause cause) {
        return Math.toIntExact(causes.stream().filter(each -> each == cause).count());
    }
}
