package io.twinstream.ingest.cli;

/** What became of one image. */
public sealed interface BulkOutcome {
    String name();

    /** Acknowledged by the broker, under this id of the probe, reference or image. */
    record Sent(String name, String id) implements BulkOutcome {}

    /** Not taken, for a reason of one line. */
    record Refused(String name, String reason) implements BulkOutcome {
        @Override
        public String toString() {
            return name + ": " + reason;
        }
    }
}
