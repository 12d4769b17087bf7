package io.twinstream.verifier.inference;

/** An inference exception says in one line why ONNX Runtime can't run a model. */
public final class InferenceException extends RuntimeException {
    public InferenceException(String message, Throwable cause) {
        super(message + ": " + firstLine(cause), cause);
    }

    public InferenceException(String message) {
        super(message);
    }

    /** Returns the first line of ONNX Runtime's message, without the places in its sources before and after it. */
    public static String firstLine(Throwable cause) {
        return String.valueOf(cause.getMessage())
                .lines()
                .findFirst()
                .orElse("no reason given")
                .replaceFirst("^Error code - \\w+ - message: ", "")
                .replaceFirst("^.*\\[ONNXRuntimeError] : \\d+ : \\w+ : ", "")
                .replaceFirst("^/\\S+\\.\\w+:\\d+ .*?\\) (?=[A-Z])", "")
                .replaceFirst("^.*?(\\w+ failure \\d+: .*?) ; GPU=.*", "$1");
    }
}
