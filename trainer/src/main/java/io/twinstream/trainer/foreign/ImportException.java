package io.twinstream.trainer.foreign;

import java.io.IOException;

/** A foreign model can't be imported, and nothing was written. The message is one line that names cause and mend. */
public final class ImportException extends IOException {
    public ImportException(String message) {
        super(message);
    }

    ImportException(String message, Throwable cause) {
        super(message, cause);
    }
}
