package io.twinstream.deploy.acceptance.windows;

import static io.twinstream.schemas.record.AlarmKind.MATCH_RATE;
import static io.twinstream.schemas.record.AlarmState.CLEARED;
import static io.twinstream.schemas.record.AlarmState.RAISED;

import io.twinstream.deploy.acceptance.rig.Images;
import io.twinstream.deploy.acceptance.rig.Load;
import io.twinstream.deploy.acceptance.rig.Mix;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.acceptance.rig.Rig;
import io.twinstream.deploy.acceptance.rig.TopicAnswers;
import io.twinstream.schemas.record.Alarm;
import io.twinstream.schemas.record.TaskKind;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.verifier.VerifierService;
import io.twinstream.verifier.settings.VerifierSettings;
import io.twinstream.verifier.settings.WatchingSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * Sends from one source ordinary pictures, then inverted ones, then ordinary ones again, of all three tasks. Each task's share
 * of matches raises one alarm within three windows of the inversion, and the return clears it, with a verifier restarted in
 * between; no other is raised or cleared.
 */
final class InvertedImages {
    private static final Duration WINDOW = Duration.ofSeconds(2);
    private static final int MOST_WINDOWS = 3;
    private static final double PER_SECOND = 60;
    private static final Duration LEARN = WINDOW.multipliedBy(30);
    private static final Duration STAY = WINDOW.multipliedBy(5);
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final int TASKS = TaskKind.values().length;

    Result run(Images images) throws Exception {
        try (Rig rig = new Rig()) {
            Topics topics = rig.createTopics("drift");
            // Inverted pictures are of another kind than the model's, and wouldn't be judged.
            Settings settings = rig.settings(
                    "drift",
                    WatchingSettings.WINDOW_SIZES,
                    WINDOW.toMillis() + ",300000",
                    VerifierSettings.DOMAIN,
                    "off");
            Mix mix = new Mix(images, 1);
            Mix invertedMix = new Mix(images.inverted(), 2);
            int enrolled = mix.enrol(rig, topics);
            try (TopicAnswers answers = new TopicAnswers(rig.bootstrapServers(), topics);
                    AlarmLog alarms = new AlarmLog(settings, topics)) {
                Load load = new Load(rig, topics, mix, answers);
                long inverted;
                try (VerifierService verifier = Rig.verifier(settings, enrolled)) {
                    load.steady(PER_SECOND, until(LEARN));
                    inverted = System.currentTimeMillis();
                    load.change(invertedMix);
                    load.steady(
                            PER_SECOND,
                            all(() -> alarms.read(MATCH_RATE, RAISED).size() >= TASKS));
                }
                long back;
                try (VerifierService verifier = Rig.verifier(settings, enrolled)) {
                    load.steady(PER_SECOND, until(STAY));
                    back = System.currentTimeMillis();
                    load.change(mix);
                    load.steady(
                            PER_SECOND,
                            all(() -> alarms.read(MATCH_RATE, CLEARED).size() >= TASKS));
                    load.steady(PER_SECOND, until(STAY));
                }
                return result(alarms.read(MATCH_RATE, RAISED), inverted, alarms.read(MATCH_RATE, CLEARED), back);
            }
        }
    }

    private static Result result(List<Alarm> raised, long inverted, List<Alarm> cleared, long back) {
        long raisedWithin = windows(raised.stream().map(Alarm::getRaisedAt).toList(), inverted);
        long clearedWithin = windows(cleared.stream().map(Alarm::getClearedAt).toList(), back);
        Set<String> ids = new HashSet<>(raised.stream().map(Alarm::getId).toList());
        boolean once = raised.size() == TASKS
                && cleared.size() == TASKS
                && ids.size() == TASKS
                && ids.equals(cleared.stream().map(Alarm::getId).collect(Collectors.toSet()));
        return new Result(
                once && raisedWithin <= MOST_WINDOWS,
                "inverted images: %d alarms of %d tasks, the last in window %d; %d cleared, the last in window %d of the return"
                        .formatted(raised.size(), TASKS, raisedWithin, cleared.size(), clearedWithin));
    }

    /** Returns the latest of these ends of windows, counted in windows from that of a moment, which is the first. */
    private static long windows(List<Instant> ends, long momentMs) {
        long start = momentMs / WINDOW.toMillis();
        return ends.stream()
                .mapToLong(end -> end.toEpochMilli() / WINDOW.toMillis() - start)
                .max()
                .orElse(Long.MAX_VALUE);
    }

    /** Returns a condition that is true from the first end of a window on after so long. */
    private static BooleanSupplier until(Duration time) {
        long end = (System.currentTimeMillis() + time.toMillis()) / WINDOW.toMillis() * WINDOW.toMillis();
        return () -> System.currentTimeMillis() >= end;
    }

    private static BooleanSupplier all(BooleanSupplier done) {
        long start = System.nanoTime();
        return () -> done.getAsBoolean() || System.nanoTime() - start > LIMIT.toNanos();
    }
}
