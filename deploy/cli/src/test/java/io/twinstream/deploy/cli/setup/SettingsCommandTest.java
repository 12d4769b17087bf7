package io.twinstream.deploy.cli.setup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.deploy.settings.AllSettings;
import io.twinstream.deploy.testkit.Ran;
import org.junit.jupiter.api.Test;

class SettingsCommandTest {
    @Test
    void everySettingIsListedWithADoc() {
        Ran ran = Ran.run("settings");

        AllSettings.define().configKeys().values().forEach(key -> {
            assertTrue(ran.out().contains(key.name + " = "), key.name);
            assertFalse(key.documentation.isBlank(), key.name);
        });
    }

    @Test
    void valuesInForceAreShownAndSecretsAreNot() {
        Ran ran = Ran.run("settings", "--set", "topic.partitions=7", "--set", "ingest.http.token=geheim");

        assertEquals(ExitCodes.OK, ran.exitCode(), ran.err());
        assertTrue(ran.out().contains("topic.partitions = 7"), ran.out());
        assertFalse(ran.out().contains("geheim"), ran.out());
    }

    @Test
    void theTableOfTheDocumentationHasARowForEachSetting() {
        Ran ran = Ran.run("settings", "--markdown");

        assertEquals(AllSettings.define().names().size() + 2, ran.out().lines().count());
    }
}
