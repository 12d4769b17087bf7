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
 * Counts the offsets of probes that retention took before the group of the verifiers came to them: those between the group's committed
 * offset and the first that is kept. Looks once before probes are judged, since a consumer then goes on at the first that is kept without a word, and every
 * ten seconds after that. For many threads.
 *
 * <p>Maintainers: each verifier counts for the whole group, so that of several the largest holds. The ends of transactions take offsets too: the number is an upper bound.
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

    /** The first offset kept, up to which what is lost has been counted. For the looking thread. */
    private final Map<TopicPartition, Long> counted = new HashMap<>();

    private LostProbes(String topic, String group, ServiceThreads threads, Admin admin) {
        this.admin = admin;
        this.topic = topic;
        this.group = group;
        this.thread = threads.scheduled("lost-probes", 1);
    }

    /** Looks once, and starts to look again and again. */
    static LostProbes start(String topic, String group, ServiceThreads threads, Admin admin) {
        LostProbes started = new LostProbes(topic, group, threads, admin);
        started.tryLook();
        var unused = started.thread.scheduleWithFixedDelay(
                started::tryLook, BETWEEN_LOOKS.toMillis(), BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS);
        return started;
    }

    /** How many offsets were found to be lost since the start. */
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
            // That brokers don't answer, or that a right is lacking, is told by others.
            log.debug("whether probes are lost isn't known now", e);
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
                        "retention has taken {} probes of {}, from offset {} on, before a verifier came to them: more verifiers, or a longer retention.ms, keep up",
                        first - from,
                        partition,
                        from);
            }
        });
    }
}
