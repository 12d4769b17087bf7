package io.twinstream.schemas.settings;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.provider.DirectoryConfigProvider;
import org.apache.kafka.common.config.provider.EnvVarConfigProvider;
import org.apache.kafka.common.config.provider.FileConfigProvider;

/**
 * The settings of one process: every key declared once with type, default and doc, values from a file, then the
 * environment, then options. What begins with {@code kafka.} goes to every Kafka client as it is. Never changes.
 */
public final class Settings extends AbstractConfig {
    public static final String KAFKA_PREFIX = "kafka.";

    /** Within which every client learns of new partitions: Kafka's own five minutes would leave their records lying. */
    private static final int METADATA_MAX_AGE_MS = 10_000;

    /** Kafka's own: values that lie elsewhere, as {@code ${file:/run/secrets.properties:token}}. */
    private static final Map<String, Object> PROVIDERS = Map.of(
            "config.providers", "file,directory,env",
            "config.providers.file.class", FileConfigProvider.class.getName(),
            "config.providers.directory.class", DirectoryConfigProvider.class.getName(),
            "config.providers.env.class", EnvVarConfigProvider.class.getName());

    private static final Pattern SECRET = Pattern.compile("password|jaas|secret|ssl\\.keystore\\.key|credential");
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{(file|directory|env):[^}]*}");

    private Settings(ConfigDef declared, Map<String, String> values) {
        super(declared, values, PROVIDERS, false);
        originals().forEach((key, value) -> {
            // Kafka leaves what it doesn't find as it stands, which as a token everybody could guess.
            Matcher reference = REFERENCE.matcher(String.valueOf(value));
            if (reference.find()) {
                throw new ConfigException("%s names %s, which isn't there: put it there, or name another"
                        .formatted(key, reference.group()));
            }
        });
    }

    /** Whether the key's value must not be shown: it is declared a password, or looks like one of Kafka's. */
    public static boolean isSecret(ConfigDef declared, String key) {
        ConfigDef.ConfigKey known = declared.configKeys().get(key);
        return known == null
                ? key.startsWith(KAFKA_PREFIX) && SECRET.matcher(key).find()
                : known.type == ConfigDef.Type.PASSWORD;
    }

    /**
     * Parses and checks.
     *
     * @param layers from the weakest to the strongest; a key of a later one replaces that of an earlier one
     * @throws ConfigException with one line, if a key is unknown, a value has the wrong form, or lies where it can't be read
     */
    @SafeVarargs
    public static Settings parse(ConfigDef declared, Map<String, String>... layers) {
        Map<String, String> values = new TreeMap<>();
        for (Map<String, String> layer : layers) {
            values.putAll(layer);
        }
        for (String key : values.keySet()) {
            if (!key.startsWith(KAFKA_PREFIX) && !declared.names().contains(key)) {
                throw new ConfigException(UnknownKey.message(key, declared.names()));
            }
        }
        return new Settings(declared, values);
    }

    /**
     * The layer that environment variables make: {@code TWINSTREAM_VERIFIER_THREADS} is {@code verifier.threads},
     * {@code TWINSTREAM_KAFKA_SECURITY_PROTOCOL} is {@code kafka.security.protocol}.
     */
    public static Map<String, String> environment(Map<String, String> variables) {
        Map<String, String> layer = new TreeMap<>();
        variables.forEach((name, value) -> {
            if (name.startsWith("TWINSTREAM_")) {
                layer.put(
                        name.substring("TWINSTREAM_".length())
                                .toLowerCase(Locale.ROOT)
                                .replace('_', '.'),
                        value);
            }
        });
        return layer;
    }

    /** Kafka client settings: defaults, then what was given under {@code kafka.}, without the prefix. A new map. */
    public Map<String, Object> kafka() {
        Map<String, Object> client = new HashMap<>();
        client.put("bootstrap.servers", getString(CommonSettings.BOOTSTRAP));
        client.put("metadata.max.age.ms", METADATA_MAX_AGE_MS);
        client.putAll(originalsWithPrefix(KAFKA_PREFIX));
        return client;
    }
}
