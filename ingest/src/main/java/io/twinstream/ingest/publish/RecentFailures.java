package io.twinstream.ingest.publish;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Keeps for a second, by topic, the failure that a call to the broker has waited for. Whoever calls meanwhile is told the same at
 * once: while brokers are silent, a crowd that waited in turns would take all threads. For many threads.
 */
final class RecentFailures {
    private static final Duration KEPT = Duration.ofSeconds(1);

    private final Map<String, RecentFailure> byTopic = new ConcurrentHashMap<>();
    private final LongSupplier nanoTime;

    RecentFailures(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Notes that a call about a topic has just waited in vain. */
    void note(String topic, PublishException failure) {
        byTopic.put(topic, new RecentFailure(failure, nanoTime.getAsLong() + KEPT.toNanos()));
    }

    /** Returns the failure of the last second, if there is one. */
    Optional<PublishException> of(String topic) {
        return Optional.ofNullable(byTopic.get(topic))
                .filter(each -> nanoTime.getAsLong() - each.untilNanos < 0)
                .map(RecentFailure::failure);
    }

    private record RecentFailure(PublishException failure, long untilNanos) {}
}
