package io.twinstream.deploy.acceptance.deployment;

import io.twinstream.deploy.acceptance.rig.AcceptanceCheck;
import io.twinstream.deploy.acceptance.rig.Images;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.acceptance.rig.Rig;
import io.twinstream.deploy.broker.TemporaryFolder;
import io.twinstream.deploy.testkit.Releases;
import io.twinstream.deploy.trainer.ScriptedTrainer;
import io.twinstream.deploy.trainer.TrainerRig;
import io.twinstream.ingest.IngestService;
import io.twinstream.ingest.settings.IngestSettings;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.ModelSlot;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.trainer.settings.TrainerSettings;
import io.twinstream.verifier.VerifierService;
import io.twinstream.verifier.settings.VerifierSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * Has Prometheus scrape two verifiers, ingest and a trainer across a swap, with the project's files. All targets are up, all
 * rules work and pass their tests, every query of the Grafana dashboard, every recorded series and every metric that alerts ask
 * for has data, and {@code promtool check metrics} finds nothing.
 */
public final class RealPrometheus implements AcceptanceCheck {
    private static final ModelId BEFORE = new ModelId("letters", "1");
    private static final ModelId AFTER = new ModelId("letters", "2");
    private static final Duration SWAP = Duration.ofSeconds(8);
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(500);

    private final Path deploy = Path.of(System.getProperty("twinstream.launcher", "deploy/twinstream"))
            .toAbsolutePath()
            .getParent();

    @Override
    public Result run(Path images) throws Exception {
        try (TemporaryFolder folder = TemporaryFolder.create("prometheus-check");
                Rig rig = new Rig()) {
            for (String needed : List.of("data/images", "data/validation")) {
                Files.createDirectories(folder.path().resolve(needed));
            }
            Topics topics = rig.createTopics("prometheus");
            Images drawings = Images.read(images);
            int enrolled = EveryKindOfTraffic.enrol(rig, topics, drawings);
            Settings plain = rig.settings("prometheus");
            Releases.publish(plain, "compact", BEFORE);
            Releases.publish(plain, "compact", AFTER);
            Releases.activate(plain, ModelSlot.SERVING, BEFORE, Duration.ZERO);
            Releases.activate(plain, ModelSlot.SHADOW, AFTER, Duration.ZERO);
            Settings training = rig.settings(
                    "prometheus",
                    TrainerSettings.HTTP_PORT,
                    "0",
                    TrainerSettings.DATA_ROOT,
                    folder.path().resolve("data").toString(),
                    TrainerSettings.WORK_DIR,
                    folder.path().resolve("work").toString());
            try (VerifierService one = Rig.verifier(verifying(rig, folder, "one"), enrolled);
                    VerifierService two = Rig.verifier(verifying(rig, folder, "two"), enrolled);
                    IngestService ingest = IngestService.start(
                            IngestSettings.of(rig.settings("prometheus", IngestSettings.HTTP_PORT, "0")));
                    TrainerRig trainer = TrainerRig.start(training, new ScriptedTrainer())) {
                trainer.taken("run", "letters/3", "\"steps\":7");
                Map<String, List<Integer>> targets = Map.of(
                        "targets/verifiers.yml", List.of(one.port(), two.port()),
                        "targets/ingest.yml", List.of(ingest.port()),
                        "targets/trainers.yml", List.of(trainer.port()));
                try (PrometheusServer prometheus = new PrometheusServer(deploy.resolve("prometheus"), targets)) {
                    Releases.activate(plain, ModelSlot.SERVING, AFTER, SWAP);
                    return result(
                            prometheus, new EveryKindOfTraffic(rig, topics, drawings, ingest.port()), targets.values());
                }
            }
        }
    }

    private static Settings verifying(Rig rig, TemporaryFolder folder, String name) {
        return rig.settings(
                "prometheus",
                VerifierSettings.THREADS,
                "2",
                VerifierSettings.STATE_DIR,
                folder.path().resolve(name).toString());
    }

    private Result result(PrometheusServer prometheus, EveryKindOfTraffic traffic, Iterable<List<Integer>> ports)
            throws Exception {
        // Or else there may have been no collection to show.
        System.gc();
        ExpectedData expected = ExpectedData.read(deploy);
        Map<String, String> wanted = new LinkedHashMap<>(expected.queries());
        long start = System.nanoTime();
        while (!wanted.isEmpty() && System.nanoTime() - start < LIMIT.toNanos()) {
            traffic.round();
            wanted.values().removeIf(prometheus::hasData);
            LockSupport.parkNanos(PAUSE.toNanos());
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        List<String> faults = faults(ports);
        List<String> targets = prometheus.targets();
        List<String> evaluated = prometheus.rules();
        Path rules = deploy.resolve("prometheus/rules");
        boolean tested = Promtool.passes(rules, "test", "rules", "recording_test.yml", "alerts_test.yml")
                && Promtool.passes(rules.getParent(), "check", "config", "prometheus.yml");
        faults.forEach(System.err::println);
        wanted.forEach((name, query) -> System.err.printf("no data: %s: %s%n", name, query));
        long up = targets.stream().filter("up"::equals).count();
        long working = evaluated.stream().filter("ok"::equals).count();
        return new Result(
                wanted.isEmpty()
                        && faults.isEmpty()
                        && tested
                        && up == 4
                        && targets.size() == 4
                        && working == evaluated.size()
                        && working >= expected.recorded(),
                "%d of %d targets up; %d of %d rules evaluated without error, their tests %s; data for %d of %d queries, %d of them the dashboard's, after %.0f s; %d faults found by promtool check metrics"
                        .formatted(
                                up,
                                targets.size(),
                                working,
                                evaluated.size(),
                                tested ? "passed" : "FAILED",
                                expected.queries().size() - wanted.size(),
                                expected.queries().size(),
                                expected.ofDashboard(),
                                seconds,
                                faults.size()));
    }

    private static List<String> faults(Iterable<List<Integer>> ports) throws IOException, InterruptedException {
        List<String> faults = new ArrayList<>();
        for (List<Integer> each : ports) {
            for (int port : each) {
                URI uri = URI.create("http://127.0.0.1:%d/metrics".formatted(port));
                faults.addAll(Promtool.faults(HttpClient.newHttpClient()
                        .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                        .body()));
            }
        }
        return faults;
    }
}
