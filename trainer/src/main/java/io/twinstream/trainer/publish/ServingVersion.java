package io.twinstream.trainer.publish;

import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.ShippedModel;
import io.twinstream.schemas.record.ModelRelease;
import io.twinstream.schemas.record.ModelSlot;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.verifier.settings.VerifierSettings;
import io.twinstream.verifier.version.Activations;
import io.twinstream.verifier.version.PackageCache;
import io.twinstream.verifier.version.PublishedModels;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The version that a candidate of a name has to stand up to: the one of that name that serves or served last; where none
 * was ever activated, the one published last; else the verifiers' own model if it has the name.
 */
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
        Optional<ModelId> activated = activated(name);
        Optional<ModelRelease> release =
                activated.isPresent() ? published.find(activated.get()) : published.latest(name);
        if (release.isPresent()) {
            ModelPackage model = packages.get(release.get());
            packages.requireTried(release.get(), model);
            return Optional.of(model);
        }
        ModelPackage shipped = ShippedModel.read(settings.getString(VerifierSettings.MODEL));
        return Optional.of(shipped).filter(model -> model.manifest().name().equals(name));
    }

    private Optional<ModelId> activated(String name) {
        Instant now = Instant.now();
        return Activations.read(settings).activations().stream()
                .filter(each ->
                        each.slot() == ModelSlot.SERVING && !each.effectiveAt().isAfter(now))
                .flatMap(each -> Stream.ofNullable(each.model()))
                .filter(id -> id.name().equals(name))
                .reduce((earlier, later) -> later);
    }
}
