package io.twinstream.trainer.publish;

import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.ShippedModel;
import io.twinstream.schemas.record.ModelRelease;
import io.twinstream.schemas.record.ModelSlot;
import io.twinstream.schemas.release.PackageCache;
import io.twinstream.schemas.release.PublishedModels;
import io.twinstream.schemas.release.Timeline;
import io.twinstream.schemas.release.TrustedKeys;
import io.twinstream.schemas.settings.ModelSettings;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.verifier.inference.Embedder;
import io.twinstream.verifier.trial.ModelTrial;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds the version that a candidate of a name has to stand up to. That is the one of the name that serves or served
 * last. Where none was ever activated it is the one published last, and without any the verifiers' own model if it has
 * the name.
 */
final class ServingVersion {
    private final KafkaClients clients;
    private final Topics topics;
    private final String ownModel;
    private final PackageCache packages;
    private final TrustedKeys trusted;
    private final ModelTrial trial;

    /** @param ownModel the verifiers' own model, taken where no version of the name is published */
    ServingVersion(KafkaClients clients, Topics topics, ModelSettings settings, String ownModel) {
        this.clients = clients;
        this.topics = topics;
        this.ownModel = ownModel;
        this.packages = new PackageCache(clients, topics, settings);
        this.trusted = TrustedKeys.of(settings.trustedKeys());
        this.trial = new ModelTrial(settings.trial(), settings.trialBytes(), Embedder.CONVENIENT_BATCH);
    }

    Optional<ModelPackage> find(String name) throws IOException {
        Optional<ModelId> activated = activated(name);
        PublishedModels published = PublishedModels.read(clients, topics);
        Optional<ModelRelease> release =
                activated.isPresent() ? published.find(activated.get()) : published.latest(name, trusted);
        if (release.isPresent()) {
            ModelPackage model = packages.get(release.get());
            packages.requireTried(release.get(), model, trial);
            return Optional.of(model);
        }
        ModelPackage shipped = ShippedModel.read(ownModel);
        return Optional.of(shipped).filter(model -> model.manifest().name().equals(name));
    }

    private Optional<ModelId> activated(String name) {
        Instant now = Instant.now();
        return Timeline.read(clients, topics).activations().stream()
                .filter(each ->
                        each.slot() == ModelSlot.SERVING && !each.effectiveAt().isAfter(now))
                .flatMap(each -> Stream.ofNullable(each.model()))
                .filter(id -> id.name().equals(name))
                .reduce((earlier, later) -> later);
    }
}
