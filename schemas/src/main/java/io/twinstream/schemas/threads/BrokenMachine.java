package io.twinstream.schemas.threads;

import io.twinstream.schemas.text.ForeignText;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Failures of what Java runs on, memory that is used up and native libraries that can't be loaded, in one line with the mend. */
public final class BrokenMachine {
    /** Deeper chains of causes are none of these. */
    private static final int MOST_CAUSES = 20;

    private BrokenMachine() {}

    /** The line, if that is what the failure comes from. */
    public static Optional<String> told(@Nullable Throwable failure) {
        Throwable each = failure;
        Throwable linkage = null;
        for (int depth = 0; each != null && depth < MOST_CAUSES; depth++) {
            if (each instanceof OutOfMemoryError) {
                return Optional.of(memory(String.valueOf(each.getMessage())));
            }
            if (each instanceof UnsatisfiedLinkError) {
                return Optional.of(library(each));
            }
            if (linkage == null && each instanceof LinkageError) {
                linkage = each;
            }
            each = each.getCause();
        }
        return Optional.ofNullable(linkage).map(BrokenMachine::library);
    }

    private static String memory(String what) {
        String words = what.toLowerCase(Locale.ROOT);
        String known = "memory is used up: " + ForeignText.line(what) + "; ";
        if (words.contains("thread")) {
            return known
                    + "let the user have more processes ('ulimit -u', 'pids_limit' of a container), or the machine more memory";
        }
        return known
                + (words.contains("direct")
                        ? "-XX:MaxDirectMemorySize=SIZE in TWINSTREAM_JAVA_OPTS allows for more"
                        : "-Xmx in TWINSTREAM_JAVA_OPTS allows for more, as -Xmx2g");
    }

    private static String library(Throwable failure) {
        return "a native library can't be loaded: %s; -Djava.io.tmpdir=FOLDER in TWINSTREAM_JAVA_OPTS names a folder to unpack it in, which needs room and must not be mounted noexec (now %s)"
                .formatted(ForeignText.line(cause(failure)), ForeignText.value(System.getProperty("java.io.tmpdir")));
    }

    /** An error of a class that couldn't be made ready has a cause that says more. */
    private static String cause(Throwable failure) {
        Throwable cause = failure.getCause();
        return failure.getMessage() == null && cause != null
                ? String.valueOf(cause)
                : String.valueOf(failure.getMessage());
    }
}
