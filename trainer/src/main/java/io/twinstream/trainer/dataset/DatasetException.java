package io.twinstream.trainer.dataset;

import java.io.IOException;

/** Images that can't be trained on or evaluated; the message is one line that names the place and the mend. */
public final class DatasetException extends IOException {
    public DatasetException(String message) {
        super(message);
    }
}
