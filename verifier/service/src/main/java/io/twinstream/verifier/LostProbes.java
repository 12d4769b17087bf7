package io.twinstream.verifier;

import static java.util.stream.Collectors.toMap;

import io.micrometer.core.instrument.MeterRegistry;
import io.twinstream.schemas.metrics.Metric;
import io.twinstream.schemas.threads.ServiceThreads;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lost probes are offsets that retention took before a verifier of the group judged them: those between the group's
 * committed offset and the first that is kept. This class counts them once before probes are judged, since a consumer
 * then silently goes on at the first kept offset, and every ten seconds after that. Safe for many threads.
 *
 * <p>Maintainers: each verifier counts for the whole group, so the largest count of several is right. Ends of
 * transactions take offsets too, so the count is an upper bound.
 */
final class LostProbes implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LostProbes.class);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(10);
    private static final long PATIENCE_SECONDS = 10;

    private final Admin admin;
    private final String topic;
    private final String group;
    private final ScheduledExecutorService thread;
    private final AtomicLong lost = new AtomicLong();

    /** Holds for each partition the offset up to which losses have been counted. Only the looking thread uses it. */
    private final Map<TopicPartition, Long> counted = new HashMap<>();

    private LostProbes(String topic, String group, ServiceThreads threads, Admin admin) {
        this.admin = admin;
        this.topic = topic;
        this.group = group;
        this.thread = threads.scheduled("lost-probes", 1);
    }

    /** Counts once, and starts a thread that counts again every ten seconds. */
    static LostProbes start(String topic, String group, ServiceThreads threads, Admin admin) {
        LostProbes started = new LostProbes(topic, group, threads, admin);
        started.tryLook();
        var unused = started.thread.scheduleWithFixedDelay(
                started::tryLook, BETWEEN_LOOKS.toMillis(), BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS);
        return started;
    }

    /** Returns how many offsets were found lost since the start. */
    long count() {
        return lost.get();
    }

    void measure(MeterRegistry registry) {
        Metric.PROBES_LOST.counter(registry, lost, AtomicLong::get);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    private void tryLook() {
        try {
            look();
        } catch (ExecutionException | TimeoutException e) {
            // Other checks report brokers that don't answer and rights that are missing.
            log.debug("it isn't known now whether probes were lost", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() throws ExecutionException, InterruptedException, TimeoutException {
        Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        Map<TopicPartition, Long> judged = new HashMap<>();
        committed.forEach((partition, offset) -> {
            if (offset != null && partition.topic().equals(topic)) {
                judged.put(partition, offset.offset());
            }
        });
        var firsts = admin.listOffsets(
                        judged.keySet().stream().collect(toMap(each -> each, each -> OffsetSpec.earliest())))
                .all()
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        firsts.forEach((partition, kept) -> {
            long first = kept.offset();
            long from = Math.max(judged.getOrDefault(partition, first), counted.getOrDefault(partition, 0L));
            if (first > from) {
                counted.put(partition, first);
                lost.addAndGet(first - from);
                log.error(
                        "retention deleted up to {} probes of {}, from offset {} on, before a verifier judged them: add verifiers, or set a longer retention.ms",
                        first - from,
                        partition,
                        from);
            }
        });
    }
}
