package io.twinstream.deploy.acceptance.speed;

import static java.util.Objects.requireNonNull;

import io.twinstream.deploy.acceptance.rig.AcceptanceCheck;
import io.twinstream.deploy.acceptance.rig.Images;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.acceptance.rig.Rig;
import io.twinstream.deploy.bench.BenchReport;
import io.twinstream.deploy.bench.Pipeline;
import io.twinstream.deploy.bench.Workload;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.verifier.settings.Profile;
import io.twinstream.verifier.settings.VerifierSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Measures a verifier under exactly-once at a tenth of its throughput, once in each profile, from when a probe is due to be
 * sent until a read-committed reader has its verdict: p50 of the latency profile is at most 25 ms and p99 at most 80 ms.
 */
public final class LatencyOfProfiles implements AcceptanceCheck {
    private static final double MOST_P50_MS = 25;
    private static final double MOST_P99_MS = 80;
    private static final double SHARE = 0.1;
    private static final Duration TIME = Duration.ofSeconds(30);
    private static final int ROUNDS = 3;
    private static final int PROBES = 30_000;

    private static final int GALLERY = 100;
    private static final int DISTINCT = 500;

    @Override
    public Result run(Path folder) throws Exception {
        Workload workload = Images.read(folder).workload(GALLERY, DISTINCT);
        List<String> lines = new ArrayList<>();
        boolean kept = true;
        try (Rig rig = new Rig()) {
            // What is measured is to be compiled: the first doesn't count, and waits come behind all of these.
            throughput(rig, workload, Profile.BALANCED);
            Map<Profile, Double> rates = throughputs(rig, workload);
            double load = SHARE * requireNonNull(rates.get(Profile.BALANCED));
            for (Profile profile : Profile.values()) {
                BenchReport.Latency latency;
                try (Pipeline pipeline =
                        new Pipeline(VerifierSettings.of(settings(rig, "waits-", profile)), workload)) {
                    latency = pipeline.latency(load, TIME);
                }
                double p50 = latency.p50Millis();
                double p99 = latency.p99Millis();
                kept &= profile != Profile.LATENCY || (p50 <= MOST_P50_MS && p99 <= MOST_P99_MS);
                lines.add("%s p50 %.1f ms, p99 %.1f ms, at full load %.0f probes/s"
                        .formatted(name(profile), p50, p99, rates.get(profile)));
                System.err.println(lines.get(lines.size() - 1));
            }
            return new Result(kept, "at %.0f probes/s: %s".formatted(load, String.join("; ", lines)));
        }
    }

    /** Returns the median throughput of each profile, of rounds in which they take turns. */
    private static Map<Profile, Double> throughputs(Rig rig, Workload workload) throws Exception {
        Map<Profile, double[]> rounds = new EnumMap<>(Profile.class);
        for (int round = 0; round < ROUNDS; round++) {
            for (Profile profile : Profile.values()) {
                rounds.computeIfAbsent(profile, key -> new double[ROUNDS])[round] = throughput(rig, workload, profile);
            }
        }
        Map<Profile, Double> medians = new EnumMap<>(Profile.class);
        rounds.forEach((profile, rates) -> {
            Arrays.sort(rates);
            medians.put(profile, rates[ROUNDS / 2]);
        });
        return medians;
    }

    private static double throughput(Rig rig, Workload workload, Profile profile) throws Exception {
        String run = "full-" + System.nanoTime() + "-";
        try (Pipeline pipeline = new Pipeline(VerifierSettings.of(settings(rig, run, profile)), workload);
                Pipeline.Running verifier = pipeline.start()) {
            verifier.rate(PROBES / 5);
            return verifier.rate(PROBES).probesPerSecond();
        }
    }

    private static Settings settings(Rig rig, String run, Profile profile) {
        return rig.settings(run + name(profile), VerifierSettings.PROFILE, name(profile));
    }

    private static String name(Profile profile) {
        return profile.name().toLowerCase(Locale.ROOT);
    }
}
