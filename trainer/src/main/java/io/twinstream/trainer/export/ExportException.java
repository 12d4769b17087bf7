package io.twinstream.trainer.export;

/** The export doesn't compute what the trained network computes, and nothing was written. */
public final class ExportException extends Exception {
    public ExportException(String message) {
        super(message);
    }
}
