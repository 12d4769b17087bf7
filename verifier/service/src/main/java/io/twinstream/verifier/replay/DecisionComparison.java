package io.twinstream.verifier.replay;

import io.twinstream.schemas.record.TaskKind;
import java.util.Objects;

/** A decision comparison says how a verdict of today differs from the one on record. */
enum DecisionComparison {
    /**
     * Says that model, outcome and best subject are the same, of several regions too, and scores are within
     * {@value DecisionComparison#TOLERANCE}.
     */
    SAME,
    /**
     * Says that the answer is another one, from a gallery of another size: references were enrolled or erased since.
     */
    GALLERY_CHANGED,
    DIFFERS;

    /** This is more than scores of one execution provider differ by when batches of another size sum in another order. */
    static final double TOLERANCE = 1e-5;

    static DecisionComparison of(Decision onRecord, Decision now) {
        if (!onRecord.sha256().equals(now.sha256())) {
            return DIFFERS;
        }
        if (onRecord.outcome() == now.outcome()
                && Objects.equals(onRecord.subject(), now.subject())
                && onRecord.regions().equals(now.regions())
                && onRecord.distance(now) <= TOLERANCE) {
            return SAME;
        }
        return now.task() != TaskKind.PAIR && onRecord.gallerySize() != now.gallerySize() ? GALLERY_CHANGED : DIFFERS;
    }
}
