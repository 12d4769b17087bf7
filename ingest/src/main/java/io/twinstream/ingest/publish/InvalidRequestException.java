package io.twinstream.ingest.publish;

/** A request that breaks a rule; the message is one line with the rule and the value. Carries no stack trace. */
public final class InvalidRequestException extends RuntimeException {
    public InvalidRequestException(String message) {
        super(message, null, false, false);
    }
}
