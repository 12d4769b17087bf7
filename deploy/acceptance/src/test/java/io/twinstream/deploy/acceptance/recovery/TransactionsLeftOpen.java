package io.twinstream.deploy.acceptance.recovery;

import io.twinstream.deploy.acceptance.recovery.HeldPlace.Ending;
import io.twinstream.deploy.acceptance.rig.Check;
import io.twinstream.deploy.acceptance.rig.Images;
import io.twinstream.deploy.acceptance.rig.Images.Drawing;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.acceptance.rig.Rig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A foreign program leaves a transaction open on the references, the activations or the verdicts, and commits late, dies, or is ended by the
 * command; each on topics of its own, three at once on one broker. Meanwhile readiness, status, answers and commands say so, and nothing is
 * answered by a guess; afterwards all goes on by itself.
 */
public final class TransactionsLeftOpen implements Check {
    private static final Map<String, String> QUICK_CLEANER = Map.of(
            "log.cleaner.backoff.ms", "1000", "transaction.abort.timed.out.transaction.cleanup.interval.ms", "2000");

    /** Verifiers that two cores carry without missing what they have to do in time. */
    private static final int AT_ONCE = 3;

    private final Duration open;

    /** @param open for how long transactions stay open, unless the command ends them */
    public TransactionsLeftOpen(Duration open) {
        this.open = open;
    }

    @Override
    public Result run(Path folder) throws Exception {
        List<List<Drawing>> subjects =
                List.copyOf(Images.read(folder).bySubject().values());
        ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
        try (Rig rig = new Rig(QUICK_CLEANER)) {
            List<Future<String>> trials = new ArrayList<>();
            for (boolean dies : List.of(false, true)) {
                trials.add(threads.submit(() -> {
                    try (HeldPlace place = place(rig, "references", dies ? Ending.DIES : Ending.COMMITS)) {
                        return new HeldReferences(place, subjects).run();
                    }
                }));
                trials.add(threads.submit(() -> {
                    try (HeldPlace place = place(rig, "activations", dies ? Ending.IS_ABORTED : Ending.COMMITS)) {
                        return new HeldActivations(place, subjects.get(0)).run();
                    }
                }));
                trials.add(threads.submit(() -> {
                    try (HeldPlace place = place(rig, "verdicts", dies ? Ending.DIES : Ending.COMMITS)) {
                        return new HeldVerdicts(place, subjects).run();
                    }
                }));
            }
            List<String> missed = new ArrayList<>();
            List<String> figures = new ArrayList<>();
            for (Future<String> trial : trials) {
                try {
                    figures.add(trial.get());
                } catch (ExecutionException e) {
                    missed.add(String.valueOf(e.getCause().getMessage()).replaceAll("\\s+", " "));
                }
            }
            return new Result(
                    missed.isEmpty(),
                    "%d of %d trials, transactions open for %d s or until the command: %s%s"
                            .formatted(
                                    figures.size(),
                                    trials.size(),
                                    open.toSeconds(),
                                    String.join("; ", figures),
                                    missed.isEmpty() ? "" : "; MISSED " + String.join("; MISSED ", missed)));
        } finally {
            threads.shutdownNow();
        }
    }

    private HeldPlace place(Rig rig, String topic, Ending ending) throws Exception {
        return new HeldPlace(rig, topic + "-" + ending.name().toLowerCase(Locale.ROOT), ending, open);
    }
}
