package io.twinstream.ingest.bulk;

import java.io.PrintStream;
import java.util.function.Consumer;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows a progress bar that moves by one step with each outcome. For one thread. */
public final class BulkProgress implements Consumer<BulkOutcome>, AutoCloseable {
    private static final int UPDATE_MS = 200;

    private final ProgressBar bar;

    private BulkProgress(ProgressBar bar) {
        this.bar = bar;
    }

    /**
     * Shows the bar.
     *
     * @param images the number of images to come
     * @param terminal is what people look at, standard error as a rule; not a file or a pipe
     */
    public static BulkProgress show(String task, long images, PrintStream terminal) {
        return new BulkProgress(new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(images)
                .setUpdateIntervalMillis(UPDATE_MS)
                .setStyle(ProgressBarStyle.ASCII)
                .setConsumer(new ConsoleProgressBarConsumer(terminal))
                .showSpeed()
                .build());
    }

    @Override
    public void accept(BulkOutcome outcome) {
        bar.step();
    }

    /** Stops the bar and leaves it on the screen as it stands. */
    @Override
    public void close() {
        bar.close();
    }
}
