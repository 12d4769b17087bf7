package io.twinstream.schemas.threads;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;

/** Ends a process whose memory has run out to the last. It needs no memory, so whoever may need it loads it before. */
final class LastResort {
    private static final int FAILURE = 1;
    private static final byte[] LINE =
            "twinstream: memory is used up, also for an orderly stop: ended at once; -Xmx in TWINSTREAM_JAVA_OPTS allows for more\n"
                    .getBytes(US_ASCII);
    private static final FileOutputStream ERRORS = new FileOutputStream(FileDescriptor.err);

    private LastResort() {}

    static void end() {
        try {
            ERRORS.write(LINE);
        } catch (IOException e) {
            // Nobody reads it.
        } finally {
            Runtime.getRuntime().halt(FAILURE);
        }
    }

    /** Returns what ends the process, with all that it needs loaded. */
    static Runnable ready() {
        return LastResort::end;
    }
}
