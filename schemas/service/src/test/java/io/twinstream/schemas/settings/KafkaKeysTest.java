package io.twinstream.schemas.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.junit.jupiter.api.Test;

class KafkaKeysTest {
    private final List<String> warnings = new ArrayList<>();

    @Test
    void everyKeyOfAClientIsTakenWithoutAWord() {
        Stream.of(ConsumerConfig.configNames(), ProducerConfig.configNames(), AdminClientConfig.configNames())
                .flatMap(names -> names.stream())
                .forEach(name -> read(Map.of("kafka." + name, "1")));

        assertEquals(List.of(), warnings);
    }

    @Test
    void aSlipIsRefusedWithTheKeyThatWasMeant() {
        assertEquals(
                List.of(
                        "unknown setting kafka.ack: did you mean kafka.acks?",
                        "unknown setting kafka.security.protcol: did you mean kafka.security.protocol?"),
                refused(Map.of("kafka.security.protcol", "SSL", "kafka.ack", "1")));
    }

    @Test
    void aKeyOfAPluginReachesItWithAWarning() {
        Settings settings = read(Map.of("kafka.acme.interceptor.endpoint", "https://acme"));

        assertEquals("https://acme", settings.kafka().get("acme.interceptor.endpoint"));
        assertEquals(1, warnings.size());
        assertTrue(
                warnings.get(0).startsWith("no Kafka client knows kafka.acme.interceptor.endpoint"),
                warnings::toString);
    }

    @Test
    void whatNamesOfTheUsersOwnBeginIsTakenWithoutAWord() {
        read(Map.of(
                "kafka.config.providers", "vault",
                "kafka.config.providers.vault.class", "acme.Vault",
                "kafka.config.providers.vault.param.url", "https://acme",
                "kafka.metrics.context.site", "berlin"));

        assertEquals(List.of(), warnings);
    }

    @Test
    void warningsStandBehindWhatIsWrong() {
        List<String> lines = refused(Map.of("kafka.acme.colour", "red", "topic.partitions", "0"));

        assertEquals(2, lines.size(), lines::toString);
        assertTrue(lines.get(0).startsWith("topic.partitions"), lines::toString);
        assertTrue(lines.get(1).contains("kafka.acme.colour"), lines::toString);
    }

    private List<String> refused(Map<String, String> given) {
        return assertThrows(SettingsException.class, () -> read(given)).findings();
    }

    private Settings read(Map<String, String> given) {
        return Settings.read(
                CommonSettings.define(new ConfigDef()),
                KafkaKeys.ofClients(),
                warnings::add,
                settings -> settings,
                given);
    }
}
