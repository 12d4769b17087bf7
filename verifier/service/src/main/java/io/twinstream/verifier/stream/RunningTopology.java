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
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KafkaStreams.State;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.StreamsMetadata;
import org.apache.kafka.streams.TaskMetadata;
import org.apache.kafka.streams.ThreadMetadata;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running topology is a client of Kafka Streams that runs one topology. Passing troubles of Kafka, and a model
 * version that isn't ready yet, replace the stream thread that met them; any other error stops the client.
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
     * Creates the client without starting it.
     *
     * @param work the topology's work as errors name it, such as "judging probes"
     * @param threads gets errors that end a stream thread for good
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

    /** Starts the client; an error completes {@link #ended} as a later one would. */
    public void start() {
        try {
            streams.start();
        } catch (RuntimeException e) {
            failure = work + " can't begin: " + e.getMessage();
            log.error(failure, e);
            ended.complete(failure);
        }
    }

    /** Returns true while records are being processed, and false during a rebalance. */
    public boolean running() {
        return streams.state() == RUNNING;
    }

    /** Returns false once an error has stopped the client for good. */
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
     * Returns a store of this client, for reading.
     *
     * @throws InvalidStateStoreException if the store can't be read now, as during a rebalance
     */
    public <T> T store(StoreQueryParameters<T> store) {
        return streams.store(store);
    }

    /**
     * Returns the addresses, host and port, of the application's other clients that have a part of a store; none while
     * they are unknown.
     */
    public Set<String> others(String store) {
        return addresses(() -> streams.streamsMetadataForStore(store));
    }

    /** Returns the addresses, host and port, of the application's other clients; none while they are unknown. */
    public Set<String> others() {
        return addresses(streams::metadataForAllStreamsClients);
    }

    private Set<String> addresses(Supplier<Collection<StreamsMetadata>> clients) {
        String own = String.valueOf(properties.get(StreamsConfig.APPLICATION_SERVER_CONFIG));
        try {
            return clients.get().stream()
                    .map(each -> each.host() + ":" + each.port())
                    .filter(each -> !each.equals(own))
                    .collect(Collectors.toCollection(TreeSet::new));
        } catch (InvalidStateStoreException | IllegalStateException e) {
            // Streams that aren't running know nobody.
            return Set.of();
        }
    }

    /**
     * Returns how many records on its partitions this client has not fetched yet, as of its last fetches. Records
     * fetched and not processed, some hundreds a partition at most, don't count.
     */
    public long lag() {
        return streams.metrics().values().stream()
                .filter(metric -> metric.metricName().name().equals("records-lag")
                        && metric.metricName().group().equals("consumer-fetch-manager-metrics")
                        && metric.metricValue() instanceof Double)
                .mapToLong(metric -> ((Double) metric.metricValue()).longValue())
                .sum();
    }

    /**
     * Returns the committed offset of each partition that this client has now, or -1 if it has committed nothing since
     * it got the partition.
     */
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

    /** Returns the longest time, in seconds, that any stream thread has not polled, and 0 before the first poll. */
    public double sincePollSeconds() {
        return streams.metrics().values().stream()
                .filter(metric -> metric.metricName().name().equals("last-poll-seconds-ago")
                        // Restore consumers poll only while a store is restored.
                        && !String.valueOf(metric.metricName().tags().get("client-id"))
                                .endsWith("-restore-consumer")
                        && metric.metricValue() instanceof Number)
                .mapToDouble(metric -> ((Number) metric.metricValue()).doubleValue())
                .max()
                .stream()
                .map(seconds -> Math.max(0, seconds))
                .sum();
    }

    /** Returns a watch of the records that wait unprocessed on its partitions. */
    public UnprocessedRecords unprocessed(KafkaClients clients, Duration quiet) {
        String application = String.valueOf(properties.get(StreamsConfig.APPLICATION_ID_CONFIG));
        return new UnprocessedRecords(
                this::committed, () -> UnprocessedRecords.consumer(clients, application), quiet, System::nanoTime);
    }

    /**
     * Returns a future that completes when the client has stopped, with the error that stopped it, or an empty text
     * after {@link #close}.
     */
    public CompletableFuture<String> ended() {
        return ended;
    }

    /** Finishes the current record, commits, and leaves the group, so that others take over at once. */
    @Override
    public void close() {
        boolean stopped =
                streams.close(CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
                        .withTimeout(STOP));
        if (!stopped) {
            log.warn("the stream threads did not stop within {} s", STOP.toSeconds());
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
            log.warn("a stream thread is replaced after a temporary failure: {}", root.toString());
            return REPLACE_THREAD;
        }
        if (root instanceof VersionUnavailableException unavailable && !unavailable.hopeless()) {
            // The transaction can't wait any longer but the probe can, since nothing of it was committed.
            log.error("a stream thread is replaced, since its probe waits for a model version: {}", root.getMessage());
            return REPLACE_THREAD;
        }
        failures.increment();
        if (root instanceof AuthorizationException) {
            failure = work + " failed: " + String.valueOf(root.getMessage()).replaceFirst("\\.$", "")
                    + ": 'twinstream acls verifier' prints what the verifier's user needs";
            log.error(failure);
            return SHUTDOWN_CLIENT;
        }
        if (root instanceof MissingSourceTopicException) {
            failure = work
                    + " failed, since a topic that it reads is missing: look who deleted it, make it anew by 'twinstream topics create', and start again";
            log.error(failure);
            return SHUTDOWN_CLIENT;
        }
        // The message of an unavailable version is written for people and needs no class name.
        failure = work + " failed: "
                + (root instanceof VersionUnavailableException ? root.getMessage() : root.toString());
        log.error(failure, exception);
        return SHUTDOWN_CLIENT;
    }
}
