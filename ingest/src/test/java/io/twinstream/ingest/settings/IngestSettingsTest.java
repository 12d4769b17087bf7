package io.twinstream.ingest.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.http.HttpSettings;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.settings.SettingsException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IngestSettingsTest {
    @Test
    void byDefaultIngestListensOnLoopbackWithoutATokenAndWatchesNothing() {
        Settings settings = settings(Map.of());

        HttpSettings http = HttpSettings.of(settings, "ingest");

        assertTrue(http.address().isLoopbackAddress());
        assertEquals(Optional.empty(), http.token());
        assertEquals(Optional.empty(), FolderSettings.of(settings));
    }

    @Test
    void anAddressThatOthersReachNeedsAToken() {
        for (String host : new String[] {"0.0.0.0", "::", "192.0.2.1"}) {
            ConfigException refused = assertThrows(
                    ConfigException.class,
                    () -> HttpSettings.of(settings(Map.of("ingest.http.host", host)), "ingest"),
                    host);
            assertTrue(refused.getMessage().contains("ingest.http.token"), refused.getMessage());
            assertThrows(
                    ConfigException.class,
                    () -> HttpSettings.of(
                            settings(Map.of("ingest.http.host", host, "ingest.http.token", "  ")), "ingest"));
            HttpSettings http =
                    HttpSettings.of(settings(Map.of("ingest.http.host", host, "ingest.http.token", "t")), "ingest");
            assertEquals(Optional.of("t"), http.token());
        }
        assertThrows(ConfigException.class, () -> HttpSettings.of(settings(Map.of("ingest.http.host", "")), "ingest"));
    }

    @Test
    void theKeyOfProbesIsTheirIdOrTheirSourceAndNothingElse() {
        assertEquals(ProbeKey.PROBE, sending(Map.of()).probeKey());
        assertEquals(
                ProbeKey.SOURCE, sending(Map.of("ingest.probe.key", "source")).probeKey());
        ConfigException refused =
                assertThrows(ConfigException.class, () -> settings(Map.of("ingest.probe.key", "camera")));
        assertTrue(refused.getMessage().contains("ingest.probe.key"), refused.getMessage());
    }

    @Test
    void theTokenIsInNoText() {
        Settings settings = settings(Map.of("ingest.http.token", "s3cret"));

        assertFalse(HttpSettings.of(settings, "ingest").toString().contains("s3cret"));
        assertFalse(settings.values().toString().contains("s3cret"));
    }

    @Test
    void theWatchedFolderMustExistAndHoldsItsJournalUnlessToldOtherwise(@TempDir Path folder) {
        FolderSettings watched = FolderSettings.of(
                        settings(Map.of("ingest.folder", folder.toString(), "ingest.folder.task", "reference")))
                .orElseThrow();

        assertEquals(FolderTask.REFERENCE, watched.task());
        assertEquals(folder.resolve(".twinstream-sent"), watched.journal());
        Path missing = folder.resolve("missing");
        assertThrows(
                ConfigException.class, () -> FolderSettings.of(settings(Map.of("ingest.folder", missing.toString()))));
        assertThrows(ConfigException.class, () -> settings(Map.of("ingest.folder.task", "guess")));
    }

    @Test
    void aSourceThatCantBeAnIdAndAFolderThatIsNotThereAreToldTogether(@TempDir Path folder) {
        SettingsException refused = assertThrows(
                SettingsException.class,
                () -> FolderSettings.of(settings(
                        Map.of("ingest.folder", folder.resolve("missing").toString(), "ingest.folder.source", "a/b"))));

        assertEquals(2, refused.findings().size());
        assertTrue(refused.findings().get(1).contains("ingest.folder.source"), refused.getMessage());
    }

    @Test
    void theBudgetHoldsAtLeastTheLargestRecord() {
        assertThrows(ConfigException.class, () -> settings(Map.of("ingest.pending.max.bytes", "1000")));
    }

    private static SendSettings sending(Map<String, String> values) {
        Settings settings = settings(values);
        return SendSettings.of(settings, CommonSettings.of(settings));
    }

    private static Settings settings(Map<String, String> values) {
        return Settings.parse(IngestSettings.define(CommonSettings.define(new ConfigDef())), values);
    }
}
