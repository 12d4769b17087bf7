package io.twinstream.trainer.export;

/** An export that doesn't compute what the trained network computes; nothing was written. */
public final class ExportException extends Exception {
    ExportException(String message) {
        super(message);
    }
}
