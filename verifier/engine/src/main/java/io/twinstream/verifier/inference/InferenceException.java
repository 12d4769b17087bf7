package io.twinstream.verifier.inference;

/** ONNX Runtime can't do what was asked: one line that names the cause. */
public final class InferenceException extends RuntimeException {
    public InferenceException(String message, Throwable cause) {
        super(message + ": " + firstLine(cause), cause);
    }

    public InferenceException(String message) {
        super(message);
    }

    /** What ONNX Runtime says went wrong: the first line, without the places of its sources before and after it. */
    static String firstLine(Throwable cause) {
        return String.valueOf(cause.getMessage())
                .lines()
                .findFirst()
                .orElse("no reason given")
                .replaceFirst("^Error code - \\w+ - message: ", "")
                .replaceFirst("^.*\\[ONNXRuntimeError] : \\d+ : \\w+ : ", "")
                .replaceFirst("^.*?(\\w+ failure \\d+: .*?) ; GPU=.*", "$1");
    }
}
