package io.twinstream.deploy.acceptance.deployment;

import io.twinstream.deploy.acceptance.rig.AcceptanceCheck;
import io.twinstream.deploy.acceptance.rig.Command;
import io.twinstream.deploy.acceptance.rig.Images;
import io.twinstream.deploy.acceptance.rig.Load;
import io.twinstream.deploy.acceptance.rig.Mix;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.acceptance.rig.Rig;
import io.twinstream.deploy.acceptance.rig.TopicAnswers;
import io.twinstream.schemas.topic.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.FutureTask;

/**
 * Stops two verifiers under load, each in a container, one after the other, and replaces each by one of an image with another
 * version. No verdict is lost or doubled.
 */
public final class RollingUpgrade implements AcceptanceCheck {
    private static final String NEXT = "twinstream:next";
    private static final String PREFIX = "rolling-upgrade";
    private static final int VERIFIERS = 2;
    private static final int PER_SECOND = 200;
    private static final Duration BEFORE = Duration.ofSeconds(10);
    private static final Duration STOP = Duration.ofSeconds(30);
    private static final Duration LIMIT = Duration.ofMinutes(3);

    @Override
    public Result run(Path folder) throws Exception {
        String before = version(ImageAtWork.IMAGE);
        String after = version(NEXT);
        Images images = Images.read(folder);
        Deque<VerifierContainer> verifiers = new ArrayDeque<>();
        try (Rig rig = new Rig()) {
            Topics topics = rig.createTopics(PREFIX);
            Mix mix = new Mix(images, 3);
            mix.enrol(rig, topics);
            for (int i = 0; i < VERIFIERS; i++) {
                verifiers.addLast(new VerifierContainer(rig, PREFIX, ImageAtWork.IMAGE));
                verifiers.getLast().awaitReady();
            }
            try (TopicAnswers answers = new TopicAnswers(rig.bootstrapServers(), topics)) {
                Load load = new Load(rig, topics, mix, answers);
                load.steady(PER_SECOND, BEFORE);
                FutureTask<Void> upgrade = new FutureTask<>(() -> {
                    for (int i = 0; i < VERIFIERS; i++) {
                        try (VerifierContainer old = verifiers.removeFirst()) {
                            old.stop(STOP);
                        }
                        verifiers.addLast(new VerifierContainer(rig, PREFIX, NEXT));
                        verifiers.getLast().awaitReady();
                    }
                    return null;
                });
                new Thread(upgrade, "upgrade").start();
                load.steady(PER_SECOND, upgrade::isDone);
                upgrade.get();
                load.steady(PER_SECOND, BEFORE);
                int sent = load.sent().size();
                answers.await(sent, LIMIT).linger(BEFORE);
                String figures =
                        "%d verifiers from %s to %s; of %d probes %d with a verdict, %d verdicts too many, longest silence of a partition %.1f s"
                                .formatted(
                                        VERIFIERS,
                                        before,
                                        after,
                                        sent,
                                        answers.verdicts().size(),
                                        answers.duplicates(),
                                        answers.longestSilence().toMillis() / 1e3);
                return new Result(
                        !before.equals(after) && answers.verdicts().size() == sent && answers.count() == sent, figures);
            } finally {
                for (VerifierContainer verifier : verifiers) {
                    verifier.close();
                }
            }
        }
    }

    private static String version(String image) throws Exception {
        return Command.run("docker", "run", "--rm", image, "--version");
    }
}
