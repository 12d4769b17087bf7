package io.twinstream.schemas.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.junit.jupiter.api.Test;

class KafkaClientsTest {
    private static final String GROUP = ConsumerConfig.GROUP_ID_CONFIG;

    @Test
    void whatTheGuaranteesRestOnReplacesWhatTheOperatorSet() {
        Map<String, Object> config = clients("kafka.isolation.level", "read_uncommitted", "kafka.group.id", "theirs")
                .ofConsumer("mine", Map.of());

        assertEquals("read_committed", config.get(ConsumerConfig.ISOLATION_LEVEL_CONFIG));
        assertEquals(false, config.get(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG));
        assertEquals(null, config.get(GROUP));
    }

    @Test
    void everyInSyncReplicaHasARecordOnceWhateverTheOperatorSet() {
        Map<String, Object> config = clients("kafka.acks", "1", "kafka.enable.idempotence", "false")
                .ofProducer("mine", Map.of(ProducerConfig.LINGER_MS_CONFIG, 5));

        assertEquals("all", config.get(ProducerConfig.ACKS_CONFIG));
        assertEquals(true, config.get(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG));
        assertEquals(5, config.get(ProducerConfig.LINGER_MS_CONFIG));
    }

    @Test
    void whatTheOperatorSetStandsWhereNothingRestsOnIt() {
        Map<String, Object> config = clients("kafka.client.id", "theirs", "kafka.fetch.max.wait.ms", "7")
                .ofConsumer("mine", Map.of());

        assertEquals("theirs", config.get("client.id"));
        assertEquals("7", config.get("fetch.max.wait.ms"));
        assertEquals(
                "mine", clients("kafka.x", "y").ofConsumer("mine", Map.of()).get("client.id"));
    }

    @Test
    void whatTheCallerNeedsOtherwiseHasTheLastWord() {
        assertEquals(
                "mine",
                clients("kafka.group.id", "theirs")
                        .ofConsumer("id", Map.of(GROUP, "mine"))
                        .get(GROUP));
    }

    private static KafkaClients clients(String... keysAndValues) {
        Map<String, String> values = new java.util.HashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            values.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return KafkaClients.of(Settings.read(CommonSettings.define(new ConfigDef()), CommonSettings::of, values));
    }
}
