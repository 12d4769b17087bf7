package io.twinstream.trainer.publish;

import java.io.IOException;

/** The model can't be published. The message is one line with the cause and the remedy. */
public final class PublicationException extends IOException {
    public PublicationException(String message) {
        super(message);
    }
}
