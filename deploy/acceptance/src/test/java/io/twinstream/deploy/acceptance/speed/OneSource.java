package io.twinstream.deploy.acceptance.speed;

import io.twinstream.deploy.acceptance.rig.Images;
import io.twinstream.deploy.acceptance.rig.Rig;
import io.twinstream.deploy.acceptance.rig.TopicAnswers;
import io.twinstream.deploy.acceptance.rig.Verifiers;
import io.twinstream.deploy.acceptance.windows.FoldedSource;
import io.twinstream.deploy.testkit.Wired;
import io.twinstream.ingest.publish.ImagePublisher;
import io.twinstream.ingest.publish.ProbeRequest;
import io.twinstream.ingest.settings.IngestSettings;
import io.twinstream.ingest.settings.ProbeKey;
import io.twinstream.ingest.settings.SendSettings;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.verifier.replay.Replay;
import io.twinstream.verifier.replay.ReplayRange;
import io.twinstream.verifier.replay.Reproduction;
import io.twinstream.verifier.settings.VerifierSettings;
import io.twinstream.verifier.settings.VersionSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.Admin;
import org.awaitility.Awaitility;

/**
 * Tells what came of the probes of one source under one key: a stand-in takes 245 ms for a batch of 8, which leaves the processors
 * idle, so that threads alone are what there may be too few of.
 *
 * @param one verdicts a second of one verifier with one thread
 * @param two verdicts a second of two of them
 * @param probes how many were sent
 * @param verdicts how many of them have a verdict
 * @param further verdicts and dead letters beyond these
 * @param wrongWindows windows that hold other counts than the verdicts, or verdicts that no window counts
 * @param replayed how many were judged again
 * @param same how many of these got the same verdict
 * @param warnings how often the verifiers' logs named a partition that has most of the probes and falls behind
 */
