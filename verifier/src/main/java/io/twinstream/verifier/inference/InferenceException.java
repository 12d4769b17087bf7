package io.twinstream.verifier.inference;

/** ONNX Runtime can't do what was asked: one line that names the cause. */
public final class InferenceException extends RuntimeException {
    public InferenceException(String message, Throwable cause) {
        super(message + ": " + firstLine(cause), cause);
    }

    public InferenceException(String message) {
        super(message);
    }

    /** ONNX Runtime's own messages may go on for many lines. */
    static String firstLine(Throwable cause) {
        return String.valueOf(cause.getMessage()).lines().findFirst().orElse("no reason given");
    }
}
