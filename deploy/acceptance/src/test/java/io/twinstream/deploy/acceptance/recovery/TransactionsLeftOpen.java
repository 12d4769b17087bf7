package io.twinstream.deploy.acceptance.recovery;

import io.twinstream.deploy.acceptance.recovery.HeldPlace.Ending;
import io.twinstream.deploy.acceptance.rig.AcceptanceCheck;
import io.twinstream.deploy.acceptance.rig.Images;
import io.twinstream.deploy.acceptance.rig.Images.Drawing;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.acceptance.rig.Rig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

/**
 * Has a foreign program leave a transaction open on one of the topics, and commit late, die, or be ended by the command; each
 * runs on topics of its own, three at once on one broker. Meanwhile no verifier is un-ready for it, status, metrics, answers
 * and commands say so, and nothing is answered by a guess. Afterwards all goes on by itself.
 */
public final class TransactionsLeftOpen implements AcceptanceCheck {
    private static final Map<String, String> QUICK_CLEANER = Map.of(
            "log.cleaner.backoff.ms", "1000", "transaction.abort.timed.out.transaction.cleanup.interval.ms", "2000");

    /** Number of verifiers that two cores carry without missing what they have to do in time. */
    private static final int AT_ONCE = 3;

    /** Tries something while a transaction is open. */
    @FunctionalInterface
    private interface Work {
        /** Runs the trial, and returns the figures in one line. */
        String run(HeldPlace place, List<List<Drawing>> subjects) throws Exception;
    }

    /** @param open time that the transaction stays open, unless the command ends it */
    private record Trial(String topic, Ending ending, Duration open, Work work) {
        String run(Rig rig, List<List<Drawing>> subjects) throws Exception {
            String name = topic + "-" + ending.name().toLowerCase(Locale.ROOT);
            try (HeldPlace place = new HeldPlace(rig, name, ending, open)) {
                return work.run(place, subjects) + (ending == Ending.COMMITS ? " (committed)" : " (given up)");
            }
        }
    }

    private final List<Trial> trials;

    private TransactionsLeftOpen(List<Trial> trials) {
        this.trials = trials;
    }

    /** Returns the check on references, activations and verdicts, whatever way the transactions end. */
    public static TransactionsLeftOpen everyEnd(Duration open) {
        Work references = (place, subjects) -> new HeldReferences(place, subjects).run();
        Work activations = (place, subjects) -> new HeldActivations(place, subjects.get(0)).run();
        Work verdicts = (place, subjects) -> new HeldVerdicts(place, subjects).run();
        return new TransactionsLeftOpen(List.of(
                new Trial("references", Ending.COMMITS, open, references),
                new Trial("activations", Ending.COMMITS, open, activations),
                new Trial("verdicts", Ending.COMMITS, open, verdicts),
                new Trial("references", Ending.DIES, open, references),
                new Trial("activations", Ending.IS_ABORTED, open, activations),
                new Trial("verdicts", Ending.DIES, open, verdicts)));
    }

    /**
     * Returns the check on references, releases, verdicts and labelled images: what readers of each see, and when.
     *
     * @param timeout time after which the broker gives up a transaction that is never committed
     * @param committed time after which the other transaction is committed
     */
    public static TransactionsLeftOpen everyReader(Duration timeout, Duration committed) {
        Map<String, Work> works = new LinkedHashMap<>();
        works.put("references", (place, subjects) -> new HeldReferences(place, subjects).run());
        works.put("releases", (place, subjects) -> new HeldReleases(place).run());
        works.put("verdicts", (place, subjects) -> new HeldVerdicts(place, subjects).run());
        works.put("labels", (place, subjects) -> new HeldLabels(place, subjects).run());
        List<Trial> trials = new ArrayList<>();
        works.forEach((topic, work) -> trials.add(new Trial(topic, Ending.COMMITS, committed, work)));
        works.forEach((topic, work) -> trials.add(new Trial(topic, Ending.DIES, timeout, work)));
        return new TransactionsLeftOpen(trials);
    }

    @Override
    public Result run(Path folder) throws Exception {
        List<List<Drawing>> subjects =
                List.copyOf(Images.read(folder).bySubject().values());
        ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
        try (Rig rig = new Rig(QUICK_CLEANER)) {
            List<Future<String>> running = trials.stream()
                    .map(each -> threads.submit(() -> each.run(rig, subjects)))
                    .toList();
            List<String> missed = new ArrayList<>();
            List<String> figures = new ArrayList<>();
            for (Future<String> trial : running) {
                try {
                    figures.add(trial.get());
                } catch (ExecutionException e) {
                    missed.add(String.valueOf(e.getCause().getMessage()).replaceAll("\\s+", " "));
                }
            }
            return new Result(
                    missed.isEmpty(),
                    "%d of %d trials, transactions open for %s s or until the command: %s%s"
                            .formatted(
                                    figures.size(),
                                    trials.size(),
                                    trials.stream()
                                            .map(each -> "" + each.open().toSeconds())
                                            .distinct()
                                            .collect(Collectors.joining(" and ")),
                                    String.join("; ", figures),
                                    missed.isEmpty() ? "" : "; MISSED " + String.join("; MISSED ", missed)));
        } finally {
            threads.shutdownNow();
        }
    }
}
