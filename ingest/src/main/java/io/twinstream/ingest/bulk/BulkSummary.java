package io.twinstream.ingest.bulk;

import java.util.List;
import java.util.Optional;

/**
 * Sums up a bulk submission: how many images were sent, which were not, and why.
 *
 * @param sent how many the broker has acknowledged
 * @param shrunk how many of these were made smaller, since a record couldn't take them as they were
 * @param refused in the order of the sources
 * @param leftOut what was found and not taken for images, in one line
 * @param aborted why sending ended early, with the image at which it did; every image before that one is sent or refused
 */
public record BulkSummary(
        long sent, long shrunk, List<BulkOutcome.Refused> refused, Optional<String> leftOut, Optional<String> aborted) {
    public BulkSummary {
        refused = List.copyOf(refused);
    }

    /** Returns whether every image was sent. */
    public boolean isComplete() {
        return refused.isEmpty() && aborted.isEmpty();
    }
}
