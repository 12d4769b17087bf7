package io.twinstream.deploy.cli;

import io.twinstream.schemas.settings.Settings;
import io.twinstream.verifier.inference.ProviderChoice;
import io.twinstream.verifier.settings.VerifierSettings;
import io.twinstream.verifier.version.ServingModel;
import io.twinstream.verifier.version.ShippedModel;
import java.io.IOException;
import java.util.Locale;

/** The model that the settings name, opened as the verifier opens it. */
final class ConfiguredModel {
    private ConfiguredModel() {}

    static ServingModel open(Settings settings) throws IOException {
        return ServingModel.open(
                ShippedModel.read(settings.getString(VerifierSettings.MODEL)),
                ProviderChoice.valueOf(
                        settings.getString(VerifierSettings.PROVIDER).toUpperCase(Locale.ROOT)),
                settings.getDouble(VerifierSettings.TARGET_FMR),
                settings.getDouble(VerifierSettings.TARGET_FPIR));
    }
}
