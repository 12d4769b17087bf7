package io.twinstream.deploy.trainer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.twinstream.deploy.testkit.Packages;
import io.twinstream.deploy.testkit.SharedBroker;
import io.twinstream.deploy.testkit.Wired;
import io.twinstream.schemas.modelpackage.Ed25519Keys;
import io.twinstream.schemas.modelpackage.InvalidPackageException;
import io.twinstream.schemas.record.ModelRelease;
import io.twinstream.schemas.release.PackageCache;
import io.twinstream.schemas.release.PublishedModels;
import io.twinstream.schemas.release.TrustedKeys;
import io.twinstream.schemas.settings.ModelSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.trainer.publish.GatedPublication.PublishOrder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyPair;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class SignedReleaseIT {
    @RegisterExtension
    static final SharedBroker broker = new SharedBroker();

    private final KeyPair ours = Ed25519Keys.generate();
    private final KeyPair others = Ed25519Keys.generate();

    @TempDir
    Path folder;

    @Test
    void onlyWhatATrustedKeyHasSignedIsFetchedAndComparedWith() throws Exception {

        publish("1", write("ours.pem", ours.getPrivate()));
        publish("2", write("others.pem", others.getPrivate()));
        publish("3", "");
        Settings verifier = settings(Map.of("models.trusted.keys", write("ours.public.pem", ours.getPublic())));
        PublishedModels models = Wired.published(verifier);
        PackageCache cache = Wired.cache(verifier);

        String wrong = refusal(cache, models.all().get(1));
        String none = refusal(cache, models.all().get(2));

        assertEquals("1", cache.get(models.all().get(0)).manifest().version());
        assertEquals(
                "the release letters/2 is signed by none of the 1 trusted keys: models.trusted.keys names whose models are taken",
                wrong);
        assertEquals("the release letters/3 is not signed: models.trusted.keys names whose models are taken", none);
        assertEquals(
                "1",
                models.latest(
                                "letters",
                                TrustedKeys.of(ModelSettings.of(verifier).trustedKeys()))
                        .orElseThrow()
                        .getVersion());
        Settings everybody = settings(Map.of());
        assertEquals(
                "3",
                Wired.published(everybody)
                        .latest(
                                "letters",
                                TrustedKeys.of(ModelSettings.of(everybody).trustedKeys()))
                        .orElseThrow()
                        .getVersion());
        assertEquals(
                "3", Wired.cache(everybody).get(models.all().get(2)).manifest().version());
    }

    private void publish(String version, String key) throws Exception {
        Path file = Files.write(folder.resolve(version + ".zip"), Packages.large("letters", version, 1_000, 1));
        Settings settings = settings(Map.of("models.signing.key", key));
        Wired.publication(settings).publish(new PublishOrder(file, null, "a test", null));
    }

    private static String refusal(PackageCache cache, ModelRelease release) {
        return assertThrows(InvalidPackageException.class, () -> cache.get(release))
                .getMessage();
    }

    private static Settings settings(Map<String, String> values) throws InterruptedException {
        return broker.prepare("signed", values);
    }

    private String write(String name, Key key) throws IOException {
        return Files.writeString(folder.resolve(name), Ed25519Keys.pem(key)).toString();
    }
}
