package io.twinstream.schemas.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
    private final ConfigDef declared = CommonSettings.define(new ConfigDef())
            .define("http.token", ConfigDef.Type.PASSWORD, "", ConfigDef.Importance.HIGH, "A secret.");

    @Test
    void aKeyThatNobodySetsHasItsDefault() {
        assertEquals(8, Settings.parse(declared).getInt(CommonSettings.IMAGE_MIN_SIDE));
    }

    @Test
    void aLaterLayerReplacesTheKeysOfAnEarlierOneAndNoOthers() {
        Settings settings = Settings.parse(
                declared,
                Map.of("topic.prefix", "file", "topic.partitions", "7", "image.min.side", "9"),
                Map.of("topic.prefix", "environment", "topic.partitions", "6"),
                Map.of("topic.prefix", "option"));

        assertEquals("option", settings.getString(CommonSettings.TOPIC_PREFIX));
        assertEquals(6, settings.getInt(CommonSettings.TOPIC_PARTITIONS));
        assertEquals(9, settings.getInt(CommonSettings.IMAGE_MIN_SIDE));
    }

    @Test
    void anUnknownKeyNamesTheOneThatWasMeant() {
        ConfigException error = refused(Map.of("topic.partitons", "3"));

        assertEquals("unknown setting topic.partitons: did you mean topic.partitions?", error.getMessage());
    }

    @Test
    void anUnknownKeyThatResemblesNoneSuggestsNone() {
        assertFalse(refused(Map.of("colour", "red")).getMessage().contains("did you mean"));
    }

    @Test
    void environmentVariablesAreKeysInCapitalsWithUnderscores() {
        Map<String, String> layer = Settings.environment(Map.of(
                "TWINSTREAM_IMAGE_MAX_BYTES", "1000",
                "TWINSTREAM_KAFKA_SECURITY_PROTOCOL", "SSL",
                "IMAGE_MAX_BYTES", "5",
                "PATH", "/bin"));

        assertEquals(Map.of("image.max.bytes", "1000", "kafka.security.protocol", "SSL"), layer);
    }

    @Test
    void aValueOfTheWrongTypeIsOneLineWithKeyAndValue() {
        String message =
                String.valueOf(refused(Map.of("topic.partitions", "many")).getMessage());

        assertEquals("topic.partitions is 'many': not a number of type INT; set another, or none for 4", message);
    }

    @Test
    void aValueOutOfRangeIsOneLineWithKeyAndValue() {
        String message = String.valueOf(refused(Map.of("topic.partitions", "0")).getMessage());

        assertEquals("topic.partitions is '0': value must be at least 1; set another, or none for 4", message);
    }

    @Test
    void whatBeginsWithKafkaGoesToTheClientsAsItIs() {
        Settings settings = Settings.parse(
                declared,
                Map.of("bootstrap.servers", "a:1", "kafka.ssl.keystore.location", "/k", "kafka.made.up", "x"));

        Map<String, Object> client = settings.kafka();
        client.remove("metadata.max.age.ms");
        assertEquals(Map.of("bootstrap.servers", "a:1", "ssl.keystore.location", "/k", "made.up", "x"), client);
    }

    @Test
    void clientsLearnOfNewPartitionsSoonUnlessToldOtherwise() {
        Settings settings = Settings.parse(declared, Map.of());
        Settings told = Settings.parse(declared, Map.of("kafka.metadata.max.age.ms", "60000"));

        assertEquals(10_000, settings.kafka().get("metadata.max.age.ms"));
        assertEquals("60000", told.kafka().get("metadata.max.age.ms"));
    }

    @Test
    void theMapForTheClientsIsANewOneEachTime() {
        Settings settings = Settings.parse(declared);

        settings.kafka().put("group.id", "x");

        assertFalse(settings.kafka().containsKey("group.id"));
    }

    @Test
    void aPasswordIsNotPrinted() {
        Settings settings = Settings.parse(declared, Map.of("http.token", "s3cret"));

        assertEquals("s3cret", settings.getPassword("http.token").value());
        assertFalse(settings.values().toString().contains("s3cret"));
        assertFalse(settings.toString().contains("s3cret"));
    }

    @Test
    void aSecretMayLieInAFile(@TempDir Path folder) throws IOException {
        Path secrets = Files.writeString(folder.resolve("secrets.properties"), "token=s3cret\njaas=a b;\n");
        Files.writeString(folder.resolve("token"), "other");

        Settings inFile = Settings.parse(
                declared,
                Map.of(
                        "http.token",
                        "${file:%s:token}".formatted(secrets),
                        "kafka.sasl.jaas.config",
                        "${file:%s:jaas}".formatted(secrets)));
        Settings inFolder = Settings.parse(declared, Map.of("http.token", "${directory:%s:token}".formatted(folder)));

        assertEquals("s3cret", inFile.getPassword("http.token").value());
        assertEquals("a b;", inFile.kafka().get("sasl.jaas.config"));
        assertEquals("other", inFolder.getPassword("http.token").value());
    }

    @Test
    void aSecretThatIsNotWhereItShouldBeIsRefused(@TempDir Path folder) throws IOException {
        Path secrets = Files.writeString(folder.resolve("secrets.properties"), "token=s3cret\n");
        String absent = "${file:%s:tokn}".formatted(secrets);

        assertEquals(
                "http.token names %s, which isn't there: put it there, or name another".formatted(absent),
                refused(Map.of("http.token", absent)).getMessage());
        assertEquals(
                "http.token names ${env:TWINSTREAM_ABSENT}, which isn't there: put it there, or name another",
                refused(Map.of("http.token", "${env:TWINSTREAM_ABSENT}")).getMessage());
    }

    @Test
    void secretsAreThoseDeclaredAsPasswordsAndThoseOfKafka() {
        assertTrue(Settings.isSecret(declared, "http.token"));
        assertTrue(Settings.isSecret(declared, "kafka.sasl.jaas.config"));
        assertTrue(Settings.isSecret(declared, "kafka.ssl.key.password"));
        assertFalse(Settings.isSecret(declared, "kafka.ssl.keystore.location"));
        assertFalse(Settings.isSecret(declared, "topic.prefix"));
    }

    @Test
    void aTopicPrefixThatKafkaWouldRefuseIsRefused() {
        assertEquals(
                "topic.prefix is 'a b': must be 1 to 100 of the characters a-z A-Z 0-9 . _ -; set another, or none for twinstream",
                refused(Map.of("topic.prefix", "a b")).getMessage());
    }

    @Test
    void everythingThatIsWrongIsToldAtOnceEachInALine(@TempDir Path folder) {
        SettingsException refused = assertThrows(
                SettingsException.class,
                () -> Settings.read(
                        declared,
                        CommonSettings::of,
                        Map.of(
                                "topic.partitons", "3",
                                "image.min.side", "none\nat all",
                                "http.token", "${file:%s:token}".formatted(folder.resolve("absent")),
                                "schemas.registry.token.url", "http://tokens",
                                "schemas.registry.certificates", folder.toString())));

        assertEquals(
                List.of(
                        "http.token names ${file:%1$s/absent:token}: Could not read properties from file %1$s/absent; make that readable, or name another"
                                .formatted(folder),
                        "image.min.side is 'none at all': not a number of type INT; set another, or none for 8",
                        "unknown setting topic.partitons: did you mean topic.partitions?",
                        "%s can't be read: schemas.registry.certificates must name a PEM file that is readable"
                                .formatted(folder),
                        "schemas.registry.token.url is http://tokens and schemas.registry.client.id isn't set: set both, or neither where the registry asks for no token"),
                refused.findings());
        assertEquals(String.join("\n", refused.findings()), refused.getMessage());
    }

    @Test
    void whatOnlyFollowsFromTheDefaultOfAKeyThatIsUnfitIsNotTold() {
        SettingsException refused = assertThrows(
                SettingsException.class,
                () -> Settings.read(
                        declared,
                        settings -> {
                            throw new ConfigException("topic.partitions is %d and topic.prefix isn't a"
                                    .formatted(settings.getInt("topic.partitions")));
                        },
                        Map.of("topic.partitions", "many")));

        assertEquals(1, refused.findings().size());
    }

    @Test
    void aKeyThatOnlyBeginsAsAnUnfitOneIsToldAllTheSame() {
        ConfigDef two = new ConfigDef()
                .define("shard", ConfigDef.Type.INT, 0, ConfigDef.Importance.HIGH, "Which.")
                .define("shard.count", ConfigDef.Type.INT, 1, ConfigDef.Importance.HIGH, "Of how many.");

        SettingsException refused = assertThrows(
                SettingsException.class,
                () -> Settings.read(
                        two,
                        settings -> {
                            throw new ConfigException("shard.count is 1: set more");
                        },
                        Map.of("shard", "x")));

        assertEquals(2, refused.findings().size());
    }

    @Test
    void aSecretIsInNoFindingAndInNoTextOfAPart(@TempDir Path folder) throws IOException {
        Path secrets = Files.writeString(folder.resolve("secrets.properties"), "side=s3cret\n");
        Map<String, String> values = Map.of(
                "kafka.sasl.jaas.config", "s3cret",
                "schemas.registry.username", "u",
                "schemas.registry.password", "s3cret",
                "schemas.registry.token.url", "http://tokens",
                "schemas.registry.client.id", "c",
                "schemas.registry.client.secret", "s3cret");

        CommonSettings common = Settings.read(declared, CommonSettings::of, values);
        ConfigException error = refused(Map.of("image.min.side", "${file:%s:side}".formatted(secrets)));

        assertFalse(common.toString().contains("s3cret"));
        assertFalse(common.registry().toString().contains("s3cret"));
        assertFalse(String.valueOf(error.getMessage()).contains("s3cret"), error.getMessage());
    }

    private ConfigException refused(Map<String, String> layer) {
        return assertThrows(ConfigException.class, () -> Settings.parse(declared, layer));
    }
}
