package io.twinstream.verifier.control;

/** A control exception says in one line why an order isn't carried out, and what to do. Nothing was written. */
public final class ControlException extends RuntimeException {
    /** A kind says which fault an order has. */
    public enum Kind {
        /** Says that the order breaks a rule, whatever the models are. */
        BAD_REQUEST,
        /** Says that the order names a version that nobody knows. */
        NOT_FOUND,
        /** Says that the state of the versions speaks against the order. */
        CONFLICT
    }

    private final Kind kind;

    public ControlException(Kind kind, String message) {
        super(message, null, false, false);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