record OneSource(
        double one,
        double two,
        int probes,
        int verdicts,
        int further,
        long wrongWindows,
        long replayed,
        long same,
        long warnings) {
    private static final String SOURCE = "camera";
    private static final int PARTITIONS = 4;
    private static final int REFERENCES = 20;
    private static final int BATCH_MAX = 8;
    private static final int BATCH_MICROS = 5_000;
    private static final int IMAGE_MICROS = 30_000;
    /** Probes before each measurement, in which Java compiles. */
    private static final int WARM = 200;

    private static final int PROBES = 600;
    /** Least number of probes that are judged again; those of the same millisecond are too. */
    private static final int REPLAYED = 400;

    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final Duration LINGER = Duration.ofSeconds(5);

    /** Sends all probes and has them judged, on topics of their own. */
    static OneSource judged(Rig rig, List<Images.Drawing> drawings, ProbeKey key) throws Exception {
        String prefix = "spread-" + key.word();
        Settings settings = rig.settings(
                prefix,
                CommonSettings.TOPIC_PARTITIONS,
                Integer.toString(PARTITIONS),
                IngestSettings.PROBE_KEY,
                key.word(),
                VerifierSettings.PROVIDER,
                VerifierSettings.STAND_IN,
                // The replay waits for no device.
                VerifierSettings.STAND_IN_BATCH,
                "0",
                VerifierSettings.STAND_IN_IMAGE,
                "0");
        Topics topics = rig.createTopics(settings);
        for (Images.Drawing drawing : drawings.subList(0, REFERENCES)) {
            rig.enrol(topics, drawing.subject(), drawing.drawer(), drawing.png());
        }
        rig.flush();
        try (Verifiers verifiers = new Verifiers(rig, prefix);
                Admin admin = Admin.create(settings.kafka());
                ImagePublisher publisher = ImagePublisher.open(
                        Wired.clients(settings), topics, SendSettings.of(settings, CommonSettings.of(settings)));
                TopicAnswers answers = new TopicAnswers(rig.bootstrapServers(), topics)) {
            double one = rate(verifiers, admin, prefix, 1, publisher, drawings, answers);
            double two = rate(verifiers, admin, prefix, 2, publisher, drawings, answers);
            answers.linger(LINGER);
            Collection<Verdict> verdicts = answers.verdicts().values();
            long wrong = FoldedSource.of(SOURCE, verdicts).wrong(settings, topics, LIMIT);
            Reproduction reproduction = new Reproduction();
            Replay.Coverage coverage = replay(settings, topics, verdicts, reproduction);
            return new OneSource(
                    one,
                    two,
                    2 * (WARM + PROBES),
                    verdicts.size(),
                    answers.duplicates() + answers.deadLetters().size(),
                    wrong,
                    coverage.compared(),
                    reproduction.same(),
                    verifiers.logged("of the probes of the last minute and falls behind"));
        }
    }

    double speedUp() {
        return two / one;
    }

    boolean isRight() {
        return verdicts == probes && further == 0 && wrongWindows == 0 && replayed >= REPLAYED && same == replayed;
    }

    @Override
    public String toString() {
        return "one verifier %.0f verdicts/s, two %.0f, %.2f times as many, %d of %d probes with a verdict, %d too many, %d windows wrong, %d of %d replayed the same, %d times a partition was named that falls behind"
                .formatted(one, two, speedUp(), verdicts, probes, further, wrongWindows, same, replayed, warnings);
    }

    /** Starts a verifier, waits until so many share the judging, and returns how many verdicts a second these decide. */
    private static double rate(
            Verifiers verifiers,
            Admin admin,
            String group,
            int sharing,
            ImagePublisher publisher,
            List<Images.Drawing> drawings,
            TopicAnswers answers)
            throws Exception {
        verifiers.start(
                CommonSettings.TOPIC_PARTITIONS + "=" + PARTITIONS,
                VerifierSettings.THREADS + "=1",
                VerifierSettings.BATCH_MAX + "=" + BATCH_MAX,
                VerifierSettings.PROVIDER + "=" + VerifierSettings.STAND_IN,
                VerifierSettings.STAND_IN_BATCH + "=" + BATCH_MICROS,
                VerifierSettings.STAND_IN_IMAGE + "=" + IMAGE_MICROS);
        Awaitility.await("%d verifiers judge".formatted(sharing))
                .atMost(LIMIT)
                .until(() -> Verifiers.sharing(admin, group) == sharing);
        send(publisher, drawings, "warm-" + sharing + "-", WARM);
        answers.await(answers.count() + WARM, LIMIT);
        String ids = "measured-" + sharing + "-";
        send(publisher, drawings, ids, PROBES);
        answers.await(answers.count() + PROBES, LIMIT);
        List<Instant> decided = answers.verdicts().values().stream()
                .filter(each -> each.getProbeId().startsWith(ids))
                .map(Verdict::getDecidedAt)
                .sorted()
                .toList();
        // Begin and end are left out, when not all are at work.
        int from = decided.size() / 5;
        int to = 4 * decided.size() / 5;
        return (to - from)
                / (Duration.between(decided.get(from), decided.get(to)).toNanos() / 1e9);
    }

    private static void send(ImagePublisher publisher, List<Images.Drawing> drawings, String ids, int count)
            throws Exception {
        List<CompletableFuture<ImagePublisher.Receipt>> sent = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] image = drawings.get(i % drawings.size()).png();
            sent.add(publisher.probe(new ProbeRequest(ids + i, SOURCE, image, new ProbeRequest.Task.Identify(1))));
        }
        for (CompletableFuture<ImagePublisher.Receipt> each : sent) {
            each.get();
        }
    }

    /** Judges the probes again that came last. */
    private static Replay.Coverage replay(
            Settings settings, Topics topics, Collection<Verdict> verdicts, Reproduction reproduction)
            throws Exception {
        Instant from = verdicts.stream()
                .map(Verdict::getAppendedAt)
                .sorted()
                .skip(Math.max(0, verdicts.size() - REPLAYED))
                .findFirst()
                .orElseThrow();
        Replay.Coverage coverage = new Replay(
                        Wired.clients(settings),
                        topics,
                        VersionSettings.of(settings, CommonSettings.of(settings)),
                        new ReplayRange(from, Instant.now()))
                .run(null, reproduction, (judged, most) -> {});
        reproduction.differences().forEach(System.err::println);
        return coverage;
    }
}
