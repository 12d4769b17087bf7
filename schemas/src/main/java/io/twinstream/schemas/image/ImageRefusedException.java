package io.twinstream.schemas.image;

/** An image that is not taken; the message is one line for the sender. Carries no stack trace: it is data. */
public final class ImageRefusedException extends Exception {
    private final ImageFault fault;

    public ImageRefusedException(ImageFault fault, String message) {
        super(message, null, false, false);
        this.fault = fault;
    }

    public ImageFault fault() {
        return fault;
    }
}
