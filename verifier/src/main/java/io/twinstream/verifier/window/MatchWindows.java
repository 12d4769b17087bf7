package io.twinstream.verifier.window;

import static org.apache.kafka.streams.StreamsConfig.mainConsumerPrefix;

import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.verifier.drift.Drift;
import io.twinstream.verifier.settings.VerifierSettings;
import io.twinstream.verifier.settings.WindowSizes;
import io.twinstream.verifier.stream.StreamsProperties;
import io.twinstream.verifier.stream.VerifierStreams;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A verifier's part in counting verdicts, where it takes any. Whatever happens here, probes are judged. */
public final class MatchWindows implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(MatchWindows.class);

    /** How often windows are written that have changed. */
    private static final int COMMIT_INTERVAL_MS = 1_000;

    private final LongAdder unreadable = new LongAdder();
    private final String withoutStreams;
    private final @Nullable VerifierStreams streams;

    private MatchWindows(Settings settings, Drift drift) {
        VerifierStreams made = null;
        String state = "OFF";
        if (settings.getBoolean(VerifierSettings.WINDOWS)) {
            try {
                made = streams(settings, drift);
                made.start();
            } catch (RuntimeException e) {
                log.error("counting verdicts can't begin, they are judged without: {}", e.toString());
                state = "ERROR";
            }
        }
        streams = made;
        withoutStreams = state;
    }

    /**
     * Starts counting, if the settings say so; throws nothing.
     *
     * @param drift judges windows, where the settings say so
     */
    public static MatchWindows start(Settings settings, Drift drift) {
        return new MatchWindows(settings, drift);
    }

    /** What {@code /status} shows: the state, or OFF, and what could not be counted. */
    public Map<String, Object> status() {
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("windows", streams == null ? withoutStreams : streams.state().name());
        status.put("windowsLate", streams == null ? 0 : streams.dropped());
        status.put("windowsUnreadable", unreadable.sum());
        return status;
    }

    @Override
    public void close() {
        if (streams != null) {
            streams.close();
        }
    }

    private VerifierStreams streams(Settings settings, Drift drift) {
        return new VerifierStreams(
                "counting verdicts",
                WindowTopology.build(
                        CommonSettings.topics(settings),
                        WindowSizes.of(settings),
                        Duration.ofMillis(settings.getLong(VerifierSettings.WINDOW_GRACE)),
                        unreadable,
                        settings.getBoolean(VerifierSettings.DRIFT) ? Optional.of(drift) : Optional.empty()),
                properties(settings));
    }

    static Properties properties(Settings settings) {
        Properties properties = new Properties();
        properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, COMMIT_INTERVAL_MS);
        properties.putAll(
                StreamsProperties.application(settings, settings.getString(VerifierSettings.GROUP) + "-windows"));
        properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
        // Verdicts of a transaction that was given up are none, whatever this topology itself promises.
        properties.put(mainConsumerPrefix(ConsumerConfig.ISOLATION_LEVEL_CONFIG), "read_committed");
        return properties;
    }
}
