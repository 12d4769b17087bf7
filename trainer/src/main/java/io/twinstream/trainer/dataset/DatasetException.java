package io.twinstream.trainer.dataset;

import java.io.IOException;

/** Images can't be trained on or evaluated. The message is one line that names the place and the remedy. */
public final class DatasetException extends IOException {
    public DatasetException(String message) {
        super(message);
    }
}
