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
 * Finds the version that a candidate has to stand up to, which is the one that serves, whatever its name. Where none was ever
 * activated, or the one that was is published no more, it is the verifiers' own model.
 */
final class ServingVersion {
    private final KafkaClients clients;
    private final Topics topics;
    private final String ownModel;
    private final PackageCache packages;
    private final TrustedKeys trusted;
    private final ModelTrial trial;

    /** @param ownModel the verifiers' own model, which serves where no version was activated */
    ServingVersion(KafkaClients clients, Topics topics, ModelSettings settings, String ownModel) {
        this.clients = clients;
        this.topics = topics;
        this.ownModel = ownModel;
        this.packages = new PackageCache(clients, topics, settings);
        this.trusted = TrustedKeys.of(settings.trustedKeys());
        this.trial = new ModelTrial(settings.trial(), settings.trialBytes(), Embedder.CONVENIENT_BATCH);
    }

    ModelPackage find() throws IOException {
        Optional<ModelRelease> release = activations()
                .reduce((earlier, later) -> later)
                .flatMap(id -> PublishedModels.read(clients, topics).find(id));
        if (release.isPresent()) {
            ModelPackage model = packages.get(release.get());
            packages.requireTried(release.get(), model, trial);
            return model;
        }
        return ShippedModel.read(ownModel);
    }

    /** Returns whether a version of a name was published or activated before, or is the verifiers' own. */
    boolean succeeds(String name) throws IOException {
        return activations().anyMatch(id -> id.name().equals(name))
                || PublishedModels.read(clients, topics).latest(name, trusted).isPresent()
                || ShippedModel.read(ownModel).manifest().name().equals(name);
    }

    /** Returns what has served until now, in that order. */
    private Stream<ModelId> activations() {
        Instant now = Instant.now();
        return Timeline.read(clients, topics).activations().stream()
                .filter(each ->
                        each.slot() == ModelSlot.SERVING && !each.effectiveAt().isAfter(now))
                .flatMap(each -> Stream.ofNullable(each.model()));
    }
}
