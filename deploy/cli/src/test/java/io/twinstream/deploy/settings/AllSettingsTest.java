package io.twinstream.deploy.settings;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.twinstream.ingest.settings.IngestSettings;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.ModelSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.settings.SettingsException;
import io.twinstream.trainer.settings.TrainerSettings;
import io.twinstream.verifier.settings.VerifierSettings;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigDef;
import org.junit.jupiter.api.Test;

class AllSettingsTest {
    private final Set<String> shared = CommonSettings.define(new ConfigDef()).names();

    @Test
    void ingestReadsEveryKeyThatIsDeclaredForIt() {
        assertEquals(Set.of(), unread(IngestSettings::of, key -> key.startsWith("ingest.")));
    }

    @Test
    void aVerifierReadsEveryKeyThatIsDeclaredForIt() {
        assertEquals(
                Set.of(),
                unread(VerifierSettings::of, key -> key.startsWith("verifier.") || key.startsWith("models.")));
    }

    @Test
    void theTrainerReadsEveryKeyThatIsDeclaredForIt() {
        assertEquals(
                Set.of(), unread(TrainerSettings::of, key -> key.startsWith("trainer.") || key.startsWith("models.")));
    }

    @Test
    void everyDeclaredKeyIsOfAServiceOrShared() {
        Set<String> models = ModelSettings.define(new ConfigDef()).names();

        assertEquals(
                Set.of(),
                AllSettings.define().names().stream()
                        .filter(key -> !shared.contains(key) && !models.contains(key))
                        .filter(key ->
                                Stream.of("ingest.", "verifier.", "trainer.").noneMatch(key::startsWith))
                        .collect(toSet()));
    }

    @Test
    void aServiceSaysEverythingThatIsWrongAtOnce() {
        SettingsException refused = assertThrows(
                SettingsException.class,
                () -> Settings.read(
                        AllSettings.define(),
                        VerifierSettings::of,
                        Map.of(
                                "verifier.http.host", "0.0.0.0",
                                "verifier.model", "nosuch",
                                "verifier.gallery.shard", "3",
                                "verifier.threads", "-1",
                                "verifier.tls.trust", "/nowhere/ca.pem",
                                "models.trusted.keys", "/nowhere/a.pem,/nowhere/b.pem",
                                "verifier.http.tls.key", "/nowhere/key.pem",
                                "ingest.folder", "/nowhere")));

        assertEquals(
                List.of(
                        "verifier.threads is '-1': value must be at least 0; set another, or none for 0",
                        "verifier.http.tls.key is set and verifier.http.tls.certificate isn't: set both, or neither for plain HTTP",
                        "verifier.http.host is 0.0.0.0, which others can reach: set verifier.http.token, or listen on 127.0.0.1",
                        "the key file /nowhere/a.pem can't be read: name a file of 'twinstream keys generate' that is readable",
                        "the key file /nowhere/b.pem can't be read: name a file of 'twinstream keys generate' that is readable",
                        "verifier.model is nosuch: there is no such file, nor does Twinstream ship such a model; name a model package file, or none for compact",
                        "verifier.gallery.shard is 3: it must be less than verifier.gallery.shards, which is 1",
                        "/nowhere/ca.pem can't be read: verifier.tls.trust must name a PEM file that is readable"),
                refused.findings());
    }

    @Test
    void aShardIsNotHeldAgainstANumberOfShardsThatIsUnfitItself() {
        SettingsException refused = assertThrows(
                SettingsException.class,
                () -> Settings.read(
                        AllSettings.define(),
                        VerifierSettings::of,
                        Map.of("verifier.gallery.shard", "3", "verifier.gallery.shards", "many")));

        assertEquals(
                List.of("verifier.gallery.shards is 'many': not a number of type INT; set another, or none for 1"),
                refused.findings());
    }

    /** Returns the keys that a configuration never asks for, of those that are shared or its own. */
    private <T> Set<String> unread(Function<Settings, T> configuration, Predicate<String> own) {
        Map<String, String> all = AllSettings.define().configKeys().values().stream()
                .collect(toMap(
                        key -> key.name,
                        key -> key.type == ConfigDef.Type.PASSWORD
                                ? ""
                                : ConfigDef.convertToString(key.defaultValue, key.type)));
        Settings settings = Settings.parse(AllSettings.define(), all);
        configuration.apply(settings);
        return settings.unused().stream()
                .filter(key -> shared.contains(key) || own.test(key))
                .collect(toSet());
    }
}
