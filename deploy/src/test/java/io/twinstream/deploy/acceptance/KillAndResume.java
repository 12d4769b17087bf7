package io.twinstream.deploy.acceptance;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A training that is killed with SIGKILL three times at random moments, and each time started anew by the same command, ends
 * with the very weights of one that isn't; so do two that aren't.
 */
final class KillAndResume implements TrainingCheck {
    private static final int KILLS = 3;
    private static final int STEPS = 250;
    private static final int QUICK_STEPS = 40;
    private static final String CHECKPOINT_EVERY = "1s";

    @Override
    public Result run(Omniglot images, boolean quick) throws Exception {
        String[] options = {
            "--steps", Integer.toString(quick ? QUICK_STEPS : STEPS), "--epoch", quick ? "20" : "100", "--seed", "7"
        };
        Path folder = Files.createTempDirectory("kill-and-resume");
        Path one = folder.resolve("one.zip");
        double seconds;
        try (TrainingProcess training = TrainingProcess.start(images, one, options)) {
            seconds = training.await().secondsOfLearning();
        }
        Path same = folder.resolve("same.zip");
        try (TrainingProcess training = TrainingProcess.start(images, same, options)) {
            training.await();
        }
        long seed = new Random().nextLong();
        Path killed = folder.resolve("killed.zip");
        List<String> moments =
                killed(images, killed, options, new Random(seed), seconds, folder.resolve("checkpoints"));
        List<String> differences = new ArrayList<>(PackageComparison.differences(one, killed, "killed and resumed"));
        differences.addAll(PackageComparison.differences(one, same, "run twice"));
        String figures = "%s steps, %.0f s undisturbed, killed %s into learning (moments of seed %d): %s"
                .formatted(
                        options[1],
                        seconds,
                        String.join(", ", moments),
                        seed,
                        differences.isEmpty()
                                ? "weights and packages are the same to the bit, time stamps aside, killed or not and run twice"
                                : String.join("; ", differences));
        return new Result(differences.isEmpty(), figures);
    }

    /** Kills at most three quarters of the way, so that every kill meets a training that is under way. */
    private static List<String> killed(
            Omniglot images, Path out, String[] options, Random random, double seconds, Path checkpoints)
            throws Exception {
        List<String> moments = new ArrayList<>();
        List<String> all = new ArrayList<>(List.of(options));
        all.addAll(List.of("--checkpoints", checkpoints.toString(), "--checkpoint-every", CHECKPOINT_EVERY));
        String[] resumable = all.toArray(String[]::new);
        for (int kill = 0; kill < KILLS; kill++) {
            try (TrainingProcess training = TrainingProcess.start(images, out, resumable)) {
                training.awaitLearning();
                double moment = random.nextDouble() * seconds / (KILLS + 1);
                Thread.sleep(Math.round(1000 * moment));
                if (!training.isAlive()) {
                    throw new IllegalStateException("the training ended before kill " + (kill + 1));
                }
                training.kill();
                moments.add("%.1f s".formatted(moment));
            }
        }
        try (TrainingProcess training = TrainingProcess.start(images, out, resumable)) {
            training.await();
        }
        return moments;
    }
}
