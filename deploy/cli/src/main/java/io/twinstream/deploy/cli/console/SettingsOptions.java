package io.twinstream.deploy.cli.console;

import io.twinstream.deploy.settings.AllSettings;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.function.Function;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;

/** The options that settings come from, the same in every command that has any. */
public final class SettingsOptions {
    private static final Logger LOG = LoggerFactory.getLogger(SettingsOptions.class);

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Properties file with settings; 'twinstream settings' lists them.")
    private @Nullable Path config;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "A setting, stronger than file and environment; may be repeated.")
    private Map<String, String> set = new LinkedHashMap<>();

    @Option(
            names = "--bootstrap",
            paramLabel = "HOST:PORT",
            description = "Kafka brokers, short for --set bootstrap.servers=...")
    private @Nullable String bootstrap;

    /** File, then environment ({@code TWINSTREAM_*}), then options. */
    public Settings settings() throws IOException {
        return settings(System.getenv(), Map.of());
    }

    /** As {@link #settings()}, with values that a command has instead of the declared defaults. */
    public Settings settings(Map<String, String> commandDefaults) throws IOException {
        return settings(System.getenv(), commandDefaults);
    }

    public Settings settings(Map<String, String> environment, Map<String, String> commandDefaults) throws IOException {
        return read(settings -> settings, environment, commandDefaults);
    }

    /**
     * Reads a configuration.
     *
     * @throws org.apache.kafka.common.config.ConfigException with all that is wrong in the settings
     */
    public <T> T read(Function<Settings, T> configuration) throws IOException {
        return read(configuration, System.getenv(), Map.of());
    }

    private <T> T read(
            Function<Settings, T> configuration, Map<String, String> environment, Map<String, String> commandDefaults)
            throws IOException {
        Map<String, String> options = new LinkedHashMap<>(set);
        set.forEach(SettingsOptions::warnOfSecret);
        if (bootstrap != null) {
            options.put(CommonSettings.BOOTSTRAP, bootstrap);
        }
        return Settings.read(
                AllSettings.define(),
                configuration,
                commandDefaults,
                file(),
                Settings.environment(environment),
                options);
    }

    private static void warnOfSecret(String key, String value) {
        if (Settings.isSecret(AllSettings.define(), key) && !value.startsWith("${")) {
            LOG.warn(
                    "others on this machine can read --set {} with 'ps': set it in the file of --config, in the environment,"
                            + " or as ${file:FILE:KEY}",
                    key);
        }
    }

    private Map<String, String> file() throws IOException {
        if (config == null) {
            return Map.of();
        }
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(PropertiesText.of(Files.readAllBytes(config))));
        } catch (IllegalArgumentException e) {
            throw new ConfigException("%s is no properties file: %s".formatted(config, e.getMessage()));
        }
        Map<String, String> values = new LinkedHashMap<>();
        properties.stringPropertyNames().forEach(key -> values.put(key, properties.getProperty(key)));
        return values;
    }
}
