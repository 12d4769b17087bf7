package io.twinstream.ingest.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.ingest.settings.IngestSettings;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.junit.jupiter.api.Test;

class RecordSenderPropertiesTest {
    @Test
    void theOperatorMayReplaceDefaultsAndNothingElse() {
        Map<String, Object> properties = of(Map.of(
                "kafka.acks", "1",
                "kafka.enable.idempotence", "false",
                "kafka.compression.type", "gzip",
                "kafka.linger.ms", "50"));

        assertFalse(properties.containsKey("linger.ms"));
        assertEquals("none", properties.get("compression.type"));
        assertFalse(properties.containsKey("acks"), "KafkaClients makes every producer wait for all replicas");
        assertFalse(properties.containsKey("enable.idempotence"));
    }

    @Test
    void everyAckTimeoutThatIsAllowedMakesAValidProducer() {
        for (String timeout : new String[] {"100", "1000", "30000", "600000"}) {
            ProducerConfig config = new ProducerConfig(whole(of(Map.of("ingest.ack.timeout.ms", timeout))));

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
        return RecordSender.properties(settings.common().kafka().keySet(), settings.sending());
    }

    private static Map<String, Object> whole(Map<String, Object> properties) {
        properties.put("bootstrap.servers", "127.0.0.1:1");
        properties.put("key.serializer", "org.apache.kafka.common.serialization.StringSerializer");
        properties.put("value.serializer", "org.apache.kafka.common.serialization.ByteArraySerializer");
        return properties;
    }
}
