package io.twinstream.verifier.board;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.kafka.TopicUnreadException;
import io.twinstream.schemas.record.TrainingProgress;
import io.twinstream.schemas.threads.ServiceThreads;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.schemas.training.RunHistory;
import io.twinstream.verifier.feed.TopicReaderPool;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
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

    private final TopicReaderPool readers;
    private final String topic;

    /**
     * Creates a board that reads nothing yet.
     *
     * @param readers read what the board can't know yet, for as long as a transaction is open
     */
    public TrainingRuns(KafkaClients clients, Topics topics, ServiceThreads threads, TopicReaderPool readers) {
        super(clients, threads, topics.trainingProgress(), TrainingProgress.class);
        this.topic = topics.trainingProgress();
        this.readers = readers;
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
     * Finds one run, with its history. Waits for brokers where the run isn't known.
     *
     * @throws BoardUnreadException if the topic has not been read to its end
     * @throws TopicUnreadException if the run isn't known, and an open transaction may be why
     */
    public Optional<TrainingRunView> find(String id) {
        Map<TopicPartition, Long> appliedTo = follower().appliedTo();
        Optional<TrainingRunView> run = known(id);
        if (run.isEmpty()) {
            readers.requireNone(
                    topic, appliedTo, record -> id.equals(record.key()), "the training run '%s'".formatted(id));
        }
        return run;
    }

    private synchronized Optional<TrainingRunView> known(String id) {
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
