package io.twinstream.deploy.cli.images;

import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.ingest.cli.BulkSummary;
import java.io.PrintWriter;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/** What went otherwise than asked in a bulk submission: on standard error, a line for each image that was refused. */
final class BulkFailures {
    private BulkFailures() {}

    /** Prints the lines and returns the exit code. */
    static int report(@Nullable CommandSpec spec, BulkSummary summary) {
        PrintWriter err = Objects.requireNonNull(spec, "spec").commandLine().getErr();
        summary.leftOut().ifPresent(line -> err.println("twinstream: left out " + line));
        if (summary.shrunk() > 0) {
            err.println(
                    "twinstream: %d of %d images were made smaller, since a record of their topic doesn't take them as they are"
                            .formatted(summary.shrunk(), summary.sent()));
        }
        summary.refused().forEach(refused -> err.println("twinstream: refused " + refused));
        summary.aborted().ifPresent(cause -> err.println("twinstream: ended early at " + cause));
        err.flush();
        return summary.isComplete() ? ExitCodes.OK : ExitCodes.FAILURE;
    }
}
