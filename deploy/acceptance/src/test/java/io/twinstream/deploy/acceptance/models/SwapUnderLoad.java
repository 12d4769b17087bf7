package io.twinstream.deploy.acceptance.models;

import io.twinstream.deploy.acceptance.rig.AcceptanceCheck;
import io.twinstream.deploy.acceptance.rig.Images;
import io.twinstream.deploy.acceptance.rig.Load;
import io.twinstream.deploy.acceptance.rig.Mix;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.acceptance.rig.Rig;
import io.twinstream.deploy.acceptance.rig.TopicAnswers;
import io.twinstream.deploy.acceptance.rig.Verifiers;
import io.twinstream.deploy.testkit.Releases;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.ModelSlot;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Swaps 20 times back and forth on two verifier processes and four partitions, under a steady load at 70 % of what the two can
 * do with the slower of two versions. There is one verdict for each probe, by the version that its append time names and with
 * that version's gallery. The 99th percentile of the latency, append to decision, in the 10 seconds around a swap stays within
 * twice that of the rest.
 */
public final class SwapUnderLoad implements AcceptanceCheck {
    private static final int SWAPS = 20;
    private static final Duration BETWEEN = Duration.ofSeconds(15);
    private static final Duration AROUND = Duration.ofSeconds(5);
    private static final double LOAD = 0.7;
    private static final double MOST_TIMES = 2;
    private static final int BURST = 8_000;
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final Duration LINGER = Duration.ofSeconds(3);
    private static final ModelId FAST = new ModelId("letters", "1");
    private static final ModelId SLOW = new ModelId("letters", "2");

    @Override
    public Result run(Path folder) throws Exception {
        try (Rig rig = new Rig();
                Verifiers verifiers = new Verifiers(rig, "swap")) {
            Topics topics = rig.createTopics("swap");
            Settings settings = rig.settings("swap");
            Mix mix = new Mix(Images.read(folder), 4);
            mix.enrol(rig, topics);
            Releases.publish(settings, "compact", FAST);
            Releases.publish(settings, "wide", SLOW);
            Instant first = Releases.activate(settings, ModelSlot.SERVING, SLOW, Duration.ZERO);
            verifiers.start();
            verifiers.start();
            try (TopicAnswers answers = new TopicAnswers(rig.bootstrapServers(), topics)) {
                Load load = new Load(rig, topics, mix, answers);
                // What is sent before is judged by the verifiers' own model.
                answers.linger(Duration.between(Instant.now(), first.plusMillis(1)));
                load.burst(BURST);
                double capacity = load.burst(BURST);
                System.err.printf("capacity %.0f probes/s%n", capacity);
                List<Instant> swaps = new ArrayList<>();
                Instant steady = Instant.now();
                load.steady(LOAD * capacity, BETWEEN);
                for (int swap = 0; swap < SWAPS; swap++) {
                    swaps.add(
                            Releases.activate(settings, ModelSlot.SERVING, swap % 2 == 0 ? FAST : SLOW, Duration.ZERO));
                    load.steady(LOAD * capacity, BETWEEN);
                    System.err.printf(
                            "swap %d of %d, %d sent, %d answered%n",
                            swap + 1, SWAPS, load.sent().size(), answers.count());
                }
                answers.await(load.sent().size(), LIMIT).linger(LINGER);
                return result(settings, mix, load, answers, swaps, steady, capacity);
            }
        }
    }

    private static Result result(
            Settings settings,
            Mix mix,
            Load load,
            TopicAnswers answers,
            List<Instant> swaps,
            Instant steady,
            double capacity)
            throws Exception {
        VersionAudit audit = VersionAudit.of(settings, mix, Map.of(FAST, "compact", SLOW, "wide"), load, answers);
        List<Verdict> measured = answers.verdicts().values().stream()
                .filter(verdict -> !verdict.getAppendedAt().isBefore(steady))
                .toList();
        double away = percentile(
                measured.stream().filter(verdict -> !near(verdict, swaps)).toList());
        double around = percentile(
                measured.stream().filter(verdict -> near(verdict, swaps)).toList());
        double[] each = swaps.stream()
                .mapToDouble(swap -> percentile(measured.stream()
                        .filter(verdict -> near(verdict, List.of(swap)))
                        .toList()))
                .sorted()
                .toArray();
        boolean once = answers.verdicts().size() == load.sent().size()
                && answers.count() == load.sent().size();
        String figures =
                "capacity %.0f probes/s; %d probes at %.0f %%, %d with a verdict, %d verdicts too many, %d dead letters; %d swaps, %d changes of version in %d partitions; %d verdicts by another version than their time's, %d that this version with its gallery doesn't give; p99 latency %.0f ms, within 5 s of a swap %.0f ms, ratio %.2f (of single swaps: median %.0f ms, largest %.0f ms)"
                        .formatted(
                                capacity,
                                load.sent().size(),
                                100 * LOAD,
                                answers.verdicts().size(),
                                answers.duplicates(),
                                answers.deadLetters().size(),
                                SWAPS,
                                audit.changes(),
                                audit.partitions(),
                                audit.wrongVersion(),
                                audit.wrongVerdict(),
                                away,
                                around,
                                around / away,
                                each[each.length / 2],
                                each[each.length - 1]);
        return new Result(once && audit.isClean(SWAPS) && around <= MOST_TIMES * away, figures);
    }

    private static boolean near(Verdict verdict, List<Instant> swaps) {
        return swaps.stream()
                .anyMatch(swap ->
                        Duration.between(swap, verdict.getAppendedAt()).abs().compareTo(AROUND) <= 0);
    }

    /** Returns the 99th percentile of the latencies, append to decision, in milliseconds. */
    private static double percentile(List<Verdict> verdicts) {
        long[] latencies = verdicts.stream()
                .mapToLong(verdict -> Duration.between(verdict.getAppendedAt(), verdict.getDecidedAt())
                        .toMillis())
                .sorted()
                .toArray();
        return latencies.length == 0 ? 0 : latencies[Math.min(latencies.length - 1, latencies.length * 99 / 100)];
    }
}
