package io.twinstream.trainer.publish;

import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.record.ModelRelease;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.verifier.settings.VerifierSettings;
import io.twinstream.verifier.version.PackageCache;
import io.twinstream.verifier.version.PublishedModels;
import io.twinstream.verifier.version.ShippedModel;
import java.io.IOException;
import java.util.Optional;

/** The version of a name that serves now: the one published last, else the verifiers' own model if it has the name. */
final class ServingVersion {
    private final Settings settings;
    private final PublishedModels published;
    private final PackageCache packages;

    ServingVersion(Settings settings, PublishedModels published) {
        this.settings = settings;
        this.published = published;
        this.packages = new PackageCache(settings);
    }

    Optional<ModelPackage> find(String name) throws IOException {
        Optional<ModelRelease> latest = published.latest(name);
        if (latest.isPresent()) {
            return Optional.of(packages.get(latest.get()));
        }
        ModelPackage shipped = ShippedModel.read(settings.getString(VerifierSettings.MODEL));
        return Optional.of(shipped).filter(model -> model.manifest().name().equals(name));
    }
}
