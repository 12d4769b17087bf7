package io.twinstream.verifier.replay;

import io.twinstream.schemas.record.TaskKind;
import java.util.Objects;

/** How a verdict of today stands to the one on record. */
enum DecisionComparison {
    /** The same model, outcome and best subject, and scores within {@value DecisionComparison#TOLERANCE}. */
    SAME,
    /** Another answer from a gallery of another size: references have been enrolled or erased since. */
    GALLERY_CHANGED,
    DIFFERS;

    /** Scores of one execution provider differ by less than this: batches of another size sum in another order. */
    static final double TOLERANCE = 1e-5;

    static DecisionComparison of(Decision onRecord, Decision now) {
        if (!onRecord.sha256().equals(now.sha256())) {
            return DIFFERS;
        }
        if (onRecord.outcome() == now.outcome()
                && Objects.equals(onRecord.subject(), now.subject())
                && onRecord.distance(now) <= TOLERANCE) {
            return SAME;
        }
        return now.task() != TaskKind.PAIR && onRecord.gallerySize() != now.gallerySize() ? GALLERY_CHANGED : DIFFERS;
    }
}
