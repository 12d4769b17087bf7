package io.twinstream.verifier.stream;

import static org.apache.kafka.streams.KafkaStreams.State.ERROR;
import static org.apache.kafka.streams.KafkaStreams.State.NOT_RUNNING;
import static org.apache.kafka.streams.KafkaStreams.State.PENDING_ERROR;
import static org.apache.kafka.streams.KafkaStreams.State.RUNNING;
import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.REPLACE_THREAD;
import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.SHUTDOWN_CLIENT;

import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.metrics.ServiceMetrics;
import io.twinstream.schemas.threads.ServiceThreads;
import io.twinstream.verifier.model.ModelChoice.VersionUnavailableException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KafkaStreams.State;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TaskMetadata;
import org.apache.kafka.streams.ThreadMetadata;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running topology. Kafka's passing troubles, and a model version that isn't ready yet, replace the thread that met
 * them; any other error stops the client.
 */
public final class RunningTopology implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RunningTopology.class);
    private static final Duration STOP = Duration.ofSeconds(10);

    private final String work;
    private final ServiceThreads threads;
    private final LongAdder failures;
    private final Properties properties;
    private final KafkaStreams streams;
    private final CompletableFuture<String> ended = new CompletableFuture<>();
    private volatile String failure = "";

    /**
     * Makes the client.
     *
     * @param work what the topology does, as errors name it: "judging probes"
     * @param threads are told what ends a stream thread for good
     */
    public RunningTopology(String work, ServiceThreads threads, Topology topology, Properties properties) {
        this.threads = threads;
        this.failures = threads.count(work.replace(' ', '-'));
        this.work = work;
        this.properties = properties;
        streams = new KafkaStreams(topology, properties);
        streams.setUncaughtExceptionHandler(this::onException);
        streams.setStateListener((now, before) -> {
            if (EnumSet.of(ERROR, NOT_RUNNING).contains(now)) {
                ended.complete(failure);
            }
        });
    }

    /** Starts; an error ends it as any other does, see {@link #ended}. */
    public void start() {
        try {
            streams.start();
        } catch (RuntimeException e) {
            failure = work + " can't begin: " + e.getMessage();
            log.error(failure, e);
            ended.complete(failure);
        }
    }

    /** True while records are being processed; false during a rebalance. */
    public boolean running() {
        return streams.state() == RUNNING;
    }

    /** False once an error has stopped the client for good. */
    public boolean alive() {
        return !EnumSet.of(ERROR, PENDING_ERROR, NOT_RUNNING).contains(streams.state());
    }

    /** Shows the metrics of Kafka Streams and its clients. */
    public void measure(ServiceMetrics metrics) {
        new KafkaStreamsMetrics(streams, Tags.empty(), metrics.looks(), ServiceMetrics.LOOK).bindTo(metrics.registry());
    }

    public State state() {
        return streams.state();
    }

    /**
     * A store of this client, for reading.
     *
     * @throws InvalidStateStoreException if there is none now, as during a rebalance
     */
    public <T> T store(StoreQueryParameters<T> store) {
        return streams.store(store);
    }

    /** Addresses, host and port, of the other clients of the application that have a part of a store; none while unknown. */
    public Set<String> others(String store) {
        String own = String.valueOf(properties.get(StreamsConfig.APPLICATION_SERVER_CONFIG));
        try {
            return streams.streamsMetadataForStore(store).stream()
                    .map(each -> each.host() + ":" + each.port())
                    .filter(each -> !each.equals(own))
                    .collect(Collectors.toCollection(TreeSet::new));
        } catch (InvalidStateStoreException | IllegalStateException e) {
            // Streams that aren't running know nobody.
            return Set.of();
        }
    }

    /**
     * Records on this client's partitions that it has not fetched yet, as of its last fetches. What is fetched and not processed,
     * some hundreds a partition at most, doesn't count.
     */
    public long lag() {
        return streams.metrics().values().stream()
                .filter(metric -> metric.metricName().name().equals("records-lag")
                        && metric.metricName().group().equals("consumer-fetch-manager-metrics")
                        && metric.metricValue() instanceof Double)
                .mapToLong(metric -> ((Double) metric.metricValue()).longValue())
                .sum();
    }

    /** What is committed of each partition that this client has now; -1 where it has committed nothing since it has it. */
    Map<TopicPartition, Long> committed() {
        Map<TopicPartition, Long> committed = new HashMap<>();
        for (ThreadMetadata thread : streams.metadataForLocalThreads()) {
            for (TaskMetadata task : thread.activeTasks()) {
                task.topicPartitions().forEach(each -> committed.put(each, -1L));
                committed.putAll(task.committedOffsets());
            }
        }
        return committed;
    }

    /** Seconds since the last poll of the stream thread that has polled least lately; 0 before the first. */
    public double sincePollSeconds() {
        return streams.metrics().values().stream()
                .filter(metric -> metric.metricName().name().equals("last-poll-seconds-ago")
                        // Others poll only while a store is restored.
                        && !String.valueOf(metric.metricName().tags().get("client-id"))
                                .endsWith("-restore-consumer")
                        && metric.metricValue() instanceof Number)
                .mapToDouble(metric -> ((Number) metric.metricValue()).doubleValue())
                .max()
                .stream()
                .map(seconds -> Math.max(0, seconds))
                .sum();
    }

    /** Records that lie on its partitions unprocessed, to be looked for. */
    public UnprocessedRecords unprocessed(KafkaClients clients, Duration quiet) {
        String application = String.valueOf(properties.get(StreamsConfig.APPLICATION_ID_CONFIG));
        return new UnprocessedRecords(
                this::committed, () -> UnprocessedRecords.consumer(clients, application), quiet, System::nanoTime);
    }

    /** Done when the client has stopped: with the error that stopped it, or an empty text after {@link #close}. */
    public CompletableFuture<String> ended() {
        return ended;
    }

    /** Finishes the record at hand, commits, and leaves the group, so that others take over at once. */
    @Override
    public void close() {
        boolean stopped =
                streams.close(CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
                        .withTimeout(STOP));
        if (!stopped) {
            log.warn("stream threads did not stop within {} s", STOP.toSeconds());
        }
    }

    private StreamThreadExceptionResponse onException(Throwable exception) {
        Error error = ServiceThreads.errorIn(exception);
        if (error != null) {
            failure = work + " failed: " + error;
            threads.ended(work.replace(' ', '-'), exception);
            return SHUTDOWN_CLIENT;
        }
        Throwable root = exception;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        if (root instanceof RetriableException) {
            log.warn("replacing a stream thread: {}", root.toString());
            return REPLACE_THREAD;
        }
        if (root instanceof VersionUnavailableException unavailable && !unavailable.hopeless()) {
            // The transaction can't wait any longer, the probe can: nothing of it was committed.
            log.error("replacing a stream thread: {}", root.getMessage());
            return REPLACE_THREAD;
        }
        failures.increment();
        if (root instanceof AuthorizationException) {
            failure = work + " failed: " + String.valueOf(root.getMessage()).replaceFirst("\\.$", "")
                    + ": 'twinstream acls verifier' prints what the verifier's user needs";
            log.error(failure);
            return SHUTDOWN_CLIENT;
        }
        // A version that can't be had is told in the words that were meant for people.
        failure = work + " failed: "
                + (root instanceof VersionUnavailableException ? root.getMessage() : root.toString());
        log.error(failure, exception);
        return SHUTDOWN_CLIENT;
    }
}
