package io.twinstream.deploy.bench;

import static java.util.Objects.requireNonNull;

import io.twinstream.deploy.broker.BrokerOptions;
import io.twinstream.deploy.broker.EmbeddedBroker;
import io.twinstream.deploy.settings.AllSettings;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.verifier.model.ServingModel;
import io.twinstream.verifier.settings.InferenceSettings;
import io.twinstream.verifier.settings.VerifierSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Measures three things in one run on one machine: the raw limit, Streams with one record at a time, and the verifier. They
 * take turns, round by round, so that a machine whose speed changes changes it for all of them. The raw limit is measured
 * before and behind the verifier, with the setup that does best once all is compiled.
 */
public final class Bench {
    private static final Duration LATENCY_TIME = Duration.ofSeconds(10);

    private final Map<String, String> given;
    private final BenchOptions options;
    private final Workload workload;
    private final Consumer<String> progress;

    /**
     * Prepares a benchmark and measures nothing yet.
     *
     * @param given settings of the verifier
     * @param progress gets a line for each step
     */
    public Bench(Map<String, String> given, BenchOptions options, Workload workload, Consumer<String> progress) {
        this.given = given;
        this.options = options;
        this.workload = workload;
        this.progress = progress;
    }

    /** Runs the whole benchmark, which takes minutes. */
    public BenchReport run() throws Exception {
        Rate[] raw = new Rate[options.rounds()];
        Rate[] pipeline = new Rate[options.rounds()];
        Rate[] alone = new Rate[options.rounds()];
        RawLimit.Setup best;
        int batch;
        InferenceSettings defaults = Settings.read(AllSettings.define(), InferenceSettings::of, given);
        try (EmbeddedBroker broker = EmbeddedBroker.start(BrokerOptions.temporary());
                ServingModel model = ServingModel.open(defaults)) {
            RawLimit limit = new RawLimit(model, workload);
            List<RawLimit.Setup> finalists = limit.finalists();
            try (Pipeline together = new Pipeline(settings(broker, "pipeline", true), workload);
                    Pipeline.Running verifier = together.start();
                    Pipeline single = new Pipeline(settings(broker, "alone", false), workload);
                    Pipeline.Running recordAtATime = single.start()) {
                warmUp(verifier, recordAtATime);
                best = limit.best(finalists);
                progress.accept("raw: best with %d threads and batches of %d in runs of %d"
                        .formatted(best.threads(), best.batch(), best.run()));
                batch = (int) requireNonNull(verifier.status().get("batch"), "the version is ready");
                for (int round = 0; round < options.rounds(); round++) {
                    Rate before = limit.measure(best);
                    pipeline[round] = verifier.rate(options.probes());
                    raw[round] = before.mean(limit.measure(best));
                    alone[round] = recordAtATime.rate(options.probes());
                    progress.accept("round %d of %d: raw %s, pipeline %s, record at a time %s"
                            .formatted(round + 1, options.rounds(), raw[round], pipeline[round], alone[round]));
                }
            }
            Rate throughput = Rate.median(pipeline);
            double half = throughput.probesPerSecond() / 2;
            Rate rawLimit = Rate.median(raw);
            Rate recordAtATime = Rate.median(alone);
            return new BenchReport(
                    new BenchReport.Raw(
                            rawLimit.probesPerSecond(), rawLimit.cpuMicros(), best.threads(), best.batch(), best.run()),
                    new BenchReport.Throughput(recordAtATime.probesPerSecond(), recordAtATime.cpuMicros()),
                    new BenchReport.Throughput(throughput.probesPerSecond(), throughput.cpuMicros()),
                    Rate.medianRatio(pipeline, raw),
                    Rate.medianRatio(pipeline, alone),
                    latency(broker, half),
                    batch);
        }
    }

    private void warmUp(Pipeline.Running verifier, Pipeline.Running recordAtATime) throws InterruptedException {
        long end = System.nanoTime() + options.warmUp().toNanos();
        progress.accept("warm-up: %d s".formatted(options.warmUp().toSeconds()));
        do {
            verifier.rate(options.probes());
            recordAtATime.rate(options.probes());
        } while (System.nanoTime() < end);
    }

    private BenchReport.Latency latency(EmbeddedBroker broker, double probesPerSecond) throws Exception {
        progress.accept("latency at %.0f probes/s".formatted(probesPerSecond));
        try (Pipeline pipeline = new Pipeline(settings(broker, "latency", true), workload)) {
            return pipeline.latency(probesPerSecond, LATENCY_TIME);
        }
    }

    private VerifierSettings settings(EmbeddedBroker broker, String prefix, boolean lookAhead) {
        return Settings.read(
                AllSettings.define(),
                VerifierSettings::of,
                given,
                Map.of(
                        CommonSettings.BOOTSTRAP,
                        broker.bootstrapServers(),
                        CommonSettings.TOPIC_PREFIX,
                        prefix,
                        VerifierSettings.GROUP,
                        prefix,
                        VerifierSettings.LOOK_AHEAD,
                        Boolean.toString(lookAhead),
                        VerifierSettings.HTTP_PORT,
                        "0"));
    }
}
