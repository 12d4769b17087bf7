package io.twinstream.schemas.release;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.modelpackage.Ed25519Keys;
import io.twinstream.schemas.modelpackage.InvalidPackageException;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.modelpackage.ReleaseSignature;
import io.twinstream.schemas.record.ModelRelease;
import io.twinstream.schemas.settings.ModelSettings;
import io.twinstream.schemas.settings.Settings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrustedKeysTest {
    private final KeyPair ours = Ed25519Keys.generate();
    private final KeyPair next = Ed25519Keys.generate();
    private final KeyPair stranger = Ed25519Keys.generate();
    private TrustedKeys trusted;

    @TempDir
    Path folder;

    @BeforeEach
    void trustTwo() throws IOException {
        trusted = trusting(write("ours.pem", ours) + ", " + write("next.pem", next));
    }

    @Test
    void withoutKeysEverythingIsTaken() {
        TrustedKeys none = trusting("");

        assertDoesNotThrow(() -> none.require(ShippedReleases.shipped().build()));
        assertDoesNotThrow(() -> none.require(signed(stranger).build()));
    }

    @Test
    void anyOfTheKeysWillDo() {
        assertDoesNotThrow(() -> trusted.require(signed(ours).build()));
        assertDoesNotThrow(() -> trusted.require(signed(next).build()));
    }

    @Test
    void anUnsignedReleaseIsRefused() {
        assertEquals(
                "the release compact/1.2 is not signed: models.trusted.keys names whose models are taken",
                refusal(ShippedReleases.shipped()));
    }

    @Test
    void aReleaseThatOthersHaveSignedIsRefused() {
        assertEquals(
                "the release compact/1.2 is signed by none of the 2 trusted keys: models.trusted.keys names whose models are taken",
                refusal(signed(stranger)));
    }

    @Test
    void aSignatureIsNotGoodForAnotherRelease() {
        refusal(signed(ours).setVersion("2"));
        refusal(signed(ours).setPackageSha256("cd".repeat(32)));
        refusal(signed(ours).setName("compact\n1"));
        refusal(signed(ours).setSignature(ByteBuffer.wrap(new byte[0])));
    }

    @Test
    void aFileThatIsNoKeyIsSaidAtOnce() throws IOException {
        Path file = Files.writeString(folder.resolve("bad.pem"), Ed25519Keys.pem(ours.getPrivate()));

        String message = assertThrows(ConfigException.class, () -> trusting(file.toString()))
                .getMessage();

        assertTrue(message.startsWith(file + " holds no Ed25519 key"), message);
    }

    private String refusal(ModelRelease.Builder release) {
        return assertThrows(InvalidPackageException.class, () -> trusted.require(release.build()))
                .getMessage();
    }

    private static ModelRelease.Builder signed(KeyPair pair) {
        ModelRelease.Builder release = ShippedReleases.shipped();
        ModelId model = new ModelId(release.getName(), release.getVersion());
        return release.setSignature(
                ByteBuffer.wrap(ReleaseSignature.sign(model, release.getPackageSha256(), pair.getPrivate())));
    }

    private Path write(String name, KeyPair pair) throws IOException {
        return Files.writeString(folder.resolve(name), Ed25519Keys.pem(pair.getPublic()));
    }

    private static TrustedKeys trusting(String files) {
        return TrustedKeys.of(ModelSettings.of(Settings.parse(
                        ModelSettings.define(new ConfigDef()), Map.of(ModelSettings.TRUSTED_KEYS, files)))
                .trustedKeys());
    }
}
