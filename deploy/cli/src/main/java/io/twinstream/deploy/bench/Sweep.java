package io.twinstream.deploy.bench;

import io.twinstream.deploy.broker.BrokerOptions;
import io.twinstream.deploy.broker.EmbeddedBroker;
import io.twinstream.deploy.settings.AllSettings;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.verifier.settings.VerifierSettings;
import io.twinstream.verifier.settings.WatchingSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/** Measures setups that differ from a base in one thing each: throughput, latency at half of it, and the time in each stage. */
public final class Sweep {
    private static final double[] LOADS = {0.25, 0.5, 0.75, 1, 1.25};
    /**
     * Runs' worth of probes that go before the first measurement: a verifier that runs for days is compiled, and this one has
     * just begun.
     */
    private static final int WARM_UP = 4;

    /** One in so many of a run's probes goes before each measurement, to a verifier that has just started. */
    private static final int START = 5;

    private static final Duration LATENCY_TIME = Duration.ofSeconds(4);

    private final Map<String, String> given;
    private final int probes;
    private final Workloads workloads;
    private final Consumer<String> progress;
    private final SweepPlan plan;
    private final Map<String, String> facts = new LinkedHashMap<>();
    private int runs;

    /**
     * Prepares a sweep and measures nothing yet.
     *
     * @param given settings of the verifier
     * @param progress gets a line for each setup
     */
    public Sweep(Settings given, BenchOptions options, Workloads workloads, Consumer<String> progress) {
        this.given = given.originalsStrings();
        this.probes = options.probes();
        this.workloads = workloads;
        this.progress = progress;
        this.plan = SweepPlan.of(given, options.gallery());
    }

    /** Makes workloads of every size. */
    @FunctionalInterface
    public interface Workloads {
        /**
         * Returns a workload, with the same pictures for the same sizes.
         *
         * @param gallery number of references
         * @param side pixels of a picture's width and height
         */
        Workload of(int gallery, int side);
    }

    /** Holds the figures as an HTML page, and the capacity formula as one line. */
    public record Result(String page, String capacity) {}

    /** Runs the whole sweep, which takes minutes. */
    public Result run() throws Exception {
        List<SweepPoint> points = new ArrayList<>();
        int all = plan.steps().size() + LOADS.length;
        try (EmbeddedBroker broker = EmbeddedBroker.start(BrokerOptions.temporary())) {
            progress.accept("warm-up and base");
            try (Pipeline pipeline = pipeline(broker, plan.base(), workload(plan.base()));
                    Pipeline.Running verifier = pipeline.start()) {
                verifier.rate(WARM_UP * probes);
                describe(verifier.status());
            }
            SweepPoint base = measure(broker, new SweepPlan.Step(SweepAxis.LOAD, "", plan.base()));
            for (double share : LOADS) {
                progress.accept("%d of %d: load %.2f".formatted(points.size() + 1, all, share));
                points.add(load(broker, share, base));
            }
            for (SweepPlan.Step step : plan.steps()) {
                progress.accept("%d of %d: %s %s"
                        .formatted(points.size() + 1, all, step.axis().title().toLowerCase(Locale.ROOT), step.label()));
                // The base too: one measured minutes before would be beside a machine and a compiler that have changed.
                points.add(measure(broker, step));
            }
        }
        return new Result(SweepPage.of(facts, points), SweepPage.capacity(points));
    }

    private SweepPoint load(EmbeddedBroker broker, double share, SweepPoint base) throws Exception {
        try (Pipeline pipeline = pipeline(broker, plan.base(), workload(plan.base()))) {
            BenchReport.Latency latency = pipeline.latency(share * base.rate().probesPerSecond(), LATENCY_TIME);
            return new SweepPoint(
                    SweepAxis.LOAD,
                    "%.2f".formatted(share),
                    plan.base().gallery(),
                    new Rate(latency.answeredPerSecond(), 0),
                    latency,
                    null);
        }
    }

    private SweepPoint measure(EmbeddedBroker broker, SweepPlan.Step step) throws Exception {
        Workload workload = workload(step.setup());
        StageTimes stages;
        Rate rate;
        try (Pipeline pipeline = pipeline(broker, step.setup(), workload);
                Pipeline.Running verifier = pipeline.start()) {
            verifier.rate(probes / START);
            rate = verifier.rate(probes);
            stages = StageTimes.scrape(verifier.port());
        }
        // A pipeline of its own: the first one's probes would be judged again.
        try (Pipeline pipeline = pipeline(broker, step.setup(), workload)) {
            BenchReport.Latency latency = pipeline.latency(rate.probesPerSecond() / 2, LATENCY_TIME);
            return new SweepPoint(step.axis(), step.label(), step.setup().gallery(), rate, latency, stages);
        }
    }

    private Workload workload(SweepPlan.Setup setup) {
        return workloads.of(setup.gallery(), setup.side());
    }

    private void describe(Map<String, Object> status) {
        facts.put("processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
        facts.put("JDK", System.getProperty("java.vm.name") + " " + Runtime.version());
        facts.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        facts.put("model", status.get("model") + " " + status.get("version"));
        facts.put("precision", String.valueOf(status.get("precision")));
        facts.put("provider", String.valueOf(status.get("provider")));
        facts.put("base", plan.base().text());
        facts.put("probes of a throughput run", Integer.toString(probes));
    }

    private Pipeline pipeline(EmbeddedBroker broker, SweepPlan.Setup setup, Workload workload)
            throws InterruptedException {
        String name = "sweep-" + runs++;
        Map<String, String> settings = new HashMap<>(setup.settings());
        settings.put(CommonSettings.BOOTSTRAP, broker.bootstrapServers());
        settings.put(CommonSettings.TOPIC_PREFIX, name);
        settings.put(VerifierSettings.GROUP, name);
        settings.put(VerifierSettings.HTTP_PORT, "0");
        settings.put(WatchingSettings.METRICS, "true");
        return new Pipeline(Settings.read(AllSettings.define(), VerifierSettings::of, given, settings), workload);
    }
}
