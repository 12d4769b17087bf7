package io.twinstream.ingest.feedback;

import io.twinstream.ingest.publish.RequestIds;
import java.util.Optional;

/**
 * Holds what a person said about a verdict: that it is right, that it is wrong, or which subject the probe shows.
 *
 * @param correct whether the verdict is called right; false where it is called wrong or a subject is named
 * @param subjectId the subject that the probe shows; empty if nobody is named
 */
public record Feedback(boolean correct, Optional<String> subjectId) {
    public Feedback {
        subjectId = subjectId.map(id -> RequestIds.check("subject id", id));
    }

    public static Feedback right() {
        return new Feedback(true, Optional.empty());
    }

    public static Feedback wrong() {
        return new Feedback(false, Optional.empty());
    }

    public static Feedback subject(String subjectId) {
        return new Feedback(false, Optional.of(subjectId));
    }

    /** Returns whether the verdict is called wrong without a word on whom the probe shows. */
    boolean isWrongAlone() {
        return !correct && subjectId.isEmpty();
    }
}
