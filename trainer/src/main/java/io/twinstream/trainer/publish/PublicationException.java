package io.twinstream.trainer.publish;

import java.io.IOException;

/** A model that can't be published; the message is one line with the cause and the mend. */
public final class PublicationException extends IOException {
    public PublicationException(String message) {
        super(message);
    }
}
