package io.twinstream.verifier.board;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.record.TrainingProgress;
import io.twinstream.schemas.threads.ServiceThreads;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.schemas.training.RunHistory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Training runs follow the topic of training progress and keep the last {@value #MOST} runs that were heard of, each
 * with a thinned history.
 */
public final class TrainingRuns extends Board<TrainingProgress> {
    public static final int MOST = 100;

    /** A known run has its latest record and some of those before. */
    private record KnownRun(TrainingProgress latest, RunHistory history) {}

    /** Holds the runs by their ids, the ones heard of last at the end. */
    @GuardedBy("this")
    private final Map<String, KnownRun> runs = new LinkedHashMap<>();

    public TrainingRuns(KafkaClients clients, Topics topics, ServiceThreads threads) {
        super(clients, threads, topics.trainingProgress(), TrainingProgress.class);
    }

    @Override
    synchronized void accept(TrainingProgress progress) {
        KnownRun before = runs.remove(progress.getRunId());
        RunHistory history = before == null ? new RunHistory() : before.history();
        history.add(progress);
        runs.put(progress.getRunId(), new KnownRun(progress, history));
        if (runs.size() > MOST) {
            runs.remove(runs.keySet().iterator().next());
        }
    }

    /**
     * Returns all runs, the one heard of last first, without their histories.
     *
     * @throws BoardUnreadException if the topic has not been read to its end
     */
    public synchronized List<TrainingRunView> latest() {
        requireRead();
        List<TrainingRunView> all = new ArrayList<>();
        runs.values().forEach(run -> all.add(TrainingRunView.of(run.latest())));
        Collections.reverse(all);
        return all;
    }

    /**
     * Finds one run, with its history.
     *
     * @throws BoardUnreadException if the topic has not been read to its end
     */
    public synchronized Optional<TrainingRunView> find(String id) {
        requireRead();
        @Nullable KnownRun run = runs.get(id);
        return run == null
                ? Optional.empty()
                : Optional.of(TrainingRunView.of(run.latest())
                        .with(run.history().records().stream()
                                .map(TrainingRunView::of)
                                .toList()));
    }
}
