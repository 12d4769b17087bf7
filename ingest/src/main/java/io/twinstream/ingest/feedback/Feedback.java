package io.twinstream.ingest.feedback;

import io.twinstream.ingest.publish.RequestIds;
import java.util.Optional;

/**
 * What somebody says of a verdict: that it is right, or whom the probe shows.
 *
 * @param subjectId whom it shows; empty: the verdict is right
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
