package io.twinstream.deploy.settings;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.settings.Settings;
import io.twinstream.verifier.settings.InferenceSettings;
import io.twinstream.verifier.settings.Profile;
import io.twinstream.verifier.settings.VerifierSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProfileTableTest {
    @ParameterizedTest
    @EnumSource
    void theReadmeSaysWhatAProfileDoes(Profile profile) throws IOException {
        String name = profile.name().toLowerCase(Locale.ROOT);
        Settings settings = Settings.parse(AllSettings.define(), Map.of(VerifierSettings.PROFILE, name));
        String row = "| `%s` | %d ms | %d ms | %d ms | %d | %d |"
                .formatted(
                        name,
                        profile.commitMs(),
                        profile.pollMs(),
                        profile.lingerMs(),
                        profile.pollRecords(),
                        InferenceSettings.of(settings).batchMax());

        assertTrue(Files.readString(Path.of("..", "README.md")).contains(row), row);
    }
}
