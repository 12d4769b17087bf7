package io.twinstream.deploy.acceptance.models;

import io.twinstream.deploy.acceptance.rig.AcceptanceCheck;
import io.twinstream.deploy.acceptance.rig.Omniglot;
import io.twinstream.deploy.acceptance.rig.ProcessMemory;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.acceptance.rig.Rig;
import io.twinstream.deploy.acceptance.rig.TopicAnswers;
import io.twinstream.deploy.acceptance.rig.UntrainedPackage;
import io.twinstream.deploy.acceptance.rig.VerifierProcess;
import io.twinstream.deploy.broker.TemporaryFolder;
import io.twinstream.deploy.testkit.Wired;
import io.twinstream.schemas.kafka.TopicReader;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.VersionState;
import io.twinstream.schemas.settings.ModelSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.trainer.dataset.ImageClass;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.trainer.network.Architecture;
import io.twinstream.trainer.publish.GatedPublication.PublishOrder;
import io.twinstream.verifier.control.EffectiveTime;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.KafkaException;
import org.awaitility.Awaitility;

/**
 * Publishes the paper's network, 156 MB, on a broker whose limits nobody has raised, and activates it while probes come that
 * wait for it: a verifier in a process of its own fetches, checks and warms it, and judges them by it.
 */
public final class LargeModel implements AcceptanceCheck {
    private static final ModelId ID = new ModelId("koch2015", "1");
    private static final ModelId OWN = new ModelId("compact", "1.2");
    private static final long LEAST_BYTES = 140_000_000;
    /** {@code message.max.bytes} where nobody sets it. */
    private static final int DEFAULT_LIMIT = (1 << 20) + 12;

    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final double MB = 1e6;

    @Override
    public Result run(Path images) throws Exception {
        Path log = Files.createTempFile("large-model", ".log");
        try (TemporaryFolder folder = TemporaryFolder.create("large-model");
                Rig rig = new Rig()) {
            ImageSet alphabet = ImageSet.read(Omniglot.alphabet(images), 1);
            Path file = folder.path().resolve("koch2015.zip");
            UntrainedPackage.write(file, Architecture.named("koch2015"), ID, alphabet);
            Topics topics = rig.createTopics("large");
            Process verifier = VerifierProcess.start(
                    rig,
                    "large",
                    log,
                    ModelSettings.CACHE_DIR + "=" + folder.path().resolve("cache"));
            try {
                return result(rig, topics, alphabet, file, verifier);
            } finally {
                verifier.destroy();
                verifier.waitFor();
            }
        } finally {
            System.err.println("log: " + log);
        }
    }

    private static Result result(Rig rig, Topics topics, ImageSet images, Path file, Process verifier)
            throws Exception {
        Settings settings = rig.settings("large");
        awaitReady(settings, OWN);
        double before = ProcessMemory.megabytes(verifier);
        long start = System.nanoTime();
        Wired.publication(settings).publish(new PublishOrder(file, null, "a check", null));
        double publishing = (System.nanoTime() - start) / 1e9;
        Instant published = Instant.now();
        Instant effective = Wired.control(settings)
                .activate(ID, EffectiveTime.SOONEST, "a check", "acceptance", false)
                .activated()
                .effectiveAt();
        int judged = judge(rig, topics, images, effective);
        awaitReady(settings, ID);
        StateTimes times = StateTimes.read(settings, ID);
        long bytes = Files.size(file);
        int largest = largestRecord(settings, topics);
        String figures =
                "a zip file of %.0f MB in records of %d bytes at most, %d being the default limit; published in %.1f s, fetched in %.1f s, validated in %.1f s, warmed in %.1f s, ready %.1f s after its publication; %d of 2 pairs judged by it; the verifier's resident memory %.0f MB, %.0f MB before, %.0f MB at its height"
                        .formatted(
                                bytes / MB,
                                largest,
                                DEFAULT_LIMIT,
                                publishing,
                                times.secondsIn(VersionState.ASSEMBLING),
                                times.secondsIn(VersionState.VALIDATING),
                                times.secondsIn(VersionState.WARMING),
                                times.secondsUntilReady(published),
                                judged,
                                ProcessMemory.megabytes(verifier),
                                before,
                                ProcessMemory.peakMegabytes(verifier));
        return new Result(judged == 2 && bytes >= LEAST_BYTES && largest <= DEFAULT_LIMIT, figures);
    }

    /** Sends a genuine pair and an impostor pair from the activation's effect on, and returns how many it judged. */
    private static int judge(Rig rig, Topics topics, ImageSet images, Instant effective) throws Exception {
        ImageClass one = images.classes().get(0);
        ImageClass other = images.classes().get(1);
        Thread.sleep(Math.max(
                0, Duration.between(Instant.now(), effective.plusMillis(100)).toMillis()));
        try (TopicAnswers answers = new TopicAnswers(rig.bootstrapServers(), topics)) {
            rig.pair(topics, "genuine", encoded(one, 0), encoded(one, 1));
            rig.pair(topics, "impostor", encoded(one, 0), encoded(other, 0));
            rig.flush();
            answers.await(2, LIMIT);
            answers.verdicts().values().forEach(System.err::println);
            return (int) answers.verdicts().values().stream()
                    .filter(verdict -> verdict.getModelName().equals(ID.name()))
                    .filter(verdict -> verdict.getOutcome() != Outcome.UNDECIDED)
                    .count();
        }
    }

    private static void awaitReady(Settings settings, ModelId id) {
        Awaitility.await(id + " is ready")
                .atMost(LIMIT)
                // A topic that was created a moment ago may not be known yet.
                .ignoreExceptionsInstanceOf(KafkaException.class)
                .until(() -> StateTimes.read(settings, id).isReady());
    }

    /** Returns the bytes of key and value of the largest record that the publication wrote. */
    private static int largestRecord(Settings settings, Topics topics) {
        AtomicInteger largest = new AtomicInteger();
        for (String topic : List.of(topics.modelChunks(), topics.modelReleases())) {
            try (TopicReader<String> reader = TopicReader.of(Wired.clients(settings), "largest-record", topic)) {
                reader.read(
                        reader.all(),
                        each -> largest.accumulateAndGet(
                                each.serializedKeySize() + each.serializedValueSize(), Math::max));
            }
        }
        return largest.get();
    }

    private static byte[] encoded(ImageClass of, int image) {
        return of.images().get(image).encoded();
    }
}
