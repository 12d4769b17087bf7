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
    private final Map<TaskId, Map<String, Instant>> appendedAt = new ConcurrentHashMap<>();
    private final Clock clock;

    public WaitingProbes(Clock clock) {
        this.clock = clock;
    }

    /** A task's, by the probe's key, with the time of its append. */
    Map<String, Instant> of(TaskId task) {
        return appendedAt.computeIfAbsent(task, t -> new ConcurrentHashMap<>());
    }

    void forget(TaskId task) {
        appendedAt.remove(task);
    }

    /** How many there are. */
    public int count() {
        return appendedAt.values().stream().mapToInt(Map::size).sum();
    }

    /** For how long the oldest has been on its topic; zero if there is none. */
    public Duration oldest() {
        return appendedAt.values().stream()
                .flatMap(each -> each.values().stream())
                .min(Comparator.naturalOrder())
                .map(oldest -> Duration.between(oldest, clock.instant()))
                .orElse(Duration.ZERO);
    }
}
