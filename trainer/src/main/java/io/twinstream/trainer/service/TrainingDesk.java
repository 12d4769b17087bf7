package io.twinstream.trainer.service;

import io.twinstream.schemas.record.TrainingProgress;
import io.twinstream.schemas.record.TrainingState;
import io.twinstream.schemas.threads.ServiceThreads;
import io.twinstream.trainer.service.RequestRefusedException.RequestFault;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what is trained, on a thread of its own, while this instance leads its group:
 *
 * <ol>
 *   <li>stay in the group
 *   <li>answer new requests: they wait, or they are refused
 *   <li>end what is cancelled
 *   <li>begin the next run when the worker is idle
 * </ol>
 *
 * <p>Maintainers: the leader is whom the group's protocol gives the requests topic's only partition; the records come
 * through the {@link RunBoard}, on every instance. An instance that is cut off from the brokers trains on until it hears of
 * its loss. It may waste work, but not publish twice: versions are immutable, and a release names its run.
 */
final class TrainingDesk implements AutoCloseable, ConsumerRebalanceListener {
    private static final Logger log = LoggerFactory.getLogger(TrainingDesk.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final long WORKER_STOP_MS = 20_000;

    private final Consumer<String, byte[]> group;
    private final TopicPartition lead;
    private final BooleanSupplier runsKnown;
    private final RunBoard board;
    private final RequestCheck check;
    private final RunRecords records;
    private final RunWorker worker;
    private final Clock clock;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Thread thread;
    private boolean leads;

    /**
     * Makes a desk that decides nothing before it is started.
     *
     * @param group member of the trainers' group; handed over: used and closed by this object's thread
     * @param runsKnown whether all is on the board that stood on the topics at the start: a run whose end isn't known would be trained again
     */
    TrainingDesk(
            ServiceThreads threads,
            Consumer<String, byte[]> group,
            String requestsTopic,
            BooleanSupplier runsKnown,
            RunBoard board,
            RequestCheck check,
            RunRecords records,
            RunWorker worker,
            Clock clock) {
        this.thread = threads.thread("training-desk", this::sit);
        this.group = group;
        this.lead = new TopicPartition(requestsTopic, RunRecords.PARTITION);
        this.runsKnown = runsKnown;
        this.board = board;
        this.check = check;
        this.records = records;
        this.worker = worker;
        this.clock = clock;
    }

    void start() {
        thread.start();
    }

    boolean alive() {
        return thread.isAlive();
    }

    /** Stops the run that is under way, to be taken up again, and leaves the group. */
    @Override
    public void close() {
        stopped.countDown();
        if (thread.getState() == Thread.State.NEW) {
            group.close();
            return;
        }
        group.wakeup();
        try {
            thread.join(2 * WORKER_STOP_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        group.pause(partitions);
        if (partitions.contains(lead)) {
            leads = true;
            log.info("this trainer leads its group: it takes up the runs that wait");
        }
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        if (partitions.contains(lead)) {
            leads = false;
            log.info("this trainer doesn't lead its group any more: the next leader goes on with its runs");
            stopWorker();
        }
    }

    private void sit() {
        group.subscribe(List.of(lead.topic()), this);
        while (stopped.getCount() > 0) {
            try {
                group.poll(POLL);
                if (leads && runsKnown.getAsBoolean()) {
                    tend();
                }
            } catch (WakeupException e) {
                log.debug("woken to stop");
            } catch (InterruptedException | InterruptException e) {
                stopped.countDown();
            } catch (KafkaException e) {
                log.warn(
                        "the training topics can't be used, requests wait and are tried again each second: {}",
                        e.getMessage());
                pause();
            } catch (RuntimeException e) {
                log.error("the trainer's desk failed, it tries again in a second", e);
                pause();
            }
        }
        stopWorker();
        group.close();
    }

    private void tend() throws InterruptedException {
        for (RunSnapshot run : board.all()) {
            if (run.ended()) {
                continue;
            }
            if (worker.runs(run.id())) {
                if (run.cancelled()) {
                    worker.cancel();
                }
            } else if (run.cancelled() && run.waits()) {
                records.report(end(run, TrainingState.CANCELLED, "cancelled"));
            } else if (!run.answered()) {
                answer(run);
            }
        }
        if (worker.idle()) {
            Optional<RunSnapshot> next = board.all().stream()
                    .filter(run -> run.answered() && !run.ended())
                    .findFirst();
            next.ifPresent(worker::begin);
        }
    }

    private void answer(RunSnapshot run) throws InterruptedException {
        List<RunSnapshot> others =
                board.all().stream().filter(RunSnapshot::answered).toList();
        try {
            check.check(run.request(), run.train(), others);
            records.report(new RunReport(run, clock).phase(TrainingState.QUEUED));
        } catch (RequestRefusedException e) {
            String advice = e.fault() == RequestFault.BUSY ? " (ask again under another id)" : "";
            records.report(end(run, TrainingState.FAILED, e.getMessage() + advice));
        }
    }

    private TrainingProgress end(RunSnapshot run, TrainingState state, String reason) {
        return new RunReport(run, clock).end(state, reason, Map.of());
    }

    private void stopWorker() {
        try {
            worker.stop(WORKER_STOP_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void pause() {
        try {
            if (stopped.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
                log.debug("stopped while paused");
            }
        } catch (InterruptedException e) {
            stopped.countDown();
        }
    }
}
