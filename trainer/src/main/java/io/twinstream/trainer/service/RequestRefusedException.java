package io.twinstream.trainer.service;

/** A request that the trainer does not take; the message is one line with the rule and the value. */
final class RequestRefusedException extends Exception {
    /** What is wrong with it. */
    enum Fault {
        /** It breaks a rule. */
        INVALID,
        /** It names what isn't there. */
        MISSING,
        /** What it asks for exists, or is on its way. */
        CONFLICT,
        /** The queue is full. */
        BUSY
    }

    private final Fault fault;

    RequestRefusedException(Fault fault, String message) {
        super(message, null, false, false);
        this.fault = fault;
    }

    Fault fault() {
        return fault;
    }
}
