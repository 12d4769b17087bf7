package io.twinstream.verifier.window;

import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.kafka.TopicReader;
import io.twinstream.schemas.metrics.Metric;
import io.twinstream.schemas.metrics.ServiceMetrics;
import io.twinstream.schemas.record.Alarm;
import io.twinstream.schemas.record.MatchWindow;
import io.twinstream.schemas.threads.ServiceThreads;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.verifier.settings.StreamSettings;
import io.twinstream.verifier.settings.WatchingSettings;
import io.twinstream.verifier.stream.RunningTopology;
import io.twinstream.verifier.stream.StreamsProperties;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyWindowStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Match windows are a verifier's part in counting verdicts, if it has one. Probes are judged whatever happens here.
 * Safe for many threads.
 */
public final class MatchWindows implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(MatchWindows.class);

    /** This is the time between two writings of the windows that have changed. */
    private static final int COMMIT_INTERVAL_MS = 1_000;

    private static final int LINGER_MS = 5;
    private static final double NANOS = 1e9;

    private final LongAdder unreadable = new LongAdder();
    private final LongAdder late = new LongAdder();
    private final KafkaClients clients;
    private final Topics topics;
    private final StreamSettings settings;
    private final WatchingSettings watching;
    private final ServiceThreads threads;
    private final ProcessorSupplier<String, MatchWindow, String, Alarm> drift;
    private final boolean counting;
    private volatile @Nullable RunningTopology streams;
    private volatile @Nullable CountingEnd end;
    private volatile boolean closing;

    /** The end of the counting, after which nothing is counted here until the process starts again. */
    private record CountingEnd(String why, long nanos) {}

    /**
     * Creates a part that counts nothing yet.
     *
     * @param drift gives the processors that raise alarms about windows of the smallest size, where the settings ask
     *     for that
     */
    public MatchWindows(
            KafkaClients clients,
            Topics topics,
            StreamSettings settings,
            WatchingSettings watching,
            ServiceThreads threads,
            ProcessorSupplier<String, MatchWindow, String, Alarm> drift) {
        this.threads = threads;
        this.clients = clients;
        this.topics = topics;
        this.settings = settings;
        this.watching = watching;
        this.drift = drift;
        this.counting = watching.windows().on();
    }

    /** Returns the id of the application that counts: its group, and the prefix of its own topics' names. */
    public static String application(String group) {
        return group + "-windows";
    }

    /**
     * Starts counting, if the settings say so. It throws nothing.
     *
     * @param address the host and port where other verifiers ask this one for its windows
     */
    public void begin(String address) {
        if (!counting) {
            return;
        }
        try {
            RunningTopology made = streams(address);
            streams = made;
            TopicReader.require(clients, written());
            FirstOffsets.commit(
                    clients,
                    application(settings.group()),
                    topics.verdicts(),
                    watching.windows().grace());
            var unused = made.ended().thenAccept(this::ended);
            made.start();
        } catch (RuntimeException e) {
            log.error(
                    "verdicts have not been counted since the start, so there are no windows, alarms or charts, though probes are judged: remove the cause and start the verifier again: {}",
                    e.toString());
            ended("counting verdicts can't begin: " + e.getMessage());
            close();
            streams = null;
        }
    }

    /** Returns in one line why verdicts are no longer counted here, or an empty text where they are, or aren't meant to be. */
    public String trouble() {
        CountingEnd ended = end;
        return ended == null ? "" : ended.why();
    }

    private void ended(String why) {
        if (!closing) {
            end = new CountingEnd(why.isEmpty() ? "counting verdicts has ended" : why, System.nanoTime());
        }
    }

    private double secondsSinceEnd() {
        CountingEnd ended = end;
        return ended == null ? 0 : (System.nanoTime() - ended.nanos()) / NANOS;
    }

    /** Returns the sizes of windows that are counted; none where counting is off. */
    public List<Duration> sizes() {
        return counting ? watching.windows().sizes() : List.of();
    }

    /** Returns the fields of {@code /status}: the state, or OFF, and how many verdicts could not be counted. */
    public Map<String, Object> status() {
        RunningTopology running = streams;
        Map<String, Object> status = new LinkedHashMap<>();
        status.put(
                "windows",
                end != null
                        ? "ERROR"
                        : running == null ? "OFF" : running.state().name());
        status.put("windowsLate", late());
        status.put("windowsUnreadable", unreadable.sum());
        return status;
    }

    /** Returns how many verdicts came too late for their window. */
    public long late() {
        return late.sum();
    }

    /**
     * Returns the windows that this verifier has, in no order, or empty while it can't say, as while the work is shared
     * anew.
     */
    public Optional<List<MatchWindow>> read(WindowFilter filter) {
        RunningTopology running = streams;
        if (running == null) {
            return Optional.empty();
        }
        List<MatchWindow> windows = new ArrayList<>();
        try {
            ReadOnlyWindowStore<String, MatchWindow> store = running.store(StoreQueryParameters.fromNameAndType(
                    WindowTopology.store(Duration.ofMillis(filter.sizeMs())), QueryableStoreTypes.windowStore()));
            try (KeyValueIterator<Windowed<String>, MatchWindow> all =
                    store.fetchAll(filter.from(), filter.to().minusMillis(1))) {
                while (all.hasNext()) {
                    MatchWindow window = all.next().value;
                    if (filter.takes(window)) {
                        windows.add(window);
                    }
                }
            }
        } catch (InvalidStateStoreException e) {
            log.debug("windows can't be read now", e);
            return Optional.empty();
        }
        return Optional.of(windows);
    }

    /** Returns the addresses of the other verifiers that have windows of a size. */
    public Set<String> elsewhere(Duration size) {
        RunningTopology running = streams;
        return running == null ? Set.of() : running.others(WindowTopology.store(size));
    }

    /** Returns the addresses of the other verifiers of the group; none where counting is off, or while they are unknown. */
    public Set<String> others() {
        RunningTopology running = streams;
        return running == null ? Set.of() : running.others();
    }

    /** Shows how long nothing has been counted and, once counting has begun, the metrics of Kafka Streams and its clients. */
    public void measure(ServiceMetrics metrics) {
        if (counting) {
            Metric.STANDSTILL.gauge(metrics.registry(), this::secondsSinceEnd, "windows");
        }
        RunningTopology running = streams;
        if (running != null) {
            running.measure(metrics);
        }
    }

    @Override
    public void close() {
        closing = true;
        RunningTopology running = streams;
        if (running != null) {
            running.close();
        }
    }

    private List<String> written() {
        return drifting() ? List.of(topics.matchWindows(), topics.alarms()) : List.of(topics.matchWindows());
    }

    private boolean drifting() {
        return watching.drift().on();
    }

    private RunningTopology streams(String address) {
        Properties properties = properties(clients, settings);
        properties.put(StreamsConfig.APPLICATION_SERVER_CONFIG, address);
        return new RunningTopology(
                "counting verdicts",
                threads,
                WindowTopology.build(
                        topics,
                        clients.values(),
                        watching.windows().sizes(),
                        watching.windows().grace(),
                        unreadable,
                        late,
                        drifting() ? Optional.of(drift) : Optional.empty()),
                properties);
    }

    static Properties properties(KafkaClients clients, StreamSettings settings) {
        Properties properties = new Properties();
        properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, COMMIT_INTERVAL_MS);
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), LINGER_MS);
        properties.putAll(StreamsProperties.application(clients, settings, application(settings.group())));
        properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
        // Verdicts of an aborted transaction don't count, whatever guarantee this topology itself gives.
        properties.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.ISOLATION_LEVEL_CONFIG), "read_committed");
        return properties;
    }
}
