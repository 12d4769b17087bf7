package io.twinstream.deploy.acl;

import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.trainer.settings.TrainerSettings;
import io.twinstream.verifier.settings.Shard;
import io.twinstream.verifier.settings.StreamSettings;
import io.twinstream.verifier.settings.WatchingSettings;

/**
 * Holds the settings that decide which topics and rights the services need, and where their cluster is.
 *
 * @param shard one of the verifiers' shards
 * @param trainerGroup consumer group that trainers share
 */
public record AccessSettings(
        CommonSettings common, Shard shard, StreamSettings streams, WatchingSettings watching, String trainerGroup) {
    /** Reads the settings and checks them. */
    public static AccessSettings of(Settings settings) {
        CommonSettings common = CommonSettings.of(settings);
        return new AccessSettings(
                common,
                Shard.of(settings),
                StreamSettings.of(settings, common),
                WatchingSettings.of(settings),
                settings.getString(TrainerSettings.GROUP));
    }
}
