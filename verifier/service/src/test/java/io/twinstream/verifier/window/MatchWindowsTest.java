package io.twinstream.verifier.window;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.Gauge;
import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.metrics.ServiceMetrics;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.threads.ServiceThreads;
import io.twinstream.verifier.drift.DriftDetection;
import io.twinstream.verifier.settings.StreamSettings;
import io.twinstream.verifier.settings.VerifierSettings;
import io.twinstream.verifier.settings.WatchingSettings;
import io.twinstream.verifier.stream.CloudEvents;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MatchWindowsTest {
    @Test
    void aVerifierThatDoesNotCountSaysSo() {
        try (MatchWindows windows = windows(Map.of("verifier.windows", "false"))) {
            windows.begin("localhost:1");

            assertEquals("OFF", windows.status().get("windows"));
            assertEquals("", windows.trouble());
        }
    }

    @Test
    void countingThatCannotBeginIsToldAndThrowsNothing() {
        try (MatchWindows windows = windows(Map.of("kafka.num.standby.replicas", "many"))) {
            windows.begin("localhost:1");

            assertEquals("ERROR", windows.status().get("windows"));
            assertTrue(
                    windows.trouble().startsWith("counting verdicts can't begin: ")
                            && windows.trouble().contains("num.standby.replicas"),
                    windows.trouble());
        }
    }

    @Test
    void howLongNothingIsCountedIsMeasured() {
        try (ServiceMetrics metrics = new ServiceMetrics(new ServiceThreads());
                MatchWindows windows = windows(Map.of("kafka.num.standby.replicas", "many"))) {
            windows.measure(metrics);
            Gauge standing = metrics.registry()
                    .get("twinstream_standstill_seconds")
                    .tag("of", "windows")
                    .gauge();
            assertEquals(0, standing.value());

            windows.begin("localhost:1");

            assertTrue(standing.value() > 0, "after " + standing.value() + " s");
        }
    }

    @Test
    void itIsAnApplicationOfItsOwnWithTheVerifiersGuarantee() {
        Settings settings =
                settings(Map.of("verifier.group", "mine", "verifier.threads", "8", "kafka.num.stream.threads", "8"));
        CommonSettings common = CommonSettings.of(settings);
        StreamsConfig config = new StreamsConfig(
                MatchWindows.properties(KafkaClients.of(common), StreamSettings.of(settings, common)));

        assertEquals("mine-windows", config.getString(StreamsConfig.APPLICATION_ID_CONFIG));
        assertEquals("exactly_once_v2", config.getString(StreamsConfig.PROCESSING_GUARANTEE_CONFIG));
        assertEquals(1, config.getInt(StreamsConfig.NUM_STREAM_THREADS_CONFIG));
    }

    @Test
    void sizesAreMilliseconds() {
        assertEquals(
                List.of(Duration.ofSeconds(10), Duration.ofMinutes(5)),
                WatchingSettings.of(settings(Map.of())).windows().sizes());
        assertEquals(
                List.of(Duration.ofDays(1)),
                WatchingSettings.of(settings(Map.of("verifier.window.sizes.ms", "86400000")))
                        .windows()
                        .sizes());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "999", "86400001", "10s", "-5000", "10000,10000", "10000,25000"})
    void otherSizesAreRefusedByName(String sizes) {
        Map<String, String> values = Map.of("verifier.window.sizes.ms", sizes);

        ConfigException refused = assertThrows(ConfigException.class, () -> settings(values));

        assertTrue(refused.getMessage().contains("verifier.window.sizes.ms"), refused.getMessage());
    }

    private static MatchWindows windows(Map<String, String> values) {
        Settings settings = settings(values);
        CommonSettings common = CommonSettings.of(settings);
        WatchingSettings watching = WatchingSettings.of(settings);
        return new MatchWindows(
                KafkaClients.of(common),
                common.topics(),
                StreamSettings.of(settings, common),
                watching,
                new ServiceThreads(),
                new DriftDetection(watching.drift(), id -> Optional.empty(), CloudEvents.off()));
    }

    private static Settings settings(Map<String, String> values) {
        return Settings.parse(VerifierSettings.define(CommonSettings.define(new ConfigDef())), values);
    }
}
