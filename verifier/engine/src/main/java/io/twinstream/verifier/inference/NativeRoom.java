package io.twinstream.verifier.inference;

import io.twinstream.schemas.machine.Room;
import java.nio.file.Path;

/**
 * Room for ONNX Runtime's library, which it unpacks into the temporary folder the first time that it is used. Without room it fails
 * for good, over many lines.
 */
final class NativeRoom {
    private static final long LIBRARY_BYTES = 32 << 20;

    private static volatile boolean found;

    private NativeRoom() {}

    /** @throws InferenceException with one line, if there is none; the next call looks again */
    static void check() {
        // Where the library lies unpacked, as in an image, nothing is written.
        if (!found && System.getProperty("onnxruntime.native.path") == null) {
            check(Path.of(System.getProperty("java.io.tmpdir")));
        }
        found = true;
    }

    static void check(Path folder) {
        String trouble = Room.trouble(folder, LIBRARY_BYTES);
        if (!trouble.isEmpty()) {
            throw new InferenceException(
                    "ONNX Runtime can't be unpacked, -Djava.io.tmpdir=FOLDER in TWINSTREAM_JAVA_OPTS names another folder: "
                            + trouble);
        }
    }
}
