package io.twinstream.verifier.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.settings.SettingsException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.junit.jupiter.api.Test;

class StreamSettingsTest {
    private final List<String> warnings = new ArrayList<>();

    @Test
    void valuesForKafkaStreamsAndItsClientsAreCheckedAsTheyCheckThem() {
        SettingsException refused = assertThrows(
                SettingsException.class,
                () -> read(Map.of(
                        "kafka.commit.interval.ms", "abc",
                        "kafka.main.consumer.max.poll.records", "0",
                        "kafka.topic.segment.bytes", "whatever the broker takes")));

        assertEquals(
                List.of(
                        "kafka.commit.interval.ms is 'abc': not a number of type LONG; set another, or leave it out",
                        "kafka.main.consumer.max.poll.records is '0': value must be at least 1; set another, or leave it out"),
                refused.findings());
    }

    @Test
    void valuesThatTheyTakeAreTaken() {
        Settings settings = read(Map.of("kafka.commit.interval.ms", "200", "kafka.producer.acks", "all"));

        assertEquals("200", settings.kafka().get("commit.interval.ms"));
        assertEquals(List.of(), warnings);
    }

    private Settings read(Map<String, String> given) {
        return Settings.read(
                CommonSettings.define(new ConfigDef()),
                StreamSettings.kafkaKeys(),
                warnings::add,
                settings -> settings,
                given);
    }
}
