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
    void everyKeyOfAClientIsTakenWithItsDefaultWithoutAWord() {
        Stream.of(ConsumerConfig.configDef(), ProducerConfig.configDef(), AdminClientConfig.configDef())
                .flatMap(each -> each.configKeys().values().stream())
                .forEach(key -> read(Map.of("kafka." + key.name, usual(key))));

        assertEquals(List.of(), warnings);
    }

    @Test
    void aValueThatAClientWouldRefuseIsToldWithWhatElseIsWrong() {
        assertEquals(
                List.of(
                        "kafka.acks is '': string must be one of: all, -1, 0, 1; set another, or leave it out",
                        "kafka.bootstrap.servers is 'kafka': must be host:port, comma-separated, as localhost:9092; set another, or leave it out",
                        "kafka.max.poll.records is '0': value must be at least 1; set another, or leave it out",
                        "kafka.request.timeout.ms is 'abc': not a number of type INT; set another, or leave it out",
                        "unknown setting kafka.security.protcol: did you mean kafka.security.protocol?",
                        "topic.partitions is '0': value must be at least 1; set another, or none for 4"),
                refused(Map.of(
                        "kafka.acks", "",
                        "kafka.bootstrap.servers", "kafka",
                        "kafka.max.poll.records", "0",
                        "kafka.request.timeout.ms", "abc",
                        "kafka.security.protcol", "SSL",
                        "topic.partitions", "0")));
    }

    @Test
    void aSecretIsNotShownWhereItsValueIsRefused() {
        KafkaKeys keys = KafkaKeys.ofClients()
                .with(
                        "",
                        new ConfigDef()
                                .define(
                                        "acme.password",
                                        ConfigDef.Type.INT,
                                        0,
                                        ConfigDef.Importance.LOW,
                                        "A secret that is a number."));

        SettingsException refused = assertThrows(
                SettingsException.class,
                () -> Settings.read(
                        CommonSettings.define(new ConfigDef()),
                        keys,
                        warnings::add,
                        settings -> settings,
                        Map.of("kafka.acme.password", "geheim")));

        assertEquals(
                List.of("kafka.acme.password: not a number of type INT; set another, or leave it out"),
                refused.findings());
    }

    @Test
    void aValueThatLiesElsewhereIsLeftToTheClientsProvider() {
        Settings settings = read(Map.of(
                "kafka.config.providers", "vault",
                "kafka.config.providers.vault.class", "acme.Vault",
                "kafka.request.timeout.ms", "${vault:kafka:timeout}"));

        assertEquals("${vault:kafka:timeout}", settings.kafka().get("request.timeout.ms"));
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

    /** Returns the default of a key, or some value where it has none. */
    private static String usual(ConfigDef.ConfigKey key) {
        if (key.name.equals(CommonSettings.BOOTSTRAP)) {
            return "localhost:9092";
        }
        if (key.hasDefault() && key.defaultValue != null) {
            return String.valueOf(ConfigDef.convertToString(key.defaultValue, key.type));
        }
        return key.type == ConfigDef.Type.CLASS ? Object.class.getName() : "1";
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
