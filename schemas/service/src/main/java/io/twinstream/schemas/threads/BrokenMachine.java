package io.twinstream.schemas.threads;

import io.twinstream.schemas.text.ForeignText;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Explains failures of the ground that Java runs on, in one line with what to do: memory that is used up, native libraries
 * that can't be loaded, and classes that are gone.
 */
public final class BrokenMachine {
    /** Causes that are looked through; a deeper chain is none of these failures. */
    private static final int MOST_CAUSES = 20;

    private BrokenMachine() {}

    /** Returns the line if such a failure is the cause. */
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
            // A class that couldn't be initialised because its library is missing has other causes.
            if (each instanceof NoClassDefFoundError && each.getCause() instanceof ClassNotFoundException) {
                return Optional.of(missing(each));
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

    private static String missing(Throwable failure) {
        return "a class is missing: %s; the program's files are not whole, or were replaced while it ran: start it again, and install it anew where that doesn't help"
                .formatted(ForeignText.line(failure.getMessage()));
    }

    private static String library(Throwable failure) {
        return "a native library can't be loaded: %s; -Djava.io.tmpdir=FOLDER in TWINSTREAM_JAVA_OPTS names a folder to unpack it in, which needs room and must not be mounted noexec (now %s)"
                .formatted(ForeignText.line(cause(failure)), ForeignText.value(System.getProperty("java.io.tmpdir")));
    }

    /** Returns the message of the error, or of its cause where a class couldn't be initialised, which says more. */
    private static String cause(Throwable failure) {
        Throwable cause = failure.getCause();
        return failure.getMessage() == null && cause != null
                ? String.valueOf(cause)
                : String.valueOf(failure.getMessage());
    }
}
