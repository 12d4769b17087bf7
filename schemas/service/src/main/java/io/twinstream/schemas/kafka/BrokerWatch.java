package io.twinstream.schemas.kafka;

import io.twinstream.schemas.threads.ServiceThreads;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in the log, in one line each, when no broker answers, when one of them has left the cluster, and when they are back. It
 * looks every second and waits {@link #PATIENCE} for an answer, so an outage is told {@link #TOLD_WITHIN} after it began.
 */
public final class BrokerWatch implements AutoCloseable {
    /** The time in which an outage is told. */
    public static final Duration TOLD_WITHIN = Duration.ofSeconds(4);

    private static final Logger log = LoggerFactory.getLogger(BrokerWatch.class);
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    /** Asks which brokers there are. */
    @FunctionalInterface
    interface Question {
        Collection<Node> ask() throws ExecutionException, TimeoutException, InterruptedException;
    }

    private final Question question;
    private final String bootstrap;
    private final InstantSource clock;
    private final Consumer<String> trouble;
    private final Consumer<String> relief;
    private final ScheduledExecutorService thread;

    /** The addresses of the brokers that were there at the last answer, and of those that have left since, by their ids. */
    private Map<Integer, String> there = Map.of();

    private final Map<Integer, String> left = new TreeMap<>();
    private @Nullable Instant silentSince;
    private volatile String silence = "";

    /**
     * Makes a watch that has yet to be started.
     *
     * @param bootstrap the addresses that the service was given
     * @param trouble takes the line on brokers that are away
     * @param relief takes the line on brokers that are back
     */
    BrokerWatch(
            ServiceThreads threads,
            Question question,
            String bootstrap,
            InstantSource clock,
            Consumer<String> trouble,
            Consumer<String> relief) {
        this.thread = threads.scheduled("broker-watch", 1);
        this.question = question;
        this.bootstrap = bootstrap;
        this.clock = clock;
        this.trouble = trouble;
        this.relief = relief;
    }

    /**
     * Starts to look.
     *
     * @param bootstrap the addresses that the service was given, for the line before any broker has answered
     */
    public static BrokerWatch start(String bootstrap, ServiceThreads threads, Admin admin, InstantSource clock) {
        BrokerWatch started = new BrokerWatch(
                threads,
                () -> admin.describeCluster().nodes().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS),
                bootstrap,
                clock,
                line -> log.warn("{}", line),
                line -> log.info("{}", line));
        var unused = started.thread.scheduleWithFixedDelay(
                started::tryLook, 0, BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS);
        return started;
    }

    /**
     * Returns one line on the silence while no broker answers, or an empty text. A consumer doesn't tell: its polls of a dead
     * broker just bring nothing. Any thread may ask.
     */
    public String silence() {
        return silence;
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    void look() throws InterruptedException {
        Instant asked = clock.instant();
        Map<Integer, String> now = new TreeMap<>();
        String reason = "";
        try {
            question.ask().forEach(each -> now.put(each.id(), each.host() + ":" + each.port()));
        } catch (TimeoutException e) {
            log.debug("no broker has answered in time", e);
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof org.apache.kafka.common.errors.TimeoutException)) {
                reason = " (%s)"
                        .formatted(e.getCause() == null ? e : e.getCause().getMessage());
            }
        }
        if (now.isEmpty()) {
            if (silentSince == null) {
                silentSince = asked;
                silence =
                        "no broker answers since %s, of %s%s: see whether they run and are reached from here; work goes on by itself once they answer"
                                .formatted(
                                        asked.truncatedTo(ChronoUnit.SECONDS),
                                        there.isEmpty() ? bootstrap : String.join(", ", there.values()),
                                        reason);
                trouble.accept(silence);
            }
        } else {
            compare(now);
        }
    }

    private void compare(Map<Integer, String> now) {
        if (silentSince != null) {
            relief.accept("brokers answer again, after %d s: %s"
                    .formatted(
                            Duration.between(silentSince, clock.instant()).toSeconds(),
                            String.join(", ", now.values())));
            silentSince = null;
            silence = "";
        }
        there.forEach((id, address) -> {
            if (!now.containsKey(id)) {
                left.put(id, address);
                trouble.accept(
                        "broker %d, %s, has left the cluster at %s, and %d of %d go on: see whether it runs; a topic with too few replicas left takes no records"
                                .formatted(
                                        id,
                                        address,
                                        clock.instant().truncatedTo(ChronoUnit.SECONDS),
                                        now.size(),
                                        now.size() + left.size()));
            }
        });
        now.forEach((id, address) -> {
            if (left.remove(id) != null) {
                relief.accept("broker %d, %s, is back".formatted(id, address));
            }
        });
        there = now;
    }

    private void tryLook() {
        try {
            look();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (KafkaException e) {
            log.debug("whether brokers answer isn't known now", e);
        } catch (RuntimeException e) {
            log.error("the watch of the brokers has failed and is repeated", e);
        }
    }
}
