package io.twinstream.verifier.inference;

/** ONNX Runtime can't do what was asked: one line that names the cause. */
public final class InferenceException extends RuntimeException {
    public InferenceException(String message, Throwable cause) {
        super(message + ": " + cause.getMessage(), cause);
    }

    public InferenceException(String message) {
        super(message);
    }
}
