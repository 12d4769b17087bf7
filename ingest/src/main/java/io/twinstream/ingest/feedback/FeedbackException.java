package io.twinstream.ingest.feedback;

/**
 * This exception is thrown for feedback that can't become a labelled image. The message is one line with the cause and what to do; there is
 * no stack trace.
 */
public final class FeedbackException extends RuntimeException {
    private final FeedbackFault fault;

    FeedbackException(FeedbackFault fault, String message) {
        super(message, null, false, false);
        this.fault = fault;
    }

    public FeedbackFault fault() {
        return fault;
    }

    /** Says why feedback gives no labelled image. */
    public enum FeedbackFault {
        /** No such verdict is among those that were searched, or the probe that it judged is gone. */
        NOT_FOUND,
        /** The verdict names nobody that could be confirmed. */
        NOBODY_NAMED,
        /** The probe's image is over the limits that ingest has now. */
        IMAGE_REFUSED
    }
}
