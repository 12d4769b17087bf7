package io.twinstream.verifier.merge;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.streams.processor.TaskId;

/**
 * Waiting probes are those of this verifier's tasks that some shard has judged and another has not. Safe for many
 * threads.
 */
public final class WaitingProbes {
    /**
     * A waiting probe has been judged by some shards, and not yet by all.
     *
     * @param shards the number of shards of the verifier that judged it
     */
    record WaitingProbe(int shards, Instant appendedAt) {}

    private final Map<TaskId, Map<String, WaitingProbe>> byTask = new ConcurrentHashMap<>();
    private final Clock clock;

    public WaitingProbes(Clock clock) {
        this.clock = clock;
    }

    /** Returns the waiting probes of a task by the probe's key, to be changed by the caller. */
    Map<String, WaitingProbe> of(TaskId task) {
        return byTask.computeIfAbsent(task, t -> new ConcurrentHashMap<>());
    }

    void forget(TaskId task) {
        byTask.remove(task);
    }

    /** Returns how many probes wait. */
    public int count() {
        return byTask.values().stream().mapToInt(Map::size).sum();
    }

    /** Returns how long ago the oldest waiting probe was appended, or zero if none waits. */
    public Duration oldest() {
        return byTask.values().stream()
                .flatMap(each -> each.values().stream())
                .map(WaitingProbe::appendedAt)
                .min(Comparator.naturalOrder())
                // The shards' word on a time may be any number, and the difference must be one of milliseconds.
                .map(oldest -> Duration.ofMillis(clock.millis() - Math.max(0, oldest.toEpochMilli())))
                .orElse(Duration.ZERO);
    }
}
