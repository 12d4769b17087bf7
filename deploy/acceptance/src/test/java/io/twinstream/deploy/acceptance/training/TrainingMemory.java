package io.twinstream.deploy.acceptance.training;

import io.twinstream.deploy.acceptance.rig.Omniglot;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.acceptance.rig.TrainingCheck;
import io.twinstream.deploy.broker.TemporaryFolder;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures the resident memory of a training with the defaults: after 30 minutes it is at most 1.1 times what it was after 5.
 */
public final class TrainingMemory implements TrainingCheck {
    private static final double MOST = 1.1;
    private static final int FROM_MINUTE = 5;
    private static final int TO_MINUTE = 30;
    private static final int QUICK_FROM = 1;
    private static final int QUICK_TO = 3;
    /** Number of steps, more than any machine takes in the time. */
    private static final String STEPS = "1000000";

    @Override
    public Result run(Omniglot images, boolean quick) throws Exception {
        int from = quick ? QUICK_FROM : FROM_MINUTE;
        int to = quick ? QUICK_TO : TO_MINUTE;
        List<Double> megabytes = new ArrayList<>();
        try (TemporaryFolder folder = TemporaryFolder.create("training-memory");
                TrainingProcess training = TrainingProcess.start(
                        folder.path().resolve("model.zip"),
                        images.background(),
                        images.validation(),
                        "--steps",
                        STEPS)) {
            while (megabytes.size() <= to) {
                if (training.seconds() >= 60 * megabytes.size()) {
                    megabytes.add(training.residentMegabytes());
                    System.err.printf(
                            "minute %d: %.0f MB%n", megabytes.size() - 1, megabytes.get(megabytes.size() - 1));
                }
                Thread.sleep(100);
                if (!training.isAlive()) {
                    throw new IllegalStateException("the training ended by itself");
                }
            }
        }
        double ratio = megabytes.get(to) / megabytes.get(from);
        String figures =
                "%.0f MB resident at minute %d, %.0f MB at minute %d, ratio %.3f, bar %.1f; most at any minute %.0f MB"
                        .formatted(
                                megabytes.get(from),
                                from,
                                megabytes.get(to),
                                to,
                                ratio,
                                MOST,
                                megabytes.stream()
                                        .mapToDouble(Double::doubleValue)
                                        .max()
                                        .orElseThrow());
        return new Result(quick || ratio <= MOST, figures);
    }
}
