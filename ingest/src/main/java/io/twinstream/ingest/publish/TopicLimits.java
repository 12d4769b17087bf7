package io.twinstream.ingest.publish;

import static java.util.Objects.requireNonNull;

import io.twinstream.schemas.kafka.KafkaClients;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows how large a record each topic takes. It asks the broker when a large record comes, and again after a minute. Where
 * ingest may not ask, it assumes the default of brokers, and less once a broker has refused a record of that size. A call
 * waits for the broker, a second at most, or two where another call waits. For many threads.
 */
final class TopicLimits {
    private static final Logger log = LoggerFactory.getLogger(TopicLimits.class);
    private static final int TIMEOUT_MS = 1_000;
    private static final Duration KEPT = Duration.ofMinutes(1);

    /** Bytes of a record that brokers take, unless one has refused it; it isn't worth asking about. */
    private static final int SMALL_BYTES = 256 << 10;

    /** Bytes of the largest record that brokers take by default. */
    private static final int BROKERS_BYTES = 1_048_588;

    private final Source source;
    private final LongSupplier nanoTime;
    private final Map<String, KnownLimit> known = new HashMap<>();

    private final RecentFailures failures;

    /** Asks for {@code max.message.bytes} of a topic. */
    @FunctionalInterface
    interface Source {
        int ask(String topic) throws ExecutionException, InterruptedException, TimeoutException;
    }

    TopicLimits(Source source, LongSupplier nanoTime) {
        this.source = source;
        this.nanoTime = nanoTime;
        this.failures = new RecentFailures(nanoTime);
    }

    /** Makes limits that open a client whenever they ask a broker. */
    static TopicLimits of(KafkaClients clients) {
        return new TopicLimits(topic -> ask(clients, topic), System::nanoTime);
    }

    /**
     * Returns the bytes of the largest record that the topic takes, asked for a record of about this size.
     *
     * @throws PublishException if no broker answers, and none has answered before
     */
    synchronized int of(String topic, long bytes) {
        KnownLimit before = known.get(topic);
        if (before == null ? bytes > SMALL_BYTES : nanoTime.getAsLong() - before.untilNanos() > 0) {
            ask(topic, before);
        }
        KnownLimit now = known.get(topic);
        return now == null ? Integer.MAX_VALUE : now.bytes();
    }

    /** Notes that the broker has refused a record of this size as too large; asks nobody. */
    synchronized void refused(String topic, int bytes) {
        int less = bytes > BROKERS_BYTES ? BROKERS_BYTES : bytes / 2;
        KnownLimit before = known.get(topic);
        known.put(topic, new KnownLimit(before == null ? less : Math.min(less, before.bytes()), nanoTime.getAsLong()));
    }

    private void ask(String topic, @Nullable KnownLimit before) {
        Optional<PublishException> recent = failures.of(topic);
        if (recent.isPresent()) {
            throw recent.get();
        }
        try {
            known.put(topic, new KnownLimit(source.ask(topic), until()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw PublishException.busy(
                    "ingest stopped while it asked a broker how large a record the topic %s takes".formatted(topic));
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            Throwable cause = e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
            if (before != null) {
                known.put(topic, new KnownLimit(before.bytes(), until()));
            } else if (cause instanceof AuthorizationException) {
                known.put(topic, new KnownLimit(BROKERS_BYTES, until()));
                log.warn(
                        "the broker doesn't say how large a record the topic {} takes: pictures that don't fit {} bytes are made smaller until ingest has DESCRIBE_CONFIGS on it; `twinstream acls ingest` prints what it needs",
                        topic,
                        BROKERS_BYTES);
            } else {
                PublishException failure = PublishException.of(topic, cause, false);
                failures.note(topic, failure);
                throw failure;
            }
        }
    }

    private long until() {
        return nanoTime.getAsLong() + KEPT.toNanos();
    }

    private static int ask(KafkaClients clients, String topic)
            throws ExecutionException, InterruptedException, TimeoutException {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        Admin admin = clients.admin("twinstream-ingest-limits");
        try {
            return Integer.parseInt(requireNonNull(
                            admin.describeConfigs(List.of(resource), new DescribeConfigsOptions().timeoutMs(TIMEOUT_MS))
                                    .values()
                                    .get(resource))
                    .get(TIMEOUT_MS, TimeUnit.MILLISECONDS)
                    .get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG)
                    .value());
        } finally {
            admin.close(Duration.ZERO);
        }
    }

    private record KnownLimit(int bytes, long untilNanos) {}
}
