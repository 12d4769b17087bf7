package io.twinstream.ingest.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.ingest.settings.IngestSettings;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.junit.jupiter.api.Test;

class ProducerSettingsTest {
    @Test
    void theGuaranteesHoldWhateverTheKafkaKeysSay() {
        Map<String, Object> properties = of(Map.of(
                "kafka.acks", "1",
                "kafka.enable.idempotence", "false",
                "kafka.linger.ms", "50",
                "kafka.security.protocol", "SSL"));

        ProducerConfig config = new ProducerConfig(withSerializers(properties));

        assertEquals("-1", config.getString("acks"));
        assertTrue(config.getBoolean("enable.idempotence"));
        assertEquals(50L, config.getLong("linger.ms"));
        assertEquals("SSL", config.getString("security.protocol"));
    }

    @Test
    void everyAckTimeoutThatIsAllowedMakesAValidProducer() {
        for (String timeout : new String[] {"100", "1000", "30000", "600000"}) {
            ProducerConfig config = new ProducerConfig(withSerializers(of(Map.of("ingest.ack.timeout.ms", timeout))));

            assertEquals(Integer.valueOf(timeout), config.getInt("delivery.timeout.ms"));
            assertTrue(config.getInt("request.timeout.ms") + config.getLong("linger.ms") <= Integer.parseInt(timeout));
        }
    }

    @Test
    void theProducersBufferIsLargerThanTheBudgetSoThatTheBudgetBounds() {
        Map<String, Object> properties = of(Map.of("ingest.pending.max.bytes", "10000000"));

        assertTrue((Long) properties.get("buffer.memory") > 10_000_000);
    }

    private static Map<String, Object> of(Map<String, String> values) {
        IngestSettings settings = Settings.read(
                IngestSettings.define(CommonSettings.define(new ConfigDef())), IngestSettings::of, values);
        return ProducerSettings.of(settings.common().kafka(), settings.sending());
    }

    private static Map<String, Object> withSerializers(Map<String, Object> properties) {
        properties.put("key.serializer", "org.apache.kafka.common.serialization.StringSerializer");
        properties.put("value.serializer", "org.apache.kafka.common.serialization.ByteArraySerializer");
        return properties;
    }
}
