package io.twinstream.trainer.service;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.twinstream.schemas.kafka.RecordDecoder;
import io.twinstream.schemas.metrics.Metric;
import io.twinstream.schemas.metrics.ServiceMetrics;
import io.twinstream.schemas.record.Cancel;
import io.twinstream.schemas.record.Train;
import io.twinstream.schemas.record.TrainingProgress;
import io.twinstream.schemas.record.TrainingRequest;
import io.twinstream.schemas.record.TrainingState;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.schemas.training.RunHistory;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The board holds all runs that the topics know, in the order of their requests; of those that have ended it holds
 * about the last {@value #MOST_PAST}. It follows the topics of requests and of progress, and passes over records that
 * can't be read. It is for many threads.
 */
final class RunBoard {
    private static final Logger log = LoggerFactory.getLogger(RunBoard.class);
    private static final int MOST_PAST = 500;

    private final RecordDecoder<TrainingRequest> requests =
            new RecordDecoder<>(TrainingRequest.class, "a request", log);
    private final RecordDecoder<TrainingProgress> progress =
            new RecordDecoder<>(TrainingProgress.class, "a report", log);

    private final Map<String, Run> runs = new LinkedHashMap<>();
    private long progressRead;

    /** Takes what was read of the two topics. */
    void apply(Topics topics, ConsumerRecords<String, byte[]> records) {
        for (ConsumerRecord<String, byte[]> each :
                records.records(new TopicPartition(topics.trainingRequests(), RunRecords.PARTITION))) {
            requests.tryDecode(each).ifPresent(this::apply);
        }
        for (ConsumerRecord<String, byte[]> each :
                records.records(new TopicPartition(topics.trainingProgress(), RunRecords.PARTITION))) {
            progress.tryDecode(each).ifPresent(this::apply);
            progressRead(each.offset() + 1);
        }
    }

    synchronized void apply(TrainingRequest request) {
        Run run = runs.get(request.getRunId());
        if (request.getAction() instanceof Train
                && run != null
                && run.snapshot(0).isEmpty()) {
            // Its progress was read first: the order is that of the requests.
            runs.remove(request.getRunId());
            runs.put(request.getRunId(), run);
        }
        run(request.getRunId()).apply(request);
    }

    synchronized void apply(TrainingProgress report) {
        run(report.getRunId()).apply(report);
    }

    /** Tells that the progress topic was read up to, not including, an offset. */
    synchronized void progressRead(long offset) {
        progressRead = offset;
        notifyAll();
    }

    /** Waits until a progress record has been read; returns false if that takes longer than so many seconds. */
    synchronized boolean awaitProgress(long offset, long seconds) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (progressRead <= offset) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }

    synchronized List<RunSnapshot> all() {
        List<RunSnapshot> all = new ArrayList<>();
        int waiting = 0;
        for (Run run : runs.values()) {
            Optional<RunSnapshot> snapshot = run.snapshot(0);
            if (snapshot.isPresent()) {
                boolean waits = snapshot.get().waits();
                all.add(waits ? run.snapshot(++waiting).orElseThrow() : snapshot.get());
            }
        }
        return all;
    }

    Optional<RunSnapshot> find(String id) {
        return all().stream().filter(run -> run.id().equals(id)).findFirst();
    }

    /** Returns the progress of a run that is on the board, thinned evenly where there is much, oldest first. */
    synchronized List<TrainingProgress> history(String id) {
        Run run = runs.get(id);
        return run == null ? List.of() : run.history();
    }

    /** Shows what the board tells of the runs as metrics; the board is asked when somebody reads them. */
    void measure(ServiceMetrics metrics) {
        MeterRegistry registry = metrics.registry();
        MultiGauge states = Metric.TRAINING_RUNS.rows(registry);
        Metric.TRAINING_STEPS.gauge(registry, () -> current(TrainingProgress::getStep));
        Metric.TRAINING_LOSS.gauge(registry, () -> current(TrainingProgress::getLoss));
        Metric.TRAINING_ACCURACY.gauge(registry, () -> current(TrainingProgress::getValidationAccuracy));
        Metric.TRAINING_SPEED.gauge(registry, () -> current(TrainingProgress::getImagesPerSecond));
        metrics.beforeScrape(() -> refresh(states));
    }

    /** Returns a value of the run that is under way; NaN if none is, or nothing is known yet. */
    private double current(Function<TrainingProgress, @Nullable Number> value) {
        Optional<RunSnapshot> current =
                all().stream().filter(run -> !run.waits() && !run.ended()).findFirst();
        TrainingProgress latest = current.isEmpty() ? null : current.get().latest();
        Number number = latest == null ? null : value.apply(latest);
        return number == null ? Double.NaN : number.doubleValue();
    }

    private void refresh(MultiGauge states) {
        List<RunSnapshot> all = all();
        List<Row<?>> rows = new ArrayList<>();
        for (TrainingState state : TrainingState.values()) {
            long count = all.stream().filter(run -> run.state() == state).count();
            rows.add(Row.of(Metric.TRAINING_RUNS.tags(state.name().toLowerCase(Locale.ROOT)), count));
        }
        // Scrapes may come at the same time.
        synchronized (states) {
            states.register(rows, true);
        }
    }

    private Run run(String id) {
        Run known = runs.get(id);
        if (known == null) {
            known = new Run();
            runs.put(id, known);
            forgetPast();
        }
        return known;
    }

    /** Forgets down to the bound only now and then, since it costs a look at every run. */
    private void forgetPast() {
        if (runs.size() <= 2 * MOST_PAST) {
            return;
        }
        Iterator<Run> oldest = runs.values().iterator();
        while (oldest.hasNext() && runs.size() > MOST_PAST) {
            if (oldest.next().isPast()) {
                oldest.remove();
            }
        }
    }

    /**
     * A run holds what the topics say of it so far. The two topics may be read in any order, so progress may come
     * before the request. A final state stays, unless another final one follows. It is for one thread at a time.
     */
    static final class Run {
        private final RunHistory history = new RunHistory();
        private @Nullable TrainingRequest request;
        private @Nullable Train train;
        private @Nullable TrainingProgress latest;
        private boolean cancelled;
        private int furthest;
        private int stalls;

        void apply(TrainingRequest next) {
            if (next.getAction() instanceof Cancel) {
                cancelled = true;
            } else if (train == null && next.getAction() instanceof Train asked) {
                request = next;
                train = asked;
            }
        }

        void apply(TrainingProgress next) {
            boolean isFinal = RunSnapshot.isFinal(next.getState());
            if (latest != null && RunSnapshot.isFinal(latest.getState()) && !isFinal) {
                return;
            }
            if (next.getState() == TrainingState.READING) {
                stalls++;
            }
            if (next.getStep() > furthest) {
                furthest = next.getStep();
                stalls = 1;
            }
            latest = next;
            history.add(next);
        }

        /** Returns whether nothing more is to be done for it: it has ended, or its request is gone from the topic. */
        boolean isPast() {
            return train == null || (latest != null && RunSnapshot.isFinal(latest.getState()));
        }

        /** Returns what is known, and nothing before the run was asked for. */
        Optional<RunSnapshot> snapshot(int position) {
            return request == null || train == null
                    ? Optional.empty()
                    : Optional.of(new RunSnapshot(request, train, latest, cancelled, stalls, position));
        }

        /** Returns its progress records, thinned evenly where there are many, oldest first. */
        List<TrainingProgress> history() {
            return history.records();
        }
    }
}
