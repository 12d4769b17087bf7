package io.twinstream.deploy.acceptance.models;

import io.twinstream.deploy.acceptance.rig.Images;
import io.twinstream.deploy.acceptance.rig.Load;
import io.twinstream.deploy.acceptance.rig.Mix;
import io.twinstream.deploy.acceptance.rig.ReadyReports;
import io.twinstream.deploy.acceptance.rig.Rig;
import io.twinstream.deploy.acceptance.rig.TopicAnswers;
import io.twinstream.deploy.acceptance.rig.Verifiers;
import io.twinstream.deploy.testkit.Releases;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.ModelSlot;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Tries two verifier processes with one activation 40 s ahead, a light load on both sides of its effective time, and a fault.
 */
final class SwapTrial {
    /**
     * Says how the trial ended.
     *
     * @param verdicts verdicts by probe id; the same id is the same probe in every trial
     * @param once whether each probe has one verdict, and there is nothing else
     * @param caughtUp seconds from the fault's end until all that was sent by then was answered
     * @param alive whether the verifiers that nobody killed still run
     */
    record Outcome(
            SwapFault fault,
            Map<String, Verdict> verdicts,
            boolean once,
            VersionAudit audit,
            double caughtUp,
            boolean alive) {}

    private static final Duration DELAY = Duration.ofSeconds(40);
    /** Time before the effective time from which the fault lasts, and after it until which it does. */
    private static final Duration AROUND = Duration.ofSeconds(10);

    private static final Duration AFTERWARDS = Duration.ofSeconds(10);
    private static final double PER_SECOND = 50;
    private static final int BURST = 300;
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final Duration LINGER = Duration.ofSeconds(5);
    private static final ModelId BEFORE = new ModelId("letters", "1");
    private static final ModelId AFTER = new ModelId("letters", "2");
    private static final Map<ModelId, String> SHIPPED = Map.of(BEFORE, "compact", AFTER, "wide");

    private final Rig rig;
    private final SwapFault fault;
    private final Topics topics;
    private final Settings settings;
    private final Mix mix;
    private final Verifiers verifiers;

    private SwapTrial(Rig rig, Images images, SwapFault fault, String prefix, Verifiers verifiers) throws Exception {
        this.rig = rig;
        this.fault = fault;
        this.topics = rig.createTopics(prefix);
        this.settings = rig.settings(prefix);
        this.mix = new Mix(images, 6);
        this.verifiers = verifiers;
    }

    /** Runs one trial on topics of its own. */
    static Outcome run(Rig rig, Images images, SwapFault fault) throws Exception {
        String prefix = "swap-faults-" + fault;
        try (Verifiers verifiers = new Verifiers(rig, prefix)) {
            return new SwapTrial(rig, images, fault, prefix, verifiers).run();
        }
    }

    private Outcome run() throws Exception {
        mix.enrol(rig, topics);
        for (ModelId version : SHIPPED.keySet()) {
            Releases.publish(settings, SHIPPED.get(version), version);
        }
        Releases.activate(settings, ModelSlot.SERVING, BEFORE, Duration.ZERO);
        Process first = verifiers.start();
        Process second = fault == SwapFault.STARTED_WHILE_PENDING ? null : verifiers.start();
        try (TopicAnswers answers = new TopicAnswers(rig.bootstrapServers(), topics);
                ReadyReports reports = new ReadyReports(rig.bootstrapServers(), topics)) {
            int verifying = second == null ? 1 : 2;
            reports.await(BEFORE, verifying, LIMIT);
            Load load = new Load(rig, topics, mix, answers);
            load.burst(BURST);
            Instant effective = Releases.activate(settings, ModelSlot.SERVING, AFTER, DELAY);
            reports.await(AFTER, verifying, Duration.between(Instant.now(), effective.minus(AROUND)));
            load.steady(PER_SECOND, Duration.between(Instant.now(), effective.minus(AROUND)));
            // So that the fault meets probes on their way.
            load.send(BURST);
            Process killed = begin(second);
            during(load, effective.plus(AROUND));
            end();
            long ended = System.nanoTime();
            answers.await(load.sent().size(), LIMIT);
            double caughtUp = (System.nanoTime() - ended) / 1e9;
            load.steady(PER_SECOND, AFTERWARDS);
            answers.await(load.sent().size(), LIMIT).linger(LINGER);
            boolean once = answers.verdicts().size() == load.sent().size()
                    && answers.count() == load.sent().size();
            boolean alive = first.isAlive() && (second == null || second == killed || second.isAlive());
            return new Outcome(
                    fault,
                    answers.verdicts(),
                    once,
                    VersionAudit.of(settings, mix, SHIPPED, load, answers),
                    caughtUp,
                    alive);
        }
    }

    private @Nullable Process begin(@Nullable Process second) throws Exception {
        switch (fault) {
            case NONE -> {}
            case STARTED_WHILE_PENDING -> verifiers.start();
            case KILLED_WHEN_READY -> second.destroyForcibly().waitFor();
            case BROKER_STOPPED -> rig.stopBroker();
        }
        return fault == SwapFault.KILLED_WHEN_READY ? second : null;
    }

    private void during(Load load, Instant end) {
        if (fault != SwapFault.BROKER_STOPPED) {
            load.steady(PER_SECOND, Duration.between(Instant.now(), end));
        }
        while (Instant.now().isBefore(end)) {
            LockSupport.parkUntil(end.toEpochMilli());
        }
    }

    private void end() throws Exception {
        if (fault == SwapFault.KILLED_WHEN_READY) {
            verifiers.start();
        } else if (fault == SwapFault.BROKER_STOPPED) {
            rig.startBroker();
        }
    }
}
