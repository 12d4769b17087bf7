package io.twinstream.trainer.service;

import io.twinstream.schemas.record.TrainingProgress;
import io.twinstream.schemas.record.TrainingState;
import io.twinstream.schemas.threads.ServiceThreads;
import io.twinstream.trainer.training.TrainingListener;
import java.io.IOException;
import java.time.Clock;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs one training run at a time on a thread of its own. It is called by one thread. */
final class RunWorker {
    private static final Logger log = LoggerFactory.getLogger(RunWorker.class);

    private static final long RETRY_MS = 5_000;

    private final ServiceThreads threads;
    private final RunExecution execution;
    private final RunRecords records;
    private final TrainerService.Screens screens;
    private final Clock clock;
    private @Nullable Thread thread;
    private @Nullable String runId;
    private volatile boolean cancelled;
    private volatile boolean stopping;

    RunWorker(
            ServiceThreads threads,
            RunExecution execution,
            RunRecords records,
            TrainerService.Screens screens,
            Clock clock) {
        this.threads = threads;
        this.execution = execution;
        this.records = records;
        this.screens = screens;
        this.clock = clock;
    }

    boolean idle() {
        return thread == null || !thread.isAlive();
    }

    boolean runs(String id) {
        return !idle() && id.equals(runId);
    }

    /** Begins a run; the worker must be idle. */
    void begin(RunSnapshot run) {
        cancelled = false;
        stopping = false;
        runId = run.id();
        thread = threads.thread("training", () -> run(run));
        thread.start();
    }

    /** Ends the run for good, soon. */
    void cancel() {
        if (!cancelled) {
            cancelled = true;
            interrupt();
        }
    }

    /** Stops the run, to be taken up again; returns when it has stopped, or after so many milliseconds. */
    void stop(long millis) throws InterruptedException {
        stopping = true;
        interrupt();
        if (thread != null) {
            thread.join(millis);
        }
    }

    private void interrupt() {
        if (thread != null) {
            thread.interrupt();
        }
    }

    private void run(RunSnapshot run) {
        RunReport report = new RunReport(run, clock);
        TrainingProgress end = null;
        try {
            end = shown(run, report);
        } catch (InterruptedException | InterruptException e) {
            log.info(
                    "run {}: stopped before its end, as it was cancelled or the trainer stops or no longer leads",
                    run.id());
        } catch (KafkaException e) {
            log.warn("run {}: the brokers failed, it is taken up again in some seconds: {}", run.id(), e.getMessage());
            pause();
        } catch (RuntimeException e) {
            log.error("run {} failed by an error of the trainer's own", run.id(), e);
            end = failed(report, e);
        } catch (Error e) {
            // The run's own failure: it would meet the same one again in the next process.
            threads.survived("training", e);
            end = failed(report, e);
        }
        // The interruption has done its work.
        Thread.interrupted();
        finish(run, report, end);
    }

    private TrainingProgress shown(RunSnapshot run, RunReport report) throws InterruptedException {
        TrainingListener screen = screens.open(
                "%s (run %s)".formatted(run.model(), run.id()), run.train().getSteps());
        try {
            log.info("run {}: training {}", run.id(), run.model());
            return execution.run(run, report, screen);
        } finally {
            screen.onEnd();
        }
    }

    private static TrainingProgress failed(RunReport report, Throwable cause) {
        return report.end(TrainingState.FAILED, "internal error, the trainer's log has more: " + cause, Map.of());
    }

    private static void pause() {
        try {
            Thread.sleep(RETRY_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void finish(RunSnapshot run, RunReport report, @Nullable TrainingProgress reached) {
        boolean isPublished = reached != null && reached.getState() == TrainingState.PUBLISHED;
        // What failed may have failed for being stopped.
        if (!isPublished && !cancelled && (stopping || reached == null)) {
            return;
        }
        try {
            TrainingProgress end = isPublished || !cancelled ? reached : execution.cancelled(run, report);
            if (end != null) {
                records.report(end);
                log.info("run {}: {}: {}", run.id(), end.getState(), end.getReason());
                execution.clear(end);
            }
        } catch (InterruptedException | InterruptException e) {
            log.info("run {}: interrupted before its end was written", run.id());
        } catch (KafkaException e) {
            log.warn("run {}: its end can't be written, the run is taken up again: {}", run.id(), e.getMessage());
        } catch (IOException e) {
            log.warn("run {}: its folder can't be cleared, remove it by hand: {}", run.id(), e.getMessage());
        }
    }
}
