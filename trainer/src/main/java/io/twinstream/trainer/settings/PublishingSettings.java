package io.twinstream.trainer.settings;

import io.twinstream.schemas.modelpackage.Ed25519Keys;
import io.twinstream.schemas.modelpackage.ImpostorChoice;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.modelpackage.ReleaseSignature;
import io.twinstream.schemas.settings.Findings;
import io.twinstream.schemas.settings.ModelSettings;
import io.twinstream.schemas.settings.Settings;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.common.config.ConfigException;

/**
 * The publishing settings belong to whoever publishes models; the trainer and the command share them.
 *
 * @param signingKey the key that releases are signed with; empty where they aren't
 * @param ownModel the verifiers' own model, which a model is compared with where no version has served yet
 * @param eerMargin the most that a model's equal error rate may be higher than the serving one's, 0 to 1
 * @param fnmrMargin the most that a model's FNMR at FMR 0.01 may be higher than the serving one's, 0 to 1
 * @param impostors the impostors whose rates set the verifiers' thresholds
 */
public record PublishingSettings(
        Optional<PrivateKey> signingKey,
        String ownModel,
        double eerMargin,
        double fnmrMargin,
        ImpostorChoice impostors) {
    private static final ModelId TRIAL = new ModelId("trial", "0");
    private static final String TRIAL_SHA256 = "0".repeat(64);

    /**
     * Reads the key, and checks that the trusted keys of the same settings take what it signs. A version is never
     * published twice, so one that verifiers refuse would be lost.
     *
     * @throws ConfigException with all that is wrong: they don't, or a file holds no such key
     */
    public static PublishingSettings of(Settings settings) {
        ModelSettings models = ModelSettings.of(settings);
        Findings findings = new Findings();
        Supplier<Optional<PrivateKey>> key =
                findings.read(() -> models.signingKey().map(Ed25519Keys::readPrivate));
        List<Supplier<PublicKey>> trusted = new ArrayList<>();
        for (Path file : models.trustedKeys()) {
            trusted.add(findings.read(() -> Ed25519Keys.readPublic(file)));
        }
        findings.check(() ->
                requireTrusted(key.get(), trusted.stream().map(Supplier::get).toList()));
        findings.refuseAny();
        return new PublishingSettings(
                key.get(),
                settings.getString(ModelSettings.OWN_MODEL),
                settings.getDouble(TrainerSettings.GATE_EER_MARGIN),
                settings.getDouble(TrainerSettings.GATE_FNMR_MARGIN),
                ImpostorChoice.of(settings.getString(ModelSettings.FMR_IMPOSTORS)));
    }

    private static void requireTrusted(Optional<PrivateKey> key, List<PublicKey> trusted) {
        Optional<byte[]> signature = key.map(each -> ReleaseSignature.sign(TRIAL, TRIAL_SHA256, each));
        if (!trusted.isEmpty()
                && trusted.stream()
                        .noneMatch(each -> signature
                                .filter(bytes -> ReleaseSignature.verify(TRIAL, TRIAL_SHA256, bytes, each))
                                .isPresent())) {
            throw new ConfigException(
                    "models.trusted.keys would refuse what is published here: models.signing.key must name the private key of one of them");
        }
    }

    /** Returns the settings without the key. */
    @Override
    public String toString() {
        return "%s, margins %s and %s at thresholds of %s impostors"
                .formatted(signingKey.isPresent() ? "signed" : "unsigned", eerMargin, fnmrMargin, impostors.word());
    }
}
