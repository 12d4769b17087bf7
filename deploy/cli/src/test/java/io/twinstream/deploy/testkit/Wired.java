package io.twinstream.deploy.testkit;

import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.modelpackage.ImpostorChoice;
import io.twinstream.schemas.release.ModelStates;
import io.twinstream.schemas.release.PackageCache;
import io.twinstream.schemas.release.PublishedModels;
import io.twinstream.schemas.release.Timeline;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.ModelSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.trainer.dataset.DataSource;
import io.twinstream.trainer.publish.GatedPublication;
import io.twinstream.trainer.publish.ModelPruning;
import io.twinstream.trainer.settings.PublishingSettings;
import io.twinstream.verifier.control.ModelControl;

/** Wires the product's parts to the brokers, topics and values of a test's settings. What it reads, it reads anew. */
public final class Wired {
    private Wired() {}

    public static KafkaClients clients(Settings settings) {
        return KafkaClients.of(CommonSettings.of(settings));
    }

    public static Topics topics(Settings settings) {
        return CommonSettings.of(settings).topics();
    }

    /** Returns the images of the topic of labelled images. */
    public static DataSource labelledImages(Settings settings) {
        return DataSource.of(DataSource.TOPIC, clients(settings), topics(settings));
    }

    public static GatedPublication publication(Settings settings) {
        return new GatedPublication(
                clients(settings), topics(settings), ModelSettings.of(settings), PublishingSettings.of(settings));
    }

    public static ModelPruning pruning(Settings settings) {
        return new ModelPruning(clients(settings), topics(settings));
    }

    public static ModelControl control(Settings settings) {
        return new ModelControl(clients(settings), topics(settings), ImpostorChoice.HARDEST);
    }

    public static PackageCache cache(Settings settings) {
        return new PackageCache(clients(settings), topics(settings), ModelSettings.of(settings));
    }

    /** Reads the versions that are published by now. */
    public static PublishedModels published(Settings settings) {
        return PublishedModels.read(clients(settings), topics(settings));
    }

    /** Reads the activations that are ordered by now. */
    public static Timeline timeline(Settings settings) {
        return Timeline.read(clients(settings), topics(settings));
    }

    /** Reads how far each verifier is by now. */
    public static ModelStates states(Settings settings) {
        return ModelStates.read(clients(settings), topics(settings));
    }
}
