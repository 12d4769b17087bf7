package io.twinstream.deploy.cli.images;

import io.twinstream.deploy.cli.console.Terminal;
import io.twinstream.ingest.cli.BulkOutcome;
import io.twinstream.ingest.cli.BulkProgress;
import io.twinstream.ingest.cli.ImageSources;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A progress bar where somebody looks at standard error, else nothing. For one thread. */
final class BulkBar implements Consumer<BulkOutcome>, AutoCloseable {
    /** How long a bulk submission waits for a broker that has gone away. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private final @Nullable BulkProgress progress;

    private BulkBar(@Nullable BulkProgress progress) {
        this.progress = progress;
    }

    static BulkBar show(String task, ImageSources images) throws IOException {
        return new BulkBar(Terminal.isErr() ? BulkProgress.show(task, images.count(), System.err) : null);
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
}
