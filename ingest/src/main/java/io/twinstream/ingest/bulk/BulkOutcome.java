package io.twinstream.ingest.bulk;

import io.twinstream.ingest.publish.ImagePublisher;
import io.twinstream.schemas.text.ForeignText;

/** Says whether one image of a bulk submission was sent, and if not, why. */
public sealed interface BulkOutcome {
    String name();

    /** The broker has acknowledged the image, under the receipt's id of the probe, reference or labelled image. */
    record Sent(String name, ImagePublisher.Receipt receipt) implements BulkOutcome {
        public String id() {
            return receipt.id();
        }
    }

    /** The image was not taken; the reason is one line. */
    record Refused(String name, String reason) implements BulkOutcome {
        @Override
        public String toString() {
            return ForeignText.line(name) + ": " + reason;
        }
    }
}
