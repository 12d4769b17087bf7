package io.twinstream.verifier;

import io.twinstream.schemas.threads.ServiceThreads;
import io.twinstream.verifier.GroupLag.PartitionLag;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A hot partition has most of the probes and falls behind. One thread judges it while the others idle, which no further
 * verifier changes: its probes have one key, or few. The log says it once when that begins and once when it is over. Safe for
 * many threads.
 *
 * <p>It begins where a partition has got at least {@link #MOST} of the last minute's probes, these are at least
 * {@link #LEAST_PROBES}, and more probes wait on it than came within {@link #BEHIND} and than waited a minute before. So neither
 * an uneven load that is judged in time nor a backlog that is being worked off is called hot.
 */
final class HotPartition implements AutoCloseable {
    /** Is the share of the probes that makes a partition hot. */
    static final double MOST = 0.8;

    /** Of fewer probes a share says nothing. */
    static final long LEAST_PROBES = 100;

    static final Duration BEHIND = Duration.ofSeconds(10);
    static final Duration LOOKED_AT = Duration.ofMinutes(1);
    static final Duration BETWEEN_LOOKS = Duration.ofSeconds(10);

    private static final Logger log = LoggerFactory.getLogger(HotPartition.class);

    private record Look(long nanos, Map<TopicPartition, PartitionLag> partitions) {}

    private final Supplier<Optional<Map<TopicPartition, PartitionLag>>> lag;
    private final LongSupplier nanoTime;
    private final ScheduledExecutorService thread;

    /** Holds the looks of the last minute, the oldest first. Only the looking thread uses it. */
    private final Deque<Look> looks = new ArrayDeque<>();

    /** Holds the partition that was hot at the last look. Only the looking thread uses it. */
    private @Nullable TopicPartition hot;

    private volatile List<String> lines = List.of();

    /**
     * Makes a watch that looks at nothing before {@link #look}.
     *
     * @param lag gives how far each partition of the probes is; empty while that isn't known
     */
    HotPartition(
            Supplier<Optional<Map<TopicPartition, PartitionLag>>> lag, ServiceThreads threads, LongSupplier nanoTime) {
        this.lag = lag;
        this.nanoTime = nanoTime;
        this.thread = threads.scheduled("hot-partition", 1);
    }

    /** Starts to look every ten seconds. */
    static HotPartition start(GroupLag lag, ServiceThreads threads) {
        HotPartition started = new HotPartition(lag::partitions, threads, System::nanoTime);
        var unused = started.thread.scheduleWithFixedDelay(
                started::look, 0, BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS);
        return started;
    }

    /** Returns one line on the partition that is hot; none if no one is. */
    List<String> lines() {
        return lines;
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    void look() {
        Optional<Map<TopicPartition, PartitionLag>> now = lag.get();
        if (now.isEmpty()) {
            return;
        }
        Look latest = new Look(nanoTime.getAsLong(), now.get());
        looks.addLast(latest);
        while (latest.nanos - looks.getFirst().nanos > LOOKED_AT.toNanos()) {
            looks.removeFirst();
        }
        Look first = looks.getFirst();
        if (latest.partitions.size() > 1 && latest.nanos - first.nanos >= LOOKED_AT.toNanos() / 2) {
            tell(Load.between(first, latest));
        }
    }

    private void tell(Load load) {
        boolean isHot = load.isHot(hot);
        if (isHot && !load.partition.equals(hot)) {
            log.warn("{}", load.line());
        } else if (!isHot && hot != null) {
            log.info("{} no longer falls behind with most of the probes", hot);
        }
        hot = isHot ? load.partition : null;
        lines = isHot ? List.of(load.line()) : List.of();
    }

    /**
     * A load is what came in some time, and the partition that got most of it.
     *
     * @param probes how many probes came on that partition
     * @param all how many came on all partitions
     * @param waitedBefore how many waited on the partition at the begin of the time
     */
    private record Load(TopicPartition partition, long probes, long all, long waiting, long waitedBefore, long nanos) {
        static Load between(Look first, Look latest) {
            Map<TopicPartition, Long> came = new HashMap<>();
            latest.partitions.forEach((partition, now) -> came.put(
                    partition, Math.max(0, now.end() - at(first, partition).end())));
            TopicPartition fullest = Collections.max(came.entrySet(), Map.Entry.comparingByValue())
                    .getKey();
            return new Load(
                    fullest,
                    came.getOrDefault(fullest, 0L),
                    came.values().stream().mapToLong(Long::longValue).sum(),
                    at(latest, fullest).waiting(),
                    at(first, fullest).waiting(),
                    latest.nanos - first.nanos);
        }

        /** Returns how far a partition was at a look; one that has been added since was empty. */
        private static PartitionLag at(Look look, TopicPartition partition) {
            return look.partitions.getOrDefault(partition, new PartitionLag(0, 0));
        }

        /** Returns whether its partition is hot; one that was before stays so until it has caught up. */
        boolean isHot(@Nullable TopicPartition before) {
            return all >= LEAST_PROBES
                    && probes >= MOST * all
                    && waiting >= (double) probes * BEHIND.toNanos() / nanos
                    && (waiting > waitedBefore || partition.equals(before));
        }

        String line() {
            return "%s has %d %% of the probes of the last minute and falls behind by %d: probes of one key lie in one partition, which one thread judges; give probes of your own producers keys that differ; ingest does so with ingest.probe.key=probe, its default"
                    .formatted(partition, Math.round(100.0 * probes / all), waiting);
        }
    }
}
