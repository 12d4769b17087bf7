package io.twinstream.ingest.image;

/** Too many pictures are being decoded; the message is one line. Trying again is of use. */
public final class TooBusyException extends RuntimeException {
    TooBusyException() {
        super("too many pictures are being decoded: try again", null, false, false);
    }
}
