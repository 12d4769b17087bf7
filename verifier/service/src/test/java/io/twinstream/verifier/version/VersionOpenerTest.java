package io.twinstream.verifier.version;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.verifier.inference.EmbedBatch;
import io.twinstream.verifier.inference.Models;
import io.twinstream.verifier.model.ServingModel;
import io.twinstream.verifier.model.ServingModels;
import io.twinstream.verifier.settings.DomainRule;
import io.twinstream.verifier.settings.InferenceSettings;
import io.twinstream.verifier.settings.VerifierSettings;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VersionOpenerTest {
    @Test
    void embeddingsThatWereKeptWithoutMindingTheDomainAreNotReadWhereItIsRefused() {
        try (ServingModel model = ServingModels.byDistance()) {
            String refusing = VersionOpener.key(ServingModels.under(DomainRule.REFUSE, model));
            String flagging = VersionOpener.key(ServingModels.under(DomainRule.FLAG, model));
            String off = VersionOpener.key(ServingModels.under(DomainRule.OFF, model));

            assertNotEquals(refusing, off);
            assertEquals(flagging, off);
        }
    }

    @ParameterizedTest
    @CsvSource({"2, 2", "8, 8", "48, 32"})
    void theSettingSaysHowManyImagesAreRunAtOnce(String set, int cut) {
        InferenceSettings settings = settings(Map.of(VerifierSettings.BATCH_MAX, set));
        try (ServingModel model = ServingModel.open(Models.SHIPPED, settings)) {
            VersionOpener.warm(model, settings, new EmbedBatch.Buffers());

            assertEquals(cut, model.embedder().cut());
        }
    }

    @Test
    void withoutTheSettingItIsMeasuredUpToTheProfilesNumber() {
        InferenceSettings settings = settings(Map.of(VerifierSettings.PROFILE, "latency"));
        try (ServingModel model = ServingModel.open(Models.SHIPPED, settings)) {
            VersionOpener.warm(model, settings, new EmbedBatch.Buffers());

            assertTrue(model.embedder().cut() <= 16, model.embedder().cut() + " images");
        }
    }

    private static InferenceSettings settings(Map<String, String> values) {
        return Settings.read(
                VerifierSettings.define(CommonSettings.define(new ConfigDef())),
                InferenceSettings::of,
                Map.of(VerifierSettings.PRECISION, "fp32"),
                values);
    }
}
