package io.twinstream.deploy.cli.images;

import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.deploy.cli.console.Terminal;
import io.twinstream.ingest.bulk.BulkOutcome;
import io.twinstream.ingest.bulk.BulkProgress;
import io.twinstream.ingest.bulk.BulkSummary;
import io.twinstream.ingest.bulk.ImageSources;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Shows a bulk submission on standard error: a progress bar where somebody looks, and in the end a line for each image that
 * didn't go as asked. It is for one thread.
 */
final class BulkReport implements Consumer<BulkOutcome>, AutoCloseable {
    private final @Nullable BulkProgress progress;

    private BulkReport(@Nullable BulkProgress progress) {
        this.progress = progress;
    }

    static BulkReport show(String task, ImageSources images) throws IOException {
        return new BulkReport(Terminal.isErr() ? BulkProgress.show(task, images.count(), System.err) : null);
    }

    @Override
    public void accept(BulkOutcome outcome) {
        if (progress != null) {
            progress.accept(outcome);
        }
    }

    @Override
    public void close() {
        if (progress != null) {
            progress.close();
        }
    }

    /** Prints what didn't go as asked, and returns the exit code. */
    static int end(@Nullable CommandSpec spec, BulkSummary summary) {
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
