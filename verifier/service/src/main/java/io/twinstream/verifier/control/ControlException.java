package io.twinstream.verifier.control;

/** A control exception says in one line why an order isn't carried out, and what to do. Nothing was written. */
public final class ControlException extends RuntimeException {
    /** A control fault says what is wrong with an order. */
    public enum ControlFault {
        /** Says that the order breaks a rule, whatever the models are. */
        BAD_REQUEST,
        /** Says that the order names a version that nobody knows. */
        NOT_FOUND,
        /** Says that the state of the versions speaks against the order. */
        CONFLICT
    }

    private final ControlFault fault;

    public ControlException(ControlFault fault, String message) {
        super(message, null, false, false);
        this.fault = fault;
    }

    public ControlFault fault() {
        return fault;
    }
}
