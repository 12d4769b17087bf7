package io.twinstream.schemas.threads;

import io.twinstream.schemas.text.ForeignText;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Failures of what Java runs on, memory that is used up, native libraries that can't be loaded and classes that are gone, in one line with the mend. */
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
            // A class that couldn't be made ready, for want of its library, has other causes.
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

    /** An error of a class that couldn't be made ready has a cause that says more. */
    private static String cause(Throwable failure) {
        Throwable cause = failure.getCause();
        return failure.getMessage() == null && cause != null
                ? String.valueOf(cause)
                : String.valueOf(failure.getMessage());
    }
}
