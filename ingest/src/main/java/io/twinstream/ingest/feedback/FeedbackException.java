package io.twinstream.ingest.feedback;

/** Feedback that gives no labelled image; the message is one line with the cause and the mend. Carries no stack trace. */
public final class FeedbackException extends RuntimeException {
    private final FeedbackFault fault;

    FeedbackException(FeedbackFault fault, String message) {
        super(message, null, false, false);
        this.fault = fault;
    }

    public FeedbackFault fault() {
        return fault;
    }
}
