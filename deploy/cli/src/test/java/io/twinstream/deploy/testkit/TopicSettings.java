package io.twinstream.deploy.testkit;

import io.twinstream.deploy.settings.AllSettings;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.TopicCreation;
import io.twinstream.verifier.settings.Shard;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;

/** Settings of a test that has topics of its own on a shared broker. */
public final class TopicSettings {
    private TopicSettings() {}

    /** Creates the topics and returns the settings. */
    public static Settings prepare(String bootstrapServers, String prefix, Map<String, String> values)
            throws InterruptedException {
        Settings settings = Settings.parse(
                AllSettings.define(),
                values,
                Map.of(CommonSettings.BOOTSTRAP, bootstrapServers, CommonSettings.TOPIC_PREFIX, prefix));
        try (Admin admin = Admin.create(settings.kafka())) {
            new TopicCreation(admin).create(Shard.of(settings).topics(CommonSettings.topics(settings)));
        }
        return settings;
    }
}
