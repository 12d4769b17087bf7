package io.twinstream.ingest.feedback;

/** Feedback that gives no labelled image; the message is one line with the cause and the mend. Carries no stack trace. */
public final class FeedbackException extends RuntimeException {
    private final Fault fault;

    FeedbackException(Fault fault, String message) {
        super(message, null, false, false);
        this.fault = fault;
    }

    public Fault fault() {
        return fault;
    }

    /** Why feedback gives no labelled image. */
    public enum Fault {
        /** There is no such verdict among those looked at, or the probe that it judged is gone. */
        NOT_FOUND,
        /** The verdict names nobody that could be confirmed. */
        NOBODY_NAMED,
        /** The probe's image is over the limits that ingest has now. */
        IMAGE_REFUSED
    }
}
