package io.twinstream.deploy.acceptance.deployment;

import io.twinstream.deploy.acceptance.rig.AcceptanceCheck;
import io.twinstream.deploy.acceptance.rig.Command;
import io.twinstream.deploy.acceptance.rig.Images;
import io.twinstream.deploy.acceptance.rig.Load;
import io.twinstream.deploy.acceptance.rig.Mix;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.acceptance.rig.Rig;
import io.twinstream.deploy.acceptance.rig.TopicAnswers;
import io.twinstream.deploy.acceptance.speed.DecodeSpeed;
import io.twinstream.schemas.topic.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import org.awaitility.Awaitility;

/**
 * Runs two verifiers from the image, not root and without a root file system to write to, under load. One of them gets SIGTERM
 * in the middle. No probe is lost or judged twice.
 */
public final class ImageAtWork implements AcceptanceCheck {
    static final String IMAGE = "twinstream:latest";

    private static final int PER_SECOND = 200;
    private static final Duration PART = Duration.ofSeconds(15);
    private static final Duration STOP = Duration.ofSeconds(30);
    private static final Duration HEALTH = Duration.ofMinutes(1);
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final Duration LINGER = Duration.ofSeconds(5);

    @Override
    public Result run(Path folder) throws Exception {
        long size = Long.parseLong(Command.run("docker", "image", "inspect", "--format={{.Size}}", IMAGE));
        Images images = Images.read(folder);
        try (Rig rig = new Rig()) {
            Topics topics = rig.createTopics("image");
            Mix mix = new Mix(images, 3);
            mix.enrol(rig, topics);
            try (VerifierContainer first = new VerifierContainer(rig, "image", IMAGE)) {
                first.awaitReady();
                rig.identify(topics, "large", DecodeSpeed.jpeg());
                rig.flush();
                boolean closed = isClosed(first);
                try (VerifierContainer second = new VerifierContainer(rig, "image", IMAGE);
                        TopicAnswers answers = new TopicAnswers(rig.bootstrapServers(), topics)) {
                    Duration start = second.awaitReady();
                    Load load = new Load(rig, topics, mix, answers);
                    load.steady(PER_SECOND, PART);
                    FutureTask<Duration> stopping = new FutureTask<>(() -> first.stop(STOP));
                    new Thread(stopping, "stop").start();
                    load.steady(PER_SECOND, PART);
                    Duration stop = stopping.get();
                    String status = first.inspect("{{.State.ExitCode}}");
                    int sent = 1 + load.sent().size();
                    answers.await(sent, LIMIT).linger(LINGER);
                    String figures =
                            "%d MB, ready after %.1f s, %s; stopped %.1f s after SIGTERM with status %s; of %d probes %d with a verdict, %d verdicts too many, longest silence of a partition %.1f s"
                                    .formatted(
                                            size / 1_000_000,
                                            start.toMillis() / 1e3,
                                            closed ? "not root, root read-only, healthy" : "NOT as restricted as said",
                                            stop.toMillis() / 1e3,
                                            status,
                                            sent,
                                            answers.verdicts().size(),
                                            answers.duplicates(),
                                            answers.longestSilence().toMillis() / 1e3);
                    boolean kept = closed
                            && status.equals("0")
                            && stop.compareTo(STOP) < 0
                            && answers.verdicts().size() == sent
                            && answers.count() == sent;
                    return new Result(kept, figures);
                }
            }
        }
    }

    /**
     * Returns whether the container decodes large JPEGs by the library it came with, isn't root, can't write to its root, has
     * unpacked no library, and is healthy.
     */
    private static boolean isClosed(VerifierContainer verifier) throws Exception {
        Awaitility.await("the container is healthy")
                .atMost(HEALTH)
                .until(() -> verifier.inspect("{{.State.Health.Status}}").equals("healthy"));
        Awaitility.await("the image's own Leptonica is loaded")
                .atMost(HEALTH)
                .until(() ->
                        verifier.exec("cat", "/proc/1/maps").contains("/opt/twinstream/native/libjnileptonica.so"));
        try {
            verifier.exec("touch", "/opt/twinstream/written");
            return false;
        } catch (IOException e) {
            return !verifier.exec("id", "-u").equals("0")
                    && verifier.exec("find", "/tmp", "-name", "*.so*").isEmpty();
        }
    }
}
