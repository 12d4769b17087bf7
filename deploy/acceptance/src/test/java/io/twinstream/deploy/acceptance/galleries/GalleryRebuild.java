package io.twinstream.deploy.acceptance.galleries;

import io.twinstream.deploy.acceptance.rig.AcceptanceCheck;
import io.twinstream.deploy.acceptance.rig.Images;
import io.twinstream.deploy.acceptance.rig.Images.Drawing;
import io.twinstream.deploy.acceptance.rig.Load;
import io.twinstream.deploy.acceptance.rig.Mix;
import io.twinstream.deploy.acceptance.rig.ReadyReports;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.acceptance.rig.Rig;
import io.twinstream.deploy.acceptance.rig.TopicAnswers;
import io.twinstream.deploy.acceptance.rig.Verifiers;
import io.twinstream.deploy.testkit.Releases;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.ModelSlot;
import io.twinstream.schemas.record.TaskKind;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Runs one verifier process with 100,000 references, and builds a new version's gallery while it serves, at the default share
 * of 30 % of the processors. Throughput of pairs and claims meanwhile is at least 0.6 of what it was before, both with probes
 * waiting at all times. Identifications are left out, since searching 100,000 references is most of what they cost.
 */
public final class GalleryRebuild implements AcceptanceCheck {
    private static final int REFERENCES = 100_000;
    private static final double LEAST = 0.6;
    private static final int WAITING = 4_000;
    private static final Duration WARM_UP = Duration.ofSeconds(20);
    private static final Duration MEASURED = Duration.ofSeconds(40);
    private static final Duration LIMIT = Duration.ofMinutes(20);
    private static final Duration CATCH_UP = Duration.ofMinutes(3);
    private static final ModelId SERVING = new ModelId("letters", "1");
    private static final ModelId NEXT = new ModelId("letters", "2");

    private final int references;

    public GalleryRebuild() {
        this(REFERENCES);
    }

    /** @param references number of references; fewer than the default show no more than a trend */
    public GalleryRebuild(int references) {
        this.references = references;
    }

    @Override
    public Result run(Path folder) throws Exception {
        try (Rig rig = new Rig();
                Verifiers verifiers = new Verifiers(rig, "gallery-rebuild")) {
            Topics topics = rig.createTopics("gallery-rebuild");
            Settings settings = rig.settings("gallery-rebuild");
            Images images = Images.read(folder);
            Mix mix = new Mix(images, 7, List.of(TaskKind.PAIR, TaskKind.CLAIM));
            enrol(rig, topics, images, mix.enrol(rig, topics));
            Releases.publish(settings, "compact", SERVING);
            Releases.activate(settings, ModelSlot.SERVING, SERVING, Duration.ZERO);
            verifiers.start();
            try (TopicAnswers answers = new TopicAnswers(rig.bootstrapServers(), topics);
                    ReadyReports reports = new ReadyReports(rig.bootstrapServers(), topics)) {
                reports.await(SERVING, 1, LIMIT);
                Load load = new Load(rig, topics, mix, answers);
                load.saturate(WAITING, after(WARM_UP));
                double before = load.saturate(WAITING, after(MEASURED));
                System.err.printf("before: %.0f probes/s%n", before);
                Releases.publish(settings, "compact", NEXT);
                Instant released = Instant.now();
                double during = load.saturate(
                        WAITING,
                        () -> !reports.now(NEXT).isEmpty()
                                || released.plus(LIMIT).isBefore(Instant.now()));
                System.err.printf("during: %.0f probes/s%n", during);
                ReadyReports.Ready ready = reports.await(NEXT, 1, Duration.ZERO).get(0);
                answers.await(load.sent().size(), CATCH_UP);
                boolean once = answers.verdicts().size() == load.sent().size()
                        && answers.count() == load.sent().size();
                String figures =
                        "%d references; %.1f s from the release to ready with %d; %.0f pairs and claims a second before, %.0f during, ratio %.2f, bar %.1f; %d probes, %d with a verdict"
                                .formatted(
                                        references,
                                        Duration.between(released, ready.at()).toMillis() / 1e3,
                                        ready.gallerySize(),
                                        before,
                                        during,
                                        during / before,
                                        LEAST,
                                        load.sent().size(),
                                        answers.verdicts().size());
                return new Result(once && ready.gallerySize() == references && during >= LEAST * before, figures);
            }
        }
    }

    /** Enrols the drawings, and again under other names, until there are as many as asked for. */
    private void enrol(Rig rig, Topics topics, Images images, int enrolled) {
        List<Drawing> drawings = images.all();
        for (int i = 0; i < references - enrolled; i++) {
            Drawing drawing = drawings.get(i % drawings.size());
            rig.enrol(topics, drawing.subject() + "." + i / drawings.size(), drawing.drawer(), drawing.png());
        }
        rig.flush();
    }

    private static BooleanSupplier after(Duration time) {
        long start = System.nanoTime();
        return () -> System.nanoTime() - start > time.toNanos();
    }
}
