package io.twinstream.deploy.cli.judging;

import io.twinstream.deploy.cli.console.Terminal;
import io.twinstream.verifier.replay.ReplayProgress;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** A replay's progress as a bar where somebody looks at standard error, else nothing. */
final class ReplayBar implements ReplayProgress, AutoCloseable {
    private static final int UPDATE_MS = 500;

    private @Nullable ProgressBar bar;

    @Override
    public void onProgress(long judged, long most) {
        if (!Terminal.isErr()) {
            return;
        }
        if (bar == null) {
            bar = new ProgressBarBuilder()
                    .setTaskName("replay")
                    .setInitialMax(most)
                    .setUpdateIntervalMillis(UPDATE_MS)
                    .setStyle(ProgressBarStyle.ASCII)
                    .showSpeed()
                    .build();
        }
        bar.stepTo(judged);
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
