package io.twinstream.verifier.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.settings.SettingsException;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.junit.jupiter.api.Test;

class ProfileTest {
    @Test
    void theNameOfTheProfileThatIsGoneMeansBalanced() {
        Settings settings = settings(Map.of(VerifierSettings.PROFILE, "throughput"));

        assertEquals(
                Profile.BALANCED,
                StreamSettings.of(settings, CommonSettings.of(settings)).profile());
        assertEquals(Profile.BALANCED.batchMax(), InferenceSettings.of(settings).batchMax());
    }

    @Test
    void aWordThatIsNoProfileIsRefusedWithThoseThatThereAre() {
        SettingsException refused =
                assertThrows(SettingsException.class, () -> settings(Map.of(VerifierSettings.PROFILE, "fast")));

        assertEquals(
                List.of(
                        "verifier.profile is 'fast': string must be one of: latency, balanced; set another, or none for balanced"),
                refused.findings());
    }

    @Test
    void runsAreMeasuredUnlessTheirSizeIsSet() {
        assertTrue(InferenceSettings.of(settings(Map.of())).cuts());

        InferenceSettings set = InferenceSettings.of(settings(Map.of(VerifierSettings.BATCH_MAX, "32")));

        assertFalse(set.cuts());
        assertEquals(32, set.batchMax());
    }

    private static Settings settings(Map<String, String> values) {
        return Settings.parse(VerifierSettings.define(CommonSettings.define(new ConfigDef())), values);
    }
}
