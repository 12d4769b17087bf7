package io.twinstream.deploy.acceptance.models;

import io.twinstream.deploy.acceptance.rig.AcceptanceCheck;
import io.twinstream.deploy.acceptance.rig.Images;
import io.twinstream.deploy.acceptance.rig.Load;
import io.twinstream.deploy.acceptance.rig.Mix;
import io.twinstream.deploy.acceptance.rig.ProcessMemory;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.acceptance.rig.Rig;
import io.twinstream.deploy.acceptance.rig.TopicAnswers;
import io.twinstream.deploy.acceptance.rig.Verifiers;
import io.twinstream.deploy.testkit.Releases;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.ModelSlot;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Swaps 200 times over versions of {@code compact} in one verifier process under a light load. The versions are so many that
 * each has been dropped by the time that its turn comes again, and has to be opened for its swap. Resident memory after swap
 * 200 is at most 5 % more than after swap 20, each the median of ten samples, one a swap. The heap's memory is taken at the
 * start, so that what grows is what swaps leave behind.
 */
public final class SwapSoak implements AcceptanceCheck {
    private static final int SWAPS = 200;
    private static final int FROM_SWAP = 20;
    private static final int SAMPLES = 10;
    private static final double MOST = 1.05;
    private static final Duration BETWEEN = Duration.ofMillis(2_500);
    /** Time from an activation to its effect, in which the version is opened, so that no probe has to wait for it. */
    private static final Duration AHEAD = Duration.ofSeconds(6);
    /** Number of intervals until an activation has taken effect. */
    private static final int LAG = 3;
    /** Number of versions: one is dropped 10 s after its last use, and opened again {@link #AHEAD} of the next. */
    private static final int VERSIONS = 10;

    private static final double PER_SECOND = 50;
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final Duration LINGER = Duration.ofSeconds(3);
    /** The newest release, which is always held; here it is one that never serves. */
    private static final ModelId NEWEST = new ModelId("letters", "newest");

    private final int swaps;

    public SwapSoak() {
        this(SWAPS);
    }

    /** @param swaps number of swaps; fewer than the default show no more than a trend */
    public SwapSoak(int swaps) {
        this.swaps = swaps;
    }

    @Override
    public Result run(Path folder) throws Exception {
        try (Rig rig = new Rig();
                Verifiers verifiers = new Verifiers(rig, "swap-soak")) {
            Topics topics = rig.createTopics("swap-soak");
            Settings settings = rig.settings("swap-soak");
            Mix mix = new Mix(Images.read(folder), 5);
            mix.enrol(rig, topics);
            List<ModelId> versions = new ArrayList<>();
            for (int version = 1; version <= VERSIONS; version++) {
                versions.add(new ModelId("letters", Integer.toString(version)));
                Releases.publish(settings, "compact", versions.get(version - 1));
            }
            Releases.publish(settings, "compact", NEWEST);
            Process verifier = verifiers.start(Map.of("TWINSTREAM_JAVA_OPTS", ProcessMemory.HEAP_AT_START));
            try (TopicAnswers answers = new TopicAnswers(rig.bootstrapServers(), topics)) {
                Load load = new Load(rig, topics, mix, answers);
                load.burst(1);
                List<Double> megabytes = new ArrayList<>();
                for (int interval = 0; interval < swaps + LAG; interval++) {
                    if (interval < swaps) {
                        Releases.activate(settings, ModelSlot.SERVING, versions.get(interval % VERSIONS), AHEAD);
                    }
                    load.steady(PER_SECOND, BETWEEN);
                    // A machine that is busy with other things takes longer to open a version.
                    answers.await(load.sent().size(), LIMIT);
                    if (!verifier.isAlive()) {
                        throw new IllegalStateException("the verifier has ended by itself");
                    }
                    megabytes.add(ProcessMemory.megabytes(verifier));
                    System.err.printf(
                            "swap %d of %d: %.0f MB, %d sent, %d answered%n",
                            interval + 1 - LAG,
                            swaps,
                            megabytes.get(interval),
                            load.sent().size(),
                            answers.count());
                }
                answers.await(load.sent().size(), LIMIT).linger(LINGER);
                return result(load, answers, megabytes, verifiers);
            }
        }
    }

    private Result result(Load load, TopicAnswers answers, List<Double> megabytes, Verifiers verifiers)
            throws Exception {
        double early = after(FROM_SWAP, megabytes);
        double late = after(swaps, megabytes);
        long opened = verifiers.logged(" is READY");
        long dropped = verifiers.logged(" is dropped");
        boolean once = answers.verdicts().size() == load.sent().size()
                && answers.count() == load.sent().size();
        String figures =
                "%d swaps, %d versions opened, %d dropped; %d probes, %d with a verdict, %d verdicts too many; %.0f MB resident after swap %d, %.0f MB after swap %d, ratio %.3f, bar %.2f; most %.0f MB"
                        .formatted(
                                swaps,
                                opened,
                                dropped,
                                load.sent().size(),
                                answers.verdicts().size(),
                                answers.duplicates(),
                                early,
                                FROM_SWAP,
                                late,
                                swaps,
                                late / early,
                                MOST,
                                megabytes.stream()
                                        .mapToDouble(Double::doubleValue)
                                        .max()
                                        .orElseThrow());
        return new Result(once && opened >= swaps && late <= MOST * early, figures);
    }

    /** Returns the median of the last samples up to a swap. */
    private static double after(int swap, List<Double> megabytes) {
        return megabytes.subList(swap + LAG - SAMPLES, swap + LAG).stream()
                .sorted()
                .toList()
                .get(SAMPLES / 2);
    }
}
