package io.twinstream.verifier.merge;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.streams.processor.TaskId;

/** Probes that some shard has judged and another has not, of this verifier's tasks. Safe for many threads. */
public final class WaitingProbes {
    /** @param shards that there were where it was judged */
    record Waiting(int shards, Instant appendedAt) {}

    private final Map<TaskId, Map<String, Waiting>> byTask = new ConcurrentHashMap<>();
    private final Clock clock;

    public WaitingProbes(Clock clock) {
        this.clock = clock;
    }

    /** A task's, by the probe's key. */
    Map<String, Waiting> of(TaskId task) {
        return byTask.computeIfAbsent(task, t -> new ConcurrentHashMap<>());
    }

    void forget(TaskId task) {
        byTask.remove(task);
    }

    /** How many there are. */
    public int count() {
        return byTask.values().stream().mapToInt(Map::size).sum();
    }

    /** For how long the oldest has been on its topic; zero if there is none. */
    public Duration oldest() {
        return byTask.values().stream()
                .flatMap(each -> each.values().stream())
                .map(Waiting::appendedAt)
                .min(Comparator.naturalOrder())
                .map(oldest -> Duration.between(oldest, clock.instant()))
                .orElse(Duration.ZERO);
    }
}
