package io.twinstream.deploy.acceptance.speed;

import io.twinstream.deploy.acceptance.rig.AcceptanceCheck;
import io.twinstream.deploy.acceptance.rig.Images;
import io.twinstream.deploy.acceptance.rig.Installation;
import io.twinstream.deploy.acceptance.rig.ProcessMemory;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.acceptance.rig.Rig;
import io.twinstream.deploy.bench.Pipeline;
import io.twinstream.deploy.bench.Workload;
import io.twinstream.deploy.broker.TemporaryFolder;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.verifier.settings.VerifierSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * Asks ingest over HTTP and waits for the verdicts, with ingest and a verifier of the latency profile in processes of their own.
 * At loads of up to a tenth of full load p50 is at most 35 ms and p99 at most 100 ms, from when a request is due to its answer.
 * What isn't answered in time is found later. While no verifier runs 2,000 callers wait twice. Memory stays flat while they wait,
 * for longer than a connection may be idle, and all are answered 202. Ingest has its heap of 256 MB from its start, so what grows
 * is what lies beside it. Their verdicts are found once a verifier runs, also by an ingest that was killed and started again.
 */
public final class VerdictsInAnswers implements AcceptanceCheck {
    private static final double MOST_P50_MS = 35;
    private static final double MOST_P99_MS = 100;
    private static final double SHARE = 0.1;
    private static final List<Double> LOADS = List.of(50.0, 150.0, 500.0);
    private static final double WARM_LOAD = 100;
    private static final int PROBES = 60_000;
    private static final int CALLERS = 2_000;
    /** Longer than the 30 s after which Jetty closes a connection that is idle. */
    private static final String LONGER_THAN_IDLE = "35s";

    private static final int SHORT = 1_000;
    private static final int ROUNDS = 2;

    /** Memory that may be added while all wait and nothing else is done. */
    private static final double MOST_GROWTH_MB = 16;

    /** Memory that all callers may take with their connections and requests, without the heap, which ingest has from its start. */
    private static final double MOST_MB_OF_CALLERS = 128;

    private static final int GALLERY = 100;
    private static final int DISTINCT = 500;

    private final Duration time;

    /** @param time how long each load lasts */
    public VerdictsInAnswers(Duration time) {
        this.time = time;
    }

    @Override
    public Result run(Path images) throws Exception {
        Workload workload = Images.read(images).workload(GALLERY, DISTINCT);
        try (Rig rig = new Rig();
                TemporaryFolder folder = TemporaryFolder.create("twinstream-answers-")) {
            double full = fullLoad(rig, workload);
            System.err.printf("full load %.0f probes/s%n", full);
            Topics topics = rig.createTopics("answers");
            for (int i = 0; i < GALLERY; i++) {
                rig.enrol(topics, "subject-" + i, "1", workload.references().get(i));
            }
            rig.flush();
            try (Installation installation = new Installation(
                    rig,
                    "answers",
                    folder.path(),
                    // All callers come from one address.
                    List.of("ingest.http.connections.per.address=4096", "ingest.http.requests.per.second=100000"),
                    List.of(VerifierSettings.PROFILE + "=latency"))) {
                return run(installation, new WaitingClient(installation.ingestPort(), workload), full);
            }
        }
    }

    private Result run(Installation installation, WaitingClient client, double full) throws Exception {
        List<String> figures = new ArrayList<>();
        // What is measured is to be compiled.
        client.load("warm-", WARM_LOAD, time);
        double tenth = SHARE * full;
        boolean fast = true;
        TreeSet<Double> loads = new TreeSet<>(LOADS);
        loads.add(tenth);
        for (double load : loads) {
            WaitingClient.Answers answers = client.load("load-%.0f-".formatted(load), load, time);
            fast &= load > tenth || (answers.quantile(0.5) <= MOST_P50_MS && answers.quantile(0.99) <= MOST_P99_MS);
            figures.add("%.0f requests/s p50 %.1f ms, p99 %.1f ms, %d of %d in time"
                    .formatted(
                            load,
                            answers.quantile(0.5),
                            answers.quantile(0.99),
                            answers.inTime(),
                            answers.inTime() + answers.late().size()));
            System.err.println(figures.get(figures.size() - 1));
            int lost = client.missing(answers.late());
            if (lost > 0) {
                return new Result(false, "%d verdicts that came late were lost".formatted(lost));
            }
        }
        List<String> hurried = client.ask("short-", SHORT, "1ms");
        int lost = client.missing(hurried);
        figures.add("%d of %d whose wait was 1 ms found later".formatted(SHORT - lost, SHORT));
        System.err.println(figures.get(figures.size() - 1));
        return withoutVerifier(installation, client, figures, fast && lost == 0, tenth);
    }

    private static Result withoutVerifier(
            Installation installation, WaitingClient client, List<String> figures, boolean kept, double tenth)
            throws Exception {
        installation.stopVerifier();
        double before = ProcessMemory.megabytes(installation.ingestProcess());
        List<String> waiting = new ArrayList<>();
        double growth = 0;
        double height = 0;
        for (int round = 0; round < ROUNDS; round++) {
            WaitingClient.Crowd crowd = client.crowd("crowd-" + round + "-", CALLERS, LONGER_THAN_IDLE);
            crowd.awaitWaiting(CALLERS);
            double begun = ProcessMemory.megabytes(installation.ingestProcess());
            while (!crowd.answered()) {
                double now = ProcessMemory.megabytes(installation.ingestProcess());
                growth = Math.max(growth, now - begun);
                height = Math.max(height, now);
                TimeUnit.MILLISECONDS.sleep(500);
            }
            waiting.addAll(crowd.accepted());
        }
        int unanswered = ROUNDS * CALLERS - waiting.size();
        System.err.printf(
                "waited in at most %.0f MB, %.0f MB before, %.1f MB more while they waited; %d not answered 202%n",
                height, before, growth, unanswered);
        installation.startVerifier();
        int missing = client.missing(waiting);
        installation.restartIngest();
        int afterwards = client.anew().missing(waiting);
        figures.add(
                "%d callers waited %d times without a verifier in at most %.0f MB, %.0f MB before, %.1f MB more while they waited, %d not answered 202, %d verdicts missing afterwards, %d after ingest was killed and started"
                        .formatted(CALLERS, ROUNDS, height, before, growth, unanswered, missing, afterwards));
        boolean flat = growth <= MOST_GROWTH_MB && height - before <= MOST_MB_OF_CALLERS;
        return new Result(
                kept && flat && unanswered + missing + afterwards == 0,
                "a tenth of full load is %.0f/s; %s".formatted(tenth, String.join("; ", figures)));
    }

    private static double fullLoad(Rig rig, Workload workload) throws Exception {
        double rate = 0;
        // What is measured is to be compiled: the first doesn't count.
        for (String run : List.of("warm-", "full-")) {
            try (Pipeline pipeline = new Pipeline(VerifierSettings.of(rig.settings(run + "up")), workload);
                    Pipeline.Running verifier = pipeline.start()) {
                verifier.rate(PROBES / 5);
                rate = verifier.rate(PROBES).probesPerSecond();
            }
        }
        return rate;
    }
}
