package io.twinstream.ingest.publish;

/** This exception is thrown for a request that breaks a rule. The message is one line with the rule and the value; there is no stack trace. */
public final class InvalidRequestException extends RuntimeException {
    public InvalidRequestException(String message) {
        super(message, null, false, false);
    }
}
