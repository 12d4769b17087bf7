package io.twinstream.ingest.cli;

import io.twinstream.ingest.publish.ImagePublisher;
import io.twinstream.schemas.text.ForeignText;

/** What became of one image. */
public sealed interface BulkOutcome {
    String name();

    /** Acknowledged by the broker, under the receipt's id of the probe, reference or image. */
    record Sent(String name, ImagePublisher.Receipt receipt) implements BulkOutcome {
        public String id() {
            return receipt.id();
        }
    }

    /** Not taken, for a reason of one line. */
    record Refused(String name, String reason) implements BulkOutcome {
        @Override
        public String toString() {
            return ForeignText.line(name) + ": " + reason;
        }
    }
}
