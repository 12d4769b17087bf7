package io.twinstream.verifier.inference;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Keeps ONNX Runtime 1.29 from ending the process. On Linux its telemetry, which is on by default, matches the command line
 * with a recursive regular expression and overflows the native stack where that is longer than about 4,000 bytes, as one with
 * a class path is.
 */
final class TelemetryGuard {
    static final String SWITCH = "ORT_DISABLE_TELEMETRY";

    /** Known to work; 4,000 are known to crash. */
    static final int SAFE_BYTES = 3_000;

    private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");

    private TelemetryGuard() {}

    /**
     * Looks at this process.
     *
     * @throws InferenceException with the mend, if loading ONNX Runtime would crash
     */
    static void check() {
        try {
            check(System.getenv(), Files.exists(COMMAND_LINE) ? Files.readAllBytes(COMMAND_LINE).length : 0);
        } catch (IOException e) {
            throw new InferenceException("the command line can't be read", e);
        }
    }

    static void check(Map<String, String> environment, int commandLineBytes) {
        if (!"1".equals(environment.get(SWITCH)) && commandLineBytes > SAFE_BYTES) {
            throw new InferenceException(
                    "ONNX Runtime 1.29 crashes on a command line of %d bytes: set %s=1, or give the class path in CLASSPATH"
                            .formatted(commandLineBytes, SWITCH));
        }
    }
}
