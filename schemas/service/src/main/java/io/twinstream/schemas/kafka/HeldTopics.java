package io.twinstream.schemas.kafka;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.MultiGauge;
import io.twinstream.schemas.kafka.OpenTransactions.Unreadable;
import io.twinstream.schemas.metrics.Metric;
import io.twinstream.schemas.metrics.ServiceMetrics;
import io.twinstream.schemas.threads.ServiceThreads;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells which of a service's topics are held back by an open transaction: their readers have stood at the same offset for
 * longer than {@code topics.held.after.ms}, and there is more behind it. The log says it when a topic is found held back, when
 * the next transaction holds it, and when that is over. The service stays ready, since it goes on with what can be read. For
 * many threads.
 *
 * <p>Maintainers: verdicts are written in transactions all the time, so their readers are always a little behind; but they
 * reach, within one look, the end as it was at the look before. Only then is it over: where another transaction is open behind
 * the first, readers move on to that one and still can't read to the end.
 */
public final class HeldTopics implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(HeldTopics.class);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(2);
    private static final double NANOS = 1e9;

    private final List<String> topics;
    private final Supplier<Map<TopicPartition, Unreadable>> unreadable;
    private final Function<Map<TopicPartition, Long>, List<OpenTransaction>> transactions;
    private final Duration after;
    private final LongSupplier nanos;
    private final ScheduledExecutorService thread;

    /** What readers could not read at the last look, and since when. */
    private Map<TopicPartition, Behind> behind = Map.of();

    private volatile List<Held> held = List.of();

    /**
     * Makes an object that has yet to be started.
     *
     * @param topics the topics to look at
     * @param unreadable gives what readers can't read now, of the partitions that they can't read to the end
     * @param transactions gives the transactions at these offsets
     */
    HeldTopics(
            ServiceThreads threads,
            List<String> topics,
            Supplier<Map<TopicPartition, Unreadable>> unreadable,
            Function<Map<TopicPartition, Long>, List<OpenTransaction>> transactions,
            Duration after,
            LongSupplier nanos) {
        this.thread = threads.scheduled("held-topics", 1);
        this.topics = List.copyOf(topics);
        this.unreadable = unreadable;
        this.transactions = transactions;
        this.after = after;
        this.nanos = nanos;
    }

    /**
     * Starts to look every two seconds.
     *
     * @param topics the topics that the service reads; those that its user may not see are left out
     * @param after the time after which an open transaction is told
     */
    public static HeldTopics start(List<String> topics, Duration after, ServiceThreads threads, Admin admin) {
        OpenTransactions transactions = new OpenTransactions(admin);
        HeldTopics started = new HeldTopics(
                threads,
                topics,
                () -> transactions.unreadable(transactions.partitions(topics)),
                transactions::of,
                after,
                System::nanoTime);
        var unused = started.thread.scheduleWithFixedDelay(
                started::tryLook, 0, BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS);
        return started;
    }

    /** Returns one line on each partition that is held back, the longest held first. */
    public List<String> lines() {
        return held.stream().map(each -> each.line(nanos.getAsLong())).toList();
    }

    public void measure(ServiceMetrics metrics) {
        MultiGauge rows = Metric.TOPIC_HELD.rows(metrics.registry());
        metrics.beforeScrape(() -> rows.register(
                topics.stream()
                        .map(topic -> MultiGauge.Row.of(Metric.TOPIC_HELD.tags(topic), longest(topic)))
                        .toList(),
                true));
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    void look() {
        long now = nanos.getAsLong();
        Map<TopicPartition, Behind> found = new HashMap<>();
        unreadable
                .get()
                .forEach((partition, part) -> found.put(partition, Behind.of(part, behind.get(partition), now)));
        List<Held> next = new ArrayList<>();
        Map<TopicPartition, Long> unnamed = new HashMap<>();
        found.forEach((partition, each) -> {
            if (now - each.standsSinceNanos > after.toNanos()) {
                unnamed.put(partition, each.part.from());
            }
        });
        for (Held each : held) {
            Behind still = found.get(each.partition());
            if (still == null || still.sinceNanos != each.sinceNanos) {
                log.info("{} can be read to its end again, after it was held back for {} s", each.partition(), (long)
                        each.seconds(now));
            } else if (still.part.from() == each.offset) {
                next.add(each);
                unnamed.remove(each.partition());
            } else {
                unnamed.put(each.partition(), still.part.from());
            }
        }
        Map<TopicPartition, OpenTransaction> named = new HashMap<>();
        if (!unnamed.isEmpty()) {
            transactions.apply(unnamed).forEach(each -> named.putIfAbsent(each.partition(), each));
        }
        unnamed.forEach((partition, offset) -> {
            OpenTransaction transaction = named.getOrDefault(partition, OpenTransaction.unknown(partition, offset));
            Held added = new Held(offset, requireNonNull(found.get(partition)).sinceNanos, transaction);
            log.warn("{}", added.line(now));
            next.add(added);
        });
        next.sort(Comparator.comparingLong(Held::sinceNanos));
        behind = found;
        held = List.copyOf(next);
    }

    private void tryLook() {
        try {
            look();
        } catch (KafkaException e) {
            // The readiness check tells that brokers don't answer.
            log.debug("whether topics are held back isn't known now", e);
        } catch (RuntimeException e) {
            log.error("the search for topics that open transactions hold back has failed and is repeated", e);
        }
    }

    private double longest(String topic) {
        return held.stream()
                .filter(each -> each.partition().topic().equals(topic))
                .mapToDouble(each -> each.seconds(nanos.getAsLong()))
                .max()
                .orElse(0);
    }

    /**
     * This is how readers of a partition stood at a look.
     *
     * @param sinceNanos when they were first found not to read to the end, and have not since
     * @param standsSinceNanos when they were first found at this offset
     */
    private record Behind(Unreadable part, long sinceNanos, long standsSinceNanos) {
        static Behind of(Unreadable part, @Nullable Behind before, long now) {
            if (before == null || part.from() >= before.part.end()) {
                return new Behind(part, now, now);
            }
            boolean stands = part.from() == before.part.from();
            return new Behind(part, before.sinceNanos, stands ? before.standsSinceNanos : now);
        }
    }

    private record Held(long offset, long sinceNanos, OpenTransaction transaction) {
        TopicPartition partition() {
            return transaction.partition();
        }

        double seconds(long now) {
            return (now - sinceNanos) / NANOS;
        }

        String line(long now) {
            return "%s has not been readable to its end for %d s: %s"
                    .formatted(partition(), (long) seconds(now), transaction.line(Instant.now()));
        }
    }
}
