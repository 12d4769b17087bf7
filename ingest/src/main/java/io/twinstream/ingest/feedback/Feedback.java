package io.twinstream.ingest.feedback;

import io.twinstream.ingest.publish.RequestIds;
import java.util.Optional;

/**
 * Holds what a person said about a verdict: that it is right, or which subject the probe shows.
 *
 * @param subjectId the subject that the probe shows; empty if the verdict is right
 */
public record Feedback(Optional<String> subjectId) {
    public Feedback {
        subjectId = subjectId.map(id -> RequestIds.check("subject id", id));
    }

    public static Feedback correct() {
        return new Feedback(Optional.empty());
    }

    public static Feedback subject(String subjectId) {
        return new Feedback(Optional.of(subjectId));
    }
}
