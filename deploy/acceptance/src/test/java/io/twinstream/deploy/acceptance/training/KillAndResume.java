package io.twinstream.deploy.acceptance.training;

import io.twinstream.deploy.acceptance.rig.Omniglot;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.acceptance.rig.TrainingCheck;
import io.twinstream.deploy.broker.TemporaryFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Kills a training with SIGKILL three times at random moments, and starts it anew each time by the same command: it ends with
 * the very weights of one that isn't killed; so do two that aren't. Quick: fewer steps on fewer images.
 */
public final class KillAndResume implements TrainingCheck {
    private static final int KILLS = 3;
    private static final int STEPS = 400;
    private static final int QUICK_STEPS = 40;
    private static final String CHECKPOINT_EVERY = "1s";
    /**
     * Largest share of the time before a kill: all kills together come in the first half, even where the machine has become
     * faster meanwhile.
     */
    private static final double LARGEST_SHARE = 0.5 / KILLS;

    @Override
    public Result run(Omniglot images, boolean quick) throws Exception {
        try (TemporaryFolder folder = TemporaryFolder.create("kill-and-resume")) {
            return run(images, quick, folder.path());
        }
    }

    private static Result run(Omniglot images, boolean quick, Path folder) throws Exception {
        int steps = quick ? QUICK_STEPS : STEPS;
        Path learned = quick ? Omniglot.alphabet(images.background()) : images.background();
        Path validation = quick ? Omniglot.alphabet(images.validation()) : images.validation();
        Runs runs = new Runs(learned, validation, steps, folder);
        double seconds = runs.undisturbed("one.zip");
        runs.undisturbed("again.zip");
        long seed = new Random().nextLong();
        List<String> moments = runs.killed("killed.zip", new Random(seed), seconds);
        List<String> differences = new ArrayList<>(runs.differences("killed.zip", "killed and resumed"));
        differences.addAll(runs.differences("again.zip", "run again"));
        String figures = "%d steps, %.0f s undisturbed, killed %s into learning (moments of seed %d): %s"
                .formatted(
                        steps,
                        seconds,
                        String.join(", ", moments),
                        seed,
                        differences.isEmpty()
                                ? "all weights are the same to the bit and so are the packages, time stamps aside, whether killed and resumed or run again"
                                : String.join("; ", differences));
        return new Result(differences.isEmpty(), figures);
    }

    /** Runs trainings by the same command. */
    private record Runs(Path images, Path validation, int steps, Path folder) {
        double undisturbed(String out) throws IOException, InterruptedException {
            try (TrainingProcess training = start(out)) {
                return training.await().secondsOfLearning();
            }
        }

        /** Trains, kills the training at random moments, and returns these. */
        List<String> killed(String out, Random random, double seconds) throws IOException, InterruptedException {
            List<String> moments = new ArrayList<>();
            String[] resumable = {
                "--checkpoints", folder.resolve("checkpoints").toString(), "--checkpoint-every", CHECKPOINT_EVERY
            };
            for (int kill = 0; kill < KILLS; kill++) {
                try (TrainingProcess training = start(out, resumable)) {
                    training.awaitLearning();
                    double moment = random.nextDouble() * seconds * LARGEST_SHARE;
                    Thread.sleep(Math.round(1000 * moment));
                    if (!training.isAlive()) {
                        throw new IllegalStateException("the training ended before kill " + (kill + 1));
                    }
                    training.kill();
                    moments.add("%.1f s".formatted(moment));
                }
            }
            try (TrainingProcess training = start(out, resumable)) {
                training.await();
            }
            return moments;
        }

        List<String> differences(String out, String how) throws IOException {
            return PackageComparison.differences(folder.resolve("one.zip"), folder.resolve(out), how);
        }

        private TrainingProcess start(String out, String... more) throws IOException {
            List<String> options = new ArrayList<>(
                    List.of("--steps", Integer.toString(steps), "--epoch", Integer.toString(steps / 2), "--seed", "7"));
            options.addAll(List.of(more));
            return TrainingProcess.start(folder.resolve(out), images, validation, options.toArray(String[]::new));
        }
    }
}
