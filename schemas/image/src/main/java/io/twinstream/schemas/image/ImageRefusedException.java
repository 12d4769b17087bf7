package io.twinstream.schemas.image;

/** This exception is thrown for an image that is refused. The message is one line for the sender. It has no stack trace, since it is data. */
public final class ImageRefusedException extends Exception {
    private final ImageFault fault;
    private final String reason;

    public ImageRefusedException(ImageFault fault, String message) {
        super(message, null, false, false);
        this.fault = fault;
        this.reason = message;
    }

    /** Returns the message. */
    public String reason() {
        return reason;
    }

    public ImageFault fault() {
        return fault;
    }
}
