package io.twinstream.verifier.inference;

import io.twinstream.schemas.machine.FolderSpace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The native guard checks that ONNX Runtime 1.29 can be loaded into this process before it is. The library unpacks
 * itself into the temporary folder, and without room there it fails for good, over many lines. On Linux its telemetry,
 * on by default, matches the command line with a recursive regular expression. That overflows the native stack and ends
 * the process where the line is longer than about 4,000 bytes, as one with a class path is.
 */
public final class NativeGuard {
    static final String SWITCH = "ORT_DISABLE_TELEMETRY";

    /** This is a length of the command line that is known to work; 4,000 bytes are known to crash. */
    static final int SAFE_BYTES = 3_000;

    private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");
    private static final long LIBRARY_BYTES = 32 << 20;

    private static volatile boolean roomFound;

    private NativeGuard() {}

    /**
     * Checks the command line and the room on the disk; after a failure the next call looks again.
     *
     * @throws InferenceException with one line that names the remedy, if loading would crash or fail
     */
    public static void check() {
        try {
            checkCommandLine(System.getenv(), Files.exists(COMMAND_LINE) ? Files.readAllBytes(COMMAND_LINE).length : 0);
        } catch (IOException e) {
            throw new InferenceException("the command line can't be read", e);
        }
        // Where the library lies unpacked, as in an image, nothing is written.
        if (!roomFound && System.getProperty("onnxruntime.native.path") == null) {
            checkRoom(Path.of(System.getProperty("java.io.tmpdir")));
        }
        roomFound = true;
    }

    static void checkCommandLine(Map<String, String> environment, int commandLineBytes) {
        if (!"1".equals(environment.get(SWITCH)) && commandLineBytes > SAFE_BYTES) {
            throw new InferenceException(
                    "ONNX Runtime 1.29 crashes on a command line of %d bytes: set %s=1, or give the class path in CLASSPATH"
                            .formatted(commandLineBytes, SWITCH));
        }
    }

    private static void checkRoom(Path folder) {
        String trouble = FolderSpace.trouble(folder, LIBRARY_BYTES);
        if (!trouble.isEmpty()) {
            throw new InferenceException(
                    "ONNX Runtime can't be unpacked, -Djava.io.tmpdir=FOLDER in TWINSTREAM_JAVA_OPTS names another folder: "
                            + trouble);
        }
    }
}
