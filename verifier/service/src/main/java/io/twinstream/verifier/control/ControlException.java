package io.twinstream.verifier.control;

/** An order that isn't carried out; the message is one line with the cause and the mend. Nothing was written. */
public final class ControlException extends RuntimeException {
    /** What is wrong with the order. */
    public enum Kind {
        /** It breaks a rule, whatever the models are. */
        BAD_REQUEST,
        /** It names a version that nobody knows. */
        NOT_FOUND,
        /** What is known of the versions speaks against it. */
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
