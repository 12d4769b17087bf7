package io.twinstream.trainer.publish;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.modelpackage.Ed25519Keys;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.modelpackage.ReleaseSignature;
import io.twinstream.schemas.settings.ModelSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.trainer.settings.PublishingSettings;
import io.twinstream.trainer.settings.TrainerSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyPair;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SignedReleaseTest {
    private static final ModelId MODEL = new ModelId("letters", "1");
    private static final String SHA256 = "ab".repeat(32);

    private final KeyPair pair = Ed25519Keys.generate();

    @TempDir
    Path folder;

    @Test
    void withoutAKeyNothingIsSigned() {
        assertNull(signature("", ""));
    }

    @Test
    void withAKeyTheReleaseIsSignedByIt() throws IOException {
        String key = write("private.pem", pair.getPrivate());

        assertArrayEquals(
                ReleaseSignature.sign(MODEL, SHA256, pair.getPrivate()),
                signature(key, write("public.pem", pair.getPublic())).array());
    }

    @Test
    void whatIsNoKeyIsSaidBeforeAnythingIsPublished() throws IOException {
        String key = write("public.pem", pair.getPublic());

        String message =
                assertThrows(ConfigException.class, () -> signature(key, "")).getMessage();

        assertTrue(message.startsWith(key + " holds no Ed25519 key"), message);
    }

    @Test
    void aKeyThatTheSameSettingsDontTrustIsRefused() throws IOException {
        String key = write("private.pem", pair.getPrivate());
        String other = write("other.pem", Ed25519Keys.generate().getPublic());

        String message =
                assertThrows(ConfigException.class, () -> signature(key, other)).getMessage();

        assertEquals(
                "models.trusted.keys would refuse what is published here: models.signing.key must name the private key of one of them",
                message);
        assertThrows(ConfigException.class, () -> signature("", other));
    }

    private static @Nullable ByteBuffer signature(String key, String trusted) {
        ConfigDef declared = TrainerSettings.define(ModelSettings.define(new ConfigDef()))
                .define(ModelSettings.OWN_MODEL, ConfigDef.Type.STRING, "", ConfigDef.Importance.HIGH, "A model.")
                .define(
                        ModelSettings.FMR_IMPOSTORS,
                        ConfigDef.Type.STRING,
                        "hardest",
                        ConfigDef.Importance.HIGH,
                        "Impostors.");
        PublishingSettings settings = Settings.read(
                declared,
                PublishingSettings::of,
                Map.of(ModelSettings.SIGNING_KEY, key, ModelSettings.TRUSTED_KEYS, trusted));
        return ModelPublisher.signature(MODEL, SHA256, settings.signingKey());
    }

    private String write(String name, Key key) throws IOException {
        return Files.writeString(folder.resolve(name), Ed25519Keys.pem(key)).toString();
    }
}
