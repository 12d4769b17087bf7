package io.twinstream.trainer.service;

/** The trainer does not take a request. The message is one line with the rule and the value. */
final class RequestRefusedException extends Exception {
    /** A request that is refused has one of these faults. */
    enum RequestFault {
        /** The request breaks a rule. */
        INVALID,
        /** The request names something that isn't there. */
        MISSING,
        /** The request asks for something that exists, or is on its way. */
        CONFLICT,
        /** The queue is full. */
        BUSY
    }

    private final RequestFault fault;

    RequestRefusedException(RequestFault fault, String message) {
        super(message, null, false, false);
        this.fault = fault;
    }

    RequestFault fault() {
        return fault;
    }
}
