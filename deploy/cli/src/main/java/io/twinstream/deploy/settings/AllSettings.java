package io.twinstream.deploy.settings;

import io.twinstream.ingest.settings.IngestSettings;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.ModelSettings;
import io.twinstream.trainer.settings.TrainerSettings;
import io.twinstream.verifier.settings.VerifierSettings;
import org.apache.kafka.common.config.ConfigDef;

/** Defines every setting of every service: one file configures them all, and a misspelt key is an error in each command. */
public final class AllSettings {
    private AllSettings() {}

    /** Returns a new definition with every key. */
    public static ConfigDef define() {
        return TrainerSettings.define(VerifierSettings.define(
                IngestSettings.define(ModelSettings.define(CommonSettings.define(new ConfigDef())))));
    }
}
