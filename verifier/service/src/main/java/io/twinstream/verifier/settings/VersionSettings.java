package io.twinstream.verifier.settings;

import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.modelpackage.Ed25519Keys;
import io.twinstream.schemas.modelpackage.ShippedModel;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Findings;
import io.twinstream.schemas.settings.ModelSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.text.ForeignText;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.common.config.ConfigException;

/**
 * Version settings say how model versions are fetched, tried, opened and given their galleries. Verifiers need them,
 * and replays.
 */
public record VersionSettings(
        ModelSettings models, InferenceSettings inference, GallerySettings gallery, ImageLimits images) {
    /**
     * Reads and checks the settings.
     *
     * @throws org.apache.kafka.common.config.ConfigException with everything that is wrong
     */
    public static VersionSettings of(Settings settings, CommonSettings common) {
        Findings findings = new Findings();
        ModelSettings models = ModelSettings.of(settings);
        models.trustedKeys().forEach(file -> findings.check(() -> Ed25519Keys.readPublic(file)));
        findings.check(() -> requireModel(settings.getString(VerifierSettings.MODEL)));
        Supplier<GallerySettings> gallery = findings.read(() -> GallerySettings.of(settings));
        findings.refuseAny();
        return new VersionSettings(
                models,
                InferenceSettings.of(settings),
                gallery.get(),
                new ImageLimits(common.imageMaxBytes(), common.imageMaxPixels(), common.imageMinSide()));
    }

    private static void requireModel(String model) {
        if (!ShippedModel.exists(model)) {
            throw new ConfigException(
                    "%s is %s: there is no such file, nor does Twinstream ship such a model; name a model package file, or none for compact"
                            .formatted(VerifierSettings.MODEL, ForeignText.value(model)));
        }
    }

    /**
     * Gallery settings say which references a verifier holds, and how it embeds them.
     *
     * @param buildShare the share of the machine's processors that building a gallery for a further version may take
     * @param embeddings the folder that embeddings are kept in; empty where none are kept
     */
    public record GallerySettings(Shard shard, double buildShare, Optional<Path> embeddings) {
        static GallerySettings of(Settings settings) {
            return new GallerySettings(
                    Shard.of(settings),
                    settings.getDouble(VerifierSettings.GALLERY_SHARE),
                    settings.path(VerifierSettings.EMBEDDINGS_DIR));
        }
    }
}
