package io.twinstream.schemas.image;

/** An image that is not taken; the message is one line for the sender. Carries no stack trace: it is data. */
public final class ImageRefusedException extends Exception {
    private final ImageFault fault;
    private final String reason;

    public ImageRefusedException(ImageFault fault, String message) {
        super(message, null, false, false);
        this.fault = fault;
        this.reason = message;
    }

    /** The message. */
    public String reason() {
        return reason;
    }

    public ImageFault fault() {
        return fault;
    }
}
