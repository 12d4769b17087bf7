package io.twinstream.deploy.acceptance.models;

import io.twinstream.deploy.acceptance.faces.FaceModels;
import io.twinstream.deploy.acceptance.faces.FaceModels.Detector;
import io.twinstream.deploy.acceptance.rig.AcceptanceCheck;
import io.twinstream.deploy.acceptance.rig.Images;
import io.twinstream.deploy.acceptance.rig.Load;
import io.twinstream.deploy.acceptance.rig.Mix;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.acceptance.rig.Rig;
import io.twinstream.deploy.acceptance.rig.TopicAnswers;
import io.twinstream.deploy.acceptance.rig.Verifiers;
import io.twinstream.deploy.testkit.Releases;
import io.twinstream.deploy.testkit.Wired;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.ModelSlot;
import io.twinstream.schemas.record.UndecidedCause;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.release.Activated;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.verifier.replay.Replay;
import io.twinstream.verifier.replay.ReplayRange;
import io.twinstream.verifier.replay.Reproduction;
import io.twinstream.verifier.settings.VersionSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Swaps between versions of three kinds, on two verifier processes and four partitions under load: {@code compact}, which takes
 * drawings of 48 x 48 and gives 252 numbers, {@code wide}, and a foreign embedder of faces of 112 x 112 in colour with a
 * locator before it and 512 numbers. References and probes are drawings and faces. There is one verdict for each probe, by the
 * version that its append time names and with that version's gallery; a replay gives the same verdicts, and a rollback leads
 * back to the version before.
 */
public final class SwapOfKinds implements AcceptanceCheck {
    private static final Duration BETWEEN = Duration.ofSeconds(12);
    private static final double LOAD = 0.5;
    private static final int DRAWN_SUBJECTS = 80;
    private static final int BURST = 1_000;
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final Duration LINGER = Duration.ofSeconds(3);
    private static final String PREFIX = "kinds";
    private static final ModelId COMPACT = new ModelId("letters", "1");
    private static final ModelId WIDE = new ModelId("letters", "2");
    private static final ModelId FACES = new ModelId("faces", "1");
    /** Each kind is followed by each of the others, twice. */
    private static final List<ModelId> SWAPS =
            List.of(COMPACT, FACES, WIDE, COMPACT, WIDE, FACES, COMPACT, FACES, WIDE, COMPACT, WIDE, FACES);

    @Override
    public Result run(Path drawings) throws Exception {
        Path faces = Path.of(System.getProperty("twinstream.faces"));
        Instant begun = Instant.now().minusSeconds(60);
        Map<ModelId, byte[]> packages = Map.of(
                COMPACT,
                Releases.renamed("compact", COMPACT),
                WIDE,
                Releases.renamed("wide", WIDE),
                FACES,
                new FaceModels().aligned(FACES, faces.resolve("orl"), null, Detector.FRONT, null));
        try (Rig rig = new Rig();
                Verifiers verifiers = new Verifiers(rig, PREFIX)) {
            Topics topics = rig.createTopics(PREFIX);
            Settings settings = rig.settings(PREFIX);
            Mix mix = new Mix(Images.read(drawings).joined(DRAWN_SUBJECTS, Images.read(faces)), 6);
            mix.enrol(rig, topics);
            for (byte[] each : packages.values()) {
                Releases.publish(settings, each);
            }
            Instant first = Releases.activate(settings, ModelSlot.SERVING, FACES, Duration.ZERO);
            verifiers.start();
            verifiers.start();
            try (TopicAnswers answers = new TopicAnswers(rig.bootstrapServers(), topics)) {
                Load load = new Load(rig, topics, mix, answers);
                // What is sent before is judged by the verifiers' own model.
                answers.linger(Duration.between(Instant.now(), first.plusMillis(1)));
                load.burst(BURST);
                double capacity = load.burst(BURST);
                System.err.printf("capacity with faces %.0f probes/s%n", capacity);
                for (ModelId each : SWAPS) {
                    Releases.activate(settings, ModelSlot.SERVING, each, Duration.ZERO);
                    load.steady(LOAD * capacity, BETWEEN);
                    System.err.printf(
                            "%s, %d sent, %d answered%n", each, load.sent().size(), answers.count());
                }
                boolean back = rollBack(settings, load, LOAD * capacity);
                answers.await(load.sent().size(), LIMIT).linger(LINGER);
                return result(settings, mix, packages, load, answers, begun, capacity, back);
            }
        }
    }

    /** Rolls back, and returns whether the version before the last swap serves again. */
    private static boolean rollBack(Settings settings, Load load, double perSecond) throws Exception {
        Activated activated =
                Wired.control(settings).rollback("a check", "acceptance").activated();
        load.steady(perSecond, BETWEEN);
        return activated.model().equals(SWAPS.get(SWAPS.size() - 2));
    }

    private static Result result(
            Settings settings,
            Mix mix,
            Map<ModelId, byte[]> packages,
            Load load,
            TopicAnswers answers,
            Instant begun,
            double capacity,
            boolean back)
            throws Exception {
        int sent = load.sent().size();
        VersionAudit audit = VersionAudit.ofPackages(settings, mix, packages, load, answers);
        Reproduction reproduction = new Reproduction();
        Replay.Coverage coverage = new Replay(
                        Wired.clients(settings),
                        Wired.topics(settings),
                        VersionSettings.of(settings, CommonSettings.of(settings)),
                        new ReplayRange(begun, Instant.now()))
                .run(null, reproduction, (judged, most) -> {});
        reproduction.differences().forEach(System.err::println);
        boolean once = answers.verdicts().size() == sent && answers.count() == sent;
        long matches = answers.verdicts().values().stream()
                .filter(verdict -> verdict.getScore() != null)
                .count();
        String figures =
                "capacity with faces %.0f probes/s; %d probes at %.0f %%, %d with a verdict, %d verdicts too many, %d dead letters; %d swaps and a rollback, which %s; %d changes of version in %d partitions; %d verdicts by another version than their time's, %d that this version with its gallery doesn't give; %d verdicts with a score, the others %s; a replay compared %d, %d the same, largest score difference %.1e, by version %s"
                        .formatted(
                                capacity,
                                sent,
                                100 * LOAD,
                                answers.verdicts().size(),
                                answers.duplicates(),
                                answers.deadLetters().size(),
                                SWAPS.size(),
                                back ? "led back" : "LED ELSEWHERE",
                                audit.changes(),
                                audit.partitions(),
                                audit.wrongVersion(),
                                audit.wrongVerdict(),
                                matches,
                                causes(answers),
                                coverage.compared(),
                                reproduction.same(),
                                reproduction.largestScoreDifference(),
                                reproduction.versions());
        return new Result(
                once
                        && answers.deadLetters().isEmpty()
                        && audit.isClean(SWAPS.size() + 1)
                        && back
                        && coverage.compared() == sent
                        && reproduction.same() == sent
                        && reproduction.versions().size() == packages.size(),
                figures);
    }

    private static Map<UndecidedCause, Long> causes(TopicAnswers answers) {
        return answers.verdicts().values().stream()
                .map(Verdict::getCause)
                .filter(cause -> cause != null)
                .collect(Collectors.groupingBy(cause -> cause, TreeMap::new, Collectors.counting()));
    }
}
